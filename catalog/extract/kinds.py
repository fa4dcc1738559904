"""What kind of file this is, by what is inside; the name only tells apart kinds of text."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from catalog.extract.archive import translated
from catalog.extract.refusal import Failure, Unreadable

HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PART_BYTES = 1024 * 1024
# Text to the eye of a program only.
_FOREIGN_TEXT = (b"{\\rtf", b"%!PS", b"<svg")
# Some scanners put other bytes before the header.
_PDF = re.compile(rb"(?:^|[\xbf\x00\s])%PDF-\d\.\d")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|\s)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


class Kind(StrEnum):
    """The kinds that are read, each with its media type."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    EPUB = "application/epub+zip"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    WEBSITE = "application/zip"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    OGG = "audio/ogg"
    WEBA = "audio/webm"
    MP4 = "video/mp4"
    WEBM = "video/webm"
    VTT = "text/vtt"
    SRT = "application/x-subrip"


_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": Kind.DOCX,
    b"wordprocessingml.template.main+xml": Kind.DOCX,
    b"ms-word.document.macroEnabled.main+xml": Kind.DOCX,
    b"presentationml.presentation.main+xml": Kind.PPTX,
    b"presentationml.slideshow.main+xml": Kind.PPTX,
    b"ms-powerpoint.presentation.macroEnabled.main+xml": Kind.PPTX,
    b"spreadsheetml.sheet.main+xml": Kind.XLSX,
    b"ms-excel.sheet.macroEnabled.main+xml": Kind.XLSX,
}
PAGE_OF_SITE = re.compile(r"\.x?html?$", re.I)
_BY_HEAD = (
    (re.compile(rb"\xff\xd8\xff"), Kind.JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), Kind.PNG),
    (re.compile(rb"RIFF.{4}WEBP", re.S), Kind.WEBP),
    (re.compile(rb"OggS"), Kind.OGG),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2]"), Kind.MP3),
    (re.compile(rb".{4}ftypM4[AB] ", re.S), Kind.M4A),
    # Of its many brands those of pictures (HEIC, AVIF) are not meant.
    (re.compile(rb".{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |dash|MSNV|qt  |3gp[4-6]|mmp4)", re.S), Kind.MP4),
    (re.compile(rb"\x1aE\xdf\xa3.{0,64}?\x42\x82.{1,8}?webm", re.S), Kind.WEBM),
)
_SRT = re.compile(rb"\s*\d{1,6}[ \t]*\r?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->")
_BY_ENDING = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
}


def detect(path: Path, ending: str) -> Kind:
    """The kind of the file at ``path``; ``ending`` is that of its name, such as ".md".

    Raises Unreadable: EMPTY, UNKNOWN_KIND, ENCRYPTED (an Office file with a password), CORRUPT (a broken archive).
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise Unreadable(Failure.EMPTY)
    if head.startswith(b"PK"):
        return _inside_zip(path)
    if head.startswith(_OLE):
        raise _ole(path)
    for pattern, kind in _BY_HEAD:
        if pattern.match(head):
            return kind
    if _PDF.search(head[:1024]):
        return Kind.PDF
    if looks_binary(head):
        raise Unreadable(Failure.UNKNOWN_KIND, f"begins with {head[:8].hex()}")
    return _text(head, ending.lower())


def looks_binary(head: bytes) -> bool:
    """Are these the first bytes of something that is no text in UTF-8, UTF-16 or a Latin alphabet?"""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_encoding(head):
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    try:
        head[: len(head) - 3 if len(head) == HEAD_BYTES else None].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3:
            return controls * 50 > len(head) or not _mostly_latin(head)
    return controls * 6 > len(head)


def wide_encoding(head: bytes) -> str:
    """The byte order of UTF-16 without a mark, told by the zeros of its Latin letters, or empty."""
    pairs = len(head) // 2
    for name, zeros in (("utf-16-le", head[1::2].count(0)), ("utf-16-be", head[0::2].count(0))):
        if pairs >= 4 and zeros * 10 > pairs * 7 and head.count(0) < zeros * 1.1:
            return name
    return ""


def _mostly_latin(head: bytes) -> bool:
    letters = sum(byte < 128 or byte >= 0xC0 for byte in head)
    plain = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)
    return letters * 10 > len(head) * 9 and plain * 2 > len(head)


def _text(head: bytes, ending: str) -> Kind:
    start = head.removeprefix(b"\xef\xbb\xbf")
    if wide_encoding(head) or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = head.replace(b"\0", b"")[2 * head.startswith((b"\xff\xfe", b"\xfe\xff")) :]
    if start.lstrip().startswith(_FOREIGN_TEXT):
        raise Unreadable(Failure.UNKNOWN_KIND, f"begins with {start[:8]!r}")
    if _HTML.match(start):
        return Kind.HTML
    if start.startswith(b"WEBVTT"):
        return Kind.VTT
    if _SRT.match(start):
        return Kind.SRT
    if start.lstrip().startswith(b"<?xml"):
        raise Unreadable(Failure.UNKNOWN_KIND, "XML that is not HTML")
    return _BY_ENDING.get(ending, Kind.TEXT)


def _ole(path: Path) -> Unreadable:
    """Office puts a document with a password into the old container; without one it is an old document."""
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(_PART_BYTES):
            if _ENCRYPTED_PACKAGE in before + chunk:
                return Unreadable(Failure.ENCRYPTED, "encrypted Office package")
            before = chunk[-64:]
    return Unreadable(Failure.UNKNOWN_KIND, "legacy Office document")


def _inside_zip(path: Path) -> Kind:
    with translated("zip"), zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for name in ("mimetype", "[Content_Types].xml"):
            if name in names and (kind := _declared(archive, name)):
                return kind
    if "META-INF/container.xml" in names:
        return Kind.EPUB
    if any(PAGE_OF_SITE.search(name) for name in names):
        return Kind.WEBSITE
    raise Unreadable(Failure.UNKNOWN_KIND, "zip of another kind")


def _declared(archive: zipfile.ZipFile, name: str) -> Kind | None:
    with archive.open(name) as part:
        content = part.read(_PART_BYTES)
    if name == "mimetype":
        media_type = content.decode("ascii", "replace").strip()
        return {str(kind): kind for kind in (Kind.ODT, Kind.EPUB)}.get(media_type)
    return next((kind for main, kind in _MAIN_PARTS.items() if main in content), None)
