"""What kind of file this is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from catalog.extract.kinds import Kind, detect
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "ending", "kind"),
    [
        ("Hola, señor", ".txt", Kind.TEXT),
        ("Hola, señor", ".pdf", Kind.TEXT),
        ("# Hola", ".MD", Kind.MARKDOWN),
        ("# Hola", "", Kind.TEXT),
        ("<p>Hola</p>", ".html", Kind.HTML),
        ("<!-- nota -->\n<!DOCTYPE html><p>Hola", ".txt", Kind.HTML),
        ("\ufeff<?xml version='1.0'?>\n<HTML lang=es>", ".md", Kind.HTML),
        ("El <html> es un lenguaje", ".txt", Kind.TEXT),
        ("Los niños de Ñaña".encode("latin-1"), ".txt", Kind.TEXT),
        ("Los niños de Ñaña".encode("utf-16"), ".txt", Kind.TEXT),
        ("Los niños de Ñaña".encode("utf-16-le"), ".txt", Kind.TEXT),
        ("<html><p>Los niños de Ñaña".encode("utf-16"), ".txt", Kind.HTML),
        (b"uno\0dos\0tres y mucho texto m\xc3\xa1s para que no parezca otra cosa", ".txt", Kind.TEXT),
    ],
)
def test_text_is_told_by_its_content_and_only_then_by_the_ending(tmp_path, content, ending, kind):
    assert detect(written(tmp_path / "a", content), ending) is kind


def test_a_text_whose_head_ends_within_a_letter_is_still_text(tmp_path):
    assert detect(written(tmp_path / "a", "x" + "ñ" * 4000), ".txt") is Kind.TEXT


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 20,
        b"GIF89a" + bytes(range(256)),
        b"\x00\x00\x00\x20ftypheic" + b"\0\1\2" * 50,
        b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska" + b"\0\1\2" * 50,
        b"{\\rtf1 Hola}",
        b"%!PS-Adobe-3.0",
        b"<?xml version='1.0'?><svg/>",
        OLE + b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0" * 20,
    ],
)
def test_other_kinds_are_refused_whatever_their_name(tmp_path, content):
    with pytest.raises(Unreadable) as refusal:
        detect(written(tmp_path / "a.pdf", content), ".pdf")
    assert refusal.value.failure is Failure.UNKNOWN_KIND


def test_a_pdf_is_a_pdf_under_any_name_and_after_other_bytes(tmp_path):
    path = samples.pdf(tmp_path / "a.docx", ["Hola"])
    assert detect(path, ".docx") is Kind.PDF
    assert detect(written(path, b"\x00\x01\x02junk\n" + path.read_bytes()), ".docx") is Kind.PDF


def test_office_files_and_books_are_told_by_what_they_declare(tmp_path):
    assert detect(samples.docx(tmp_path / "a.zip", ""), ".zip") is Kind.DOCX
    assert detect(samples.epub(tmp_path / "b.zip", {"a.xhtml": "<html/>"}), ".zip") is Kind.EPUB
    odt = samples.zipped(tmp_path / "c.zip", {"mimetype": "application/vnd.oasis.opendocument.text"})
    assert detect(odt, ".zip") is Kind.ODT


def test_an_archive_of_another_kind_is_refused(tmp_path):
    inner = samples.zipped(tmp_path / "inner.zip", {"zeros": b"\0" * 10_000_000})
    path = samples.zipped(tmp_path / "a.docx", {f"{n}.zip": inner.read_bytes() for n in range(16)})
    with pytest.raises(Unreadable) as refusal:
        detect(path, ".docx")
    assert refusal.value.failure is Failure.UNKNOWN_KIND


def test_an_office_file_with_a_password_is_encrypted(tmp_path):
    content = OLE + b"\0" * 1_048_560 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
    with pytest.raises(Unreadable) as refusal:
        detect(written(tmp_path / "a.docx", content), ".docx")
    assert refusal.value.failure is Failure.ENCRYPTED


def test_a_truncated_archive_is_corrupt(tmp_path):
    path = samples.docx(tmp_path / "a.docx", "<w:p><w:r><w:t>Hola</w:t></w:r></w:p>")
    assert zipfile.is_zipfile(path)
    with pytest.raises(Unreadable) as refusal:
        detect(written(path, path.read_bytes()[:-100]), ".docx")
    assert refusal.value.failure is Failure.CORRUPT


def test_an_archive_whose_list_of_contents_is_broken_is_corrupt(tmp_path):
    path = samples.zipped(tmp_path / "a.docx", {"[Content_Types].xml": bytes(range(256)) * 40})
    content = bytearray(path.read_bytes())
    content[60:70] = b"\xff" * 10
    with pytest.raises(Unreadable) as refusal:
        detect(written(path, bytes(content)), ".docx")
    assert refusal.value.failure is Failure.CORRUPT
