"""How a web page that is zipped with what belongs to it becomes the text of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.extract.archive import Archive
from catalog.extract.contents import Contents, Section, clean_line, gather
from catalog.extract.kinds import PAGE_OF_SITE
from catalog.extract.limits import Limits
from catalog.extract.markup import parse_html
from catalog.extract.refusal import Failure, Unreadable
from catalog.extract.webabout import Inspection
from catalog.extract.webpage import blocks, decode

_FIRST = ("index", "inicio", "default", "portada")


def read(path: Path, limits: Limits) -> Contents:
    """Its pages, the one it begins with first, then those less deep, then by name. Only text is taken out of them."""
    archive = Archive(path)
    names = sorted((name for name in archive.names() if PAGE_OF_SITE.search(name) and not _is_hidden(name)), key=_order)
    if not names:
        raise Unreadable(Failure.EMPTY, "no page")
    if len(names) > limits.max_pages:
        raise Unreadable(Failure.TOO_MANY_PAGES, f"{len(names)} pages")
    inspection = Inspection()
    return Contents(_sections(archive, names, limits, inspection), about=inspection.about)


def _sections(archive: Archive, names: list[str], limits: Limits, inspection: Inspection) -> Iterator[Section]:
    taken = 0
    for name in names:
        content = archive.read(name)
        taken += len(content)
        if taken > 2 * limits.max_text_bytes:
            raise Unreadable(Failure.TOO_MUCH_TEXT, f"{taken} bytes until {name}")
        root = parse_html(decode(content))
        if root is not None:
            inspection.look(root)
            yield from gather(blocks(root), label=clean_line(root.findtext(".//title") or ""))


def _order(name: str) -> tuple[int, bool, str]:
    folder, _, page = name.replace("\\", "/").rpartition("/")
    return folder.count("/") + bool(folder), not page.lower().startswith(_FIRST), name


def _is_hidden(name: str) -> bool:
    """Is it among what macOS adds, or a file that begins with a dot?"""
    parts = set(name.replace("\\", "/").split("/")) - {".", ".."}
    return any(part.startswith((".", "__MACOSX")) for part in parts)
