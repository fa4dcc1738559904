"""How a PDF becomes pages of text; with catalog.extract.pdfabout all that knows PDFium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pypdfium2.raw
from PIL.Image import Image

from catalog.extract import pdfabout
from catalog.extract.contents import Contents, Section, clean
from catalog.extract.limits import Limits
from catalog.extract.recognition import LONGEST_SIDE_PX, PIXELS_PER_INCH, Recogniser
from catalog.extract.refusal import Failure, Unreadable

# Scans often carry a stamp ("Escaneado con ...") on each page; this many letters a page are no text yet.
STAMP_LETTERS = 25
# No printed page holds more; beyond it, somebody is making fun of us.
PAGE_CHARACTERS_MOST = 1_000_000
RENDER_HEIGHT_PX = 640

_HYPHENS = "\x02\ufffe"
_LINE_END = re.compile(rf"([{_HYPHENS}](?:\r?\n)?|\r?\n)")
_LEADER_DOTS = re.compile(r" ?(?:[.·…] ?){5,}")
_BULLET = re.compile(r"(?:[•‣▪●◦–—*-]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z])[.)])\s")
_SENTENCE_ENDS = (".", ":", "?", "!", ";", "»", "”")


def read(path: Path, limits: Limits) -> Contents:
    """Pages with empty labels. Raises ENCRYPTED, CORRUPT, TOO_MANY_PAGES at once; NO_TEXT after the last page."""
    document = _open(path)
    count = len(document)
    if count > limits.max_pages:
        raise Unreadable(Failure.TOO_MANY_PAGES, f"{count} pages")
    if count == 0:
        raise Unreadable(Failure.CORRUPT, "no pages")
    scan = _Scan(Recogniser(limits))
    return Contents(
        _sections(document, scan),
        count=count,
        about=lambda: pdfabout.about(document, scan.unread),
        picture=lambda: _first_page(document),
    )


@dataclass
class _Scan:
    """Who reads pages that are pictures, and the numbers of those that were left unread."""

    recogniser: Recogniser
    unread: list[int] = field(default_factory=list)


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unreadable(Failure.ENCRYPTED if locked else Failure.CORRUPT, str(error)) from error


def _sections(document: pypdfium2.PdfDocument, scan: _Scan) -> Iterator[Section]:
    letters = broken = 0
    for index in range(len(document)):
        try:
            section = _section(document, index, scan)
        except pypdfium2.PdfiumError:
            # One page that cannot be loaded leaves the others worth reading.
            section = Section("", "")
            broken += 1
        letters += sum(map(str.isalnum, section.text))
        yield section
    if broken == len(document):
        raise Unreadable(Failure.CORRUPT, "no page can be loaded")
    if letters == 0 or (letters < STAMP_LETTERS * len(document) and _is_scan(document)):
        raise Unreadable(Failure.NO_TEXT, f"{letters} letters on {len(document)} pages")


def _section(document: pypdfium2.PdfDocument, index: int, scan: _Scan) -> Section:
    """The text of a page; that in its picture, where it is a scan and more can be read there."""
    text = _page_text(document, index)
    letters = sum(map(str.isalnum, text))
    if letters >= STAMP_LETTERS or not _has_picture(document, index):
        return Section("", text)
    seen = scan.recogniser.text_of(lambda: _drawn(document, index))
    if seen is None:
        scan.unread.append(index + 1)
        return Section("", text)
    return Section("", seen if sum(map(str.isalnum, seen)) > letters else text, is_recognised=True)


def _drawn(document: pypdfium2.PdfDocument, index: int) -> Image:
    """A page as it is looked at to read it, never larger than any page needs."""
    page = document[index]
    try:
        scale = min(PIXELS_PER_INCH / 72, LONGEST_SIDE_PX / max(*page.get_size(), 1.0))
        image: Image = page.render(scale=scale, grayscale=True).to_pil()
        return image
    finally:
        page.close()


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    text_page = page.get_textpage()
    try:
        if text_page.count_chars() > PAGE_CHARACTERS_MOST:
            raise Unreadable(Failure.TOO_MUCH_TEXT, f"page {index + 1}")
        return clean(unwrap(text_page.get_text_bounded()))
    finally:
        text_page.close()
        page.close()


def _is_scan(document: pypdfium2.PdfDocument) -> bool:
    """Do at least half of the first pages hold a picture?"""
    seen = min(len(document), 10)
    return 2 * sum(_has_picture(document, index) for index in range(seen)) >= seen


def _has_picture(document: pypdfium2.PdfDocument, index: int) -> bool:
    page = document[index]
    try:
        return any(True for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    finally:
        page.close()


def _first_page(document: pypdfium2.PdfDocument) -> Image:
    page = document[0]
    width, height = page.get_size()
    # The longer side rules, so that a page a metre wide and a hand high stays small too.
    scale = RENDER_HEIGHT_PX / max(width, height, 1.0)
    image: Image = page.render(scale=scale).to_pil()
    return image


def unwrap(text: str) -> str:
    """Paragraphs out of the lines of a page: a line that fills the page's width goes on in the next one.

    Words parted by a hyphen at the end of a line (which PDFium marks) are joined; leader dots are shortened.
    """
    parts = _LINE_END.split(text)
    lines = [_LEADER_DOTS.sub(" … ", line).strip() for line in parts[::2]]
    width = sorted(map(len, lines))[len(lines) * 9 // 10]
    joined = [lines[0]]
    for line, end, following in zip(lines, parts[1::2], lines[1:], strict=False):
        joined += ["" if end[0] in _HYPHENS else _between(line, following, width), following]
    return "".join(joined)


def _between(line: str, following: str, width: int) -> str:
    """What stands between a line and the next: a space within a paragraph, a line end that matters, or a blank line."""
    if not line or not following:
        return "\n\n"
    ends = line.endswith(_SENTENCE_ENDS)
    full = width >= 30 and len(line) >= (0.9 if ends else 0.72) * width
    if _BULLET.match(following):
        return "\n"
    if full or (following[0].islower() and not ends and len(line) >= max(30, 0.62 * width)):
        return " "
    return "\n\n" if ends or len(following) >= 0.72 * width else "\n"
