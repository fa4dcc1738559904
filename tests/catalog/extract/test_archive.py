"""How zipped files are opened."""

from __future__ import annotations

import zipfile

import pytest

from catalog.extract.archive import MOST_ENTRIES, Archive, beside
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples


def refused(work):
    with pytest.raises(Unreadable) as refusal:
        work()
    return refusal.value.failure


def test_a_part_is_read_whole(tmp_path):
    archive = Archive(samples.zipped(tmp_path / "a", {"uno": "ñ" * 500_000}))
    assert archive.read("uno").decode() == "ñ" * 500_000
    assert "uno" in archive
    assert "dos" not in archive


def test_what_grows_beyond_measure_is_refused_before_anything_is_read(tmp_path):
    path = samples.zipped(tmp_path / "a", {"zeros": b"\0" * 100_000_000})
    assert refused(lambda: Archive(path)) is Failure.ZIP_BOMB


def test_many_small_parts_are_refused(tmp_path):
    path = tmp_path / "a"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(str(number), b"")
    assert refused(lambda: Archive(path)) is Failure.ZIP_BOMB


def test_a_part_that_holds_more_than_it_declares_is_refused(tmp_path):
    path = samples.lying(samples.zipped(tmp_path / "a", {"zeros": b"\0" * 20_000_000}), "zeros", 1000)
    archive = Archive(path)
    assert refused(lambda: archive.read("zeros")) is Failure.ZIP_BOMB
    assert refused(lambda: archive.check("zeros", without=b"<")) is Failure.ZIP_BOMB


def test_a_part_that_holds_less_than_it_declares_is_read_as_it_is(tmp_path):
    path = samples.lying(samples.zipped(tmp_path / "a", {"uno": b"hola"}), "uno", 1000)
    assert Archive(path).read("uno") == b"hola"


def test_a_broken_part_and_a_missing_one_are_corrupt(tmp_path):
    path = samples.zipped(tmp_path / "a", {"uno": bytes(range(256)) * 40})
    content = bytearray(path.read_bytes())
    content[60:70] = b"\xff" * 10
    path.write_bytes(content)
    assert refused(lambda: Archive(path).read("uno")) is Failure.CORRUPT
    assert refused(lambda: Archive(path).read("dos")) is Failure.CORRUPT


def test_a_part_under_a_password_is_encrypted(tmp_path):
    path = samples.zipped(tmp_path / "a", {"uno": b"hola"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refused(lambda: Archive(path).read("uno")) is Failure.ENCRYPTED


@pytest.mark.parametrize(
    ("part", "target", "name"),
    [
        ("OEBPS/book.opf", "text/a.xhtml", "OEBPS/text/a.xhtml"),
        ("ppt/slides/slide1.xml", "../notes/n.xml", "ppt/notes/n.xml"),
        ("ppt/a.xml", "/word/b.xml", "word/b.xml"),
        ("a/b.xml", "../../../../etc/passwd", "etc/passwd"),
        ("", "word/document.xml", "word/document.xml"),
    ],
)
def test_names_of_parts_never_leave_the_archive(part, target, name):
    assert beside(part, target) == name
