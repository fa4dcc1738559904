"""Archives that are unsafe, broken or too big are refused with a sentence that names what is wrong."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from lrc.errors import BadFile
from lrc.study.exchange import zips


def _zip(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return out.getvalue()


def _link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (_zip(("../modulo.md", b"x")), "../modulo.md"),
        (_zip(("/etc/passwd", b"x")), "/etc/passwd"),
        (_zip(("a/../../b.md", b"x")), "a/../../b.md"),
        (_zip(("C:\\b.md", b"x")), "C:"),
        (_zip((_link("modulo.md"), b"/etc/passwd")), "modulo.md"),
        (_zip(("bomba.md", b"0" * (zips.MOST_TEXT_BYTES + 1))), "bomba.md"),
        (b"PK\x03\x04" + b"x" * 40, "zip"),
        (b"", "zip"),
        (_zip(("modulo.md", b"x"))[:-30], "zip"),
    ],
    ids=["up", "absolute", "up-inside", "drive", "link", "bomb", "noise", "empty", "cut"],
)
def test_an_archive_that_cannot_be_is_refused(data: bytes, named: str) -> None:
    with pytest.raises(BadFile) as refused:
        zips.read(data)
    assert named in str(refused.value.message)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_the_same_name_are_refused() -> None:
    with pytest.raises(BadFile) as refused:
        zips.read(_zip(("a.md", b"x"), ("a.md", b"y")))
    assert "a.md" in str(refused.value.message)


def test_an_entry_that_lies_about_its_size_is_counted_as_it_unfolds() -> None:
    honest = _zip(("a.md", b"0" * (zips.MOST_TEXT_BYTES + 10)))
    size = (zips.MOST_TEXT_BYTES + 10).to_bytes(4, "little")
    with pytest.raises(BadFile):
        zips.read(honest.replace(size, (5).to_bytes(4, "little")))


def test_what_systems_leave_behind_is_passed_over() -> None:
    data = _zip(("modulo.md", b"x"), ("__MACOSX/._modulo.md", b"y"), (".DS_Store", b"z"))
    assert zips.read(data) == {"modulo.md": b"x"}
