"""Folders on this machine's disk, for the commands: read with the limits of zips, written without leaving old parts."""

from __future__ import annotations

import os
import re
from pathlib import Path

from flask_babel import lazy_gettext as _

from lrc.study.exchange import zips
from lrc.study.exchange.parsing import Files
from lrc.study.exchange.reports import unreadable

_OURS = re.compile(
    r"(?:\d{2,4}-[a-z0-9-]+/)?(?:curso\.md|modulo\.md|glosario\.md|\d{2,4}-[a-z0-9-]+\.md|imagenes/[A-Za-z0-9_][\w.-]*)",
    re.ASCII,
)


def read(folder: Path) -> Files:
    """The files in a folder. Raises BadFile as zips.read does; nothing is followed out of the folder."""
    files: Files = {}
    total = 0
    for path in _walk(folder):
        name = zips.checked_path(path.relative_to(folder).as_posix())
        if path.is_symlink():
            raise unreadable(_("«%(path)s» no es un archivo, sino un enlace a otro.", path=name), name)
        size_bytes = path.stat().st_size
        total += size_bytes
        if size_bytes > zips.most_bytes(name) or total > zips.MOST_BYTES:
            raise zips.too_big(name)
        files[name] = path.read_bytes()
        if len(files) > zips.MOST_FILES:
            raise unreadable(_("El archivo trae demasiados archivos."), str(folder))
    return files


def write(folder: Path, files: Files) -> list[str]:
    """Write the files, and delete what an earlier writing left that is not among them; the deleted ones' paths.

    Files with other names than ours are left alone.
    """
    present = [path.relative_to(folder).as_posix() for path in _walk(folder)] if folder.exists() else []
    old = [name for name in present if _OURS.fullmatch(name) and name not in files]
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in old:
        (folder / name).unlink()
        _remove_empty(folder, (folder / name).parent)
    return old


def is_ours_or_empty(folder: Path) -> bool:
    """Whether writing there would meet nothing but a course or a module of ours."""
    return (
        not folder.exists()
        or any((folder / name).exists() for name in ("curso.md", "modulo.md"))
        or not any(folder.iterdir())
    )


def _walk(folder: Path) -> list[Path]:
    found = []
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        linked = [each for each in folders if (Path(root) / each).is_symlink()]
        found += [Path(root) / name for name in sorted([*names, *linked]) if not name.startswith(".")]
    return [path for path in found if not zips.is_of_system(path.relative_to(folder).as_posix())]


def _remove_empty(folder: Path, inside: Path) -> None:
    while inside != folder and not any(inside.iterdir()):
        inside.rmdir()
        inside = inside.parent
