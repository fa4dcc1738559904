"""Files to read, made anew by each test: honest ones with Spanish letters in them, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image, ImageDraw

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ja">{LAUGHS}]>'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(
    path: Path, texts: list[str], *, content: bytes | None = None, trailer: bytes = b"", filters: bytes = b""
) -> Path:
    """A PDF with a page for each text (in Latin-1), or all pages with the stream ``content`` as it is."""
    pages = [b"%d 0 R" % (4 + 2 * index) for index in range(len(texts))]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for index, text in enumerate(texts):
        stream = content if content is not None else _lines(text)
        resources = b"/MediaBox[0 0 420 595]/Resources<</Font<</F 3 0 R>>>>"
        objects.append(b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (resources, 5 + 2 * index))
        objects.append(b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(stream), filters, stream))
    path.write_bytes(_numbered(objects, trailer))
    return path


def _lines(text: str) -> bytes:
    shown = b"T* ".join(b"(%s) Tj " % line.encode("latin-1") for line in text.split("\n"))
    return b"BT /F 12 Tf 14 TL 40 540 Td %s ET" % shown


def _numbered(objects: list[bytes], trailer: bytes) -> bytes:
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer <</Size %d /Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    return bytes(out)


def encrypted_pdf(path: Path) -> Path:
    """It asks for a password: no password gives these keys."""
    keys = b"/O<%s>/U<%s>" % (b"ab" * 32, b"cd" * 32)
    trailer = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4%s>>/ID[<00><00>]" % keys
    return pdf(path, ["secreto"], trailer=trailer)


def scanned_pdf(path: Path, pages: int = 2) -> Path:
    images = [Image.new("RGB", (300, 400), "white") for _ in range(pages)]
    for image in images:
        ImageDraw.Draw(image).rectangle((40, 40, 200, 300), fill="black")
    images[0].save(path, "PDF", save_all=True, append_images=images[1:])
    return path


def exploding_pdf(path: Path, gibibytes: int = 3) -> Path:
    """A page whose stream is gibibytes of blanks, deflated twice, so that the file itself stays small."""
    packer = zlib.compressobj(9)
    head = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush every block stands for itself, so one can be made once and repeated.
    block = packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = head + block * (64 * gibibytes) + packer.flush()
    return pdf(path, ["x"], content=zlib.compress(packed, 9), filters=b"/Filter[/FlateDecode/FlateDecode]")


def endless_pdf(path: Path) -> Path:
    """A page of two and a half million overlapping words, which takes PDFium most of a minute."""
    words = b"BT /F 12 Tf 10 100 Td " + b"(Hola mundo) Tj " * 40 + b" ET "
    return pdf(path, ["x"], content=zlib.compress(words * 60_000, 9), filters=b"/Filter/FlateDecode")


def zipped(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def docx(path: Path, document: str, **more: str) -> Path:
    """The least that a Word document consists of; ``document`` is the XML inside the body, or all of it with a head."""
    whole = document if document.startswith("<?xml") else f"<w:document {WORD}><w:body>{document}</w:body></w:document>"
    relationship = f'<Relationship Id="r1" Type="{_RELATIONSHIPS}/officeDocument" Target="word/document.xml"/>'
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped(
        path,
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f"<Relationships>{relationship}</Relationships>",
            "word/document.xml": whole,
            **more,
        },
    )


def epub(path: Path, chapters: dict[str, str], *, nav: str = "", manifest: str = "", **more: str | bytes) -> Path:
    """A book of whole XHTML files by name, in that order; ``nav`` is the inside of its table of contents."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}{manifest}'
        f'<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
        f"<spine>{spine}</spine></package>",
        "OEBPS/nav.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
        f'<nav epub:type="toc"><ol>{nav}</ol></nav></body></html>',
    }
    return zipped(path, parts | {f"OEBPS/{name}": text for name, text in chapters.items()} | more)


def lying(path: Path, name: str, declared_bytes: int) -> Path:
    """The same archive, saying in both of its headers that the part ``name`` is smaller than it is."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(name).header_offset
    central = content.rindex(name.encode()) - 46
    content[local + 22 : local + 26] = struct.pack("<I", declared_bytes)
    content[central + 24 : central + 28] = struct.pack("<I", declared_bytes)
    path.write_bytes(content)
    return path


def png(width: int = 300, height: int = 450) -> bytes:
    image = Image.new("RGB", (width, height), "navy")
    ImageDraw.Draw(image).ellipse((width // 8, height // 8, width // 2, height // 2), fill="orange")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
