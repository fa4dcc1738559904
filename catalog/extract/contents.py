"""What every kind of file is turned into: pages with a label and clean text, cut where they would be too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.extract.about import About
from catalog.extract.kinds import Kind

if TYPE_CHECKING:
    from PIL.Image import Image

LABEL_CHARACTERS = 300
# About what a printed page holds; text without headings is cut into pages of this length.
PAGE_CHARACTERS = 3_000
# A section under a heading stays whole up to here, so that it still opens quickly on a phone.
SECTION_CHARACTERS = 12_000

_REMOVED = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x9F),  # control characters
    (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),  # invisible marks
    (0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF),  # halves, private ones and no characters
)  # fmt: skip
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_ENDS = {0x0B: "\n", 0x0C: "\n\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n\n"}
# Bullets of the old symbol fonts, and ligatures that would keep a word from being found.
_LETTERS = {0xF0B7: "•", 0xF0A7: "•", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_TABLE = {code: None for first, last in _REMOVED for code in range(first, last + 1)} | _SPACES | _ENDS | _LETTERS
_ITEM = "• "
_LINE_ENDS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"(?<=\S)(?:[ \t]{2,}|\t)")
# From the first blank only, and none given back: a line of two thousand takes milliseconds otherwise.
_EDGES = re.compile(r"(?<![ \t])[ \t]++\n")
_PARAGRAPH_ENDS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Section:
    """A page to be: ``label`` is a heading, sheet name or slide title and may be empty."""

    label: str
    text: str
    start_s: float | None = None
    """Of a recording: where in it this is said."""
    is_recognised: bool = False
    """Its text, if it has any, was read from a picture (OCR)."""


@dataclass(frozen=True)
class Block:
    """A paragraph, a table (a line for each row) or, with ``level`` 1 to 6, a heading."""

    text: str
    level: int = 0


def _no_picture() -> None:
    return None


@dataclass(frozen=True)
class Contents:
    """The pages of a file in order, read as they are asked for; ``count`` is 0 where it is not known beforehand.

    ``picture`` gives the first page or the cover as the file itself has it, decoded or not, or None; ``about``, asked
    after the last page, what else the file says of itself. ``kind`` where only reading could tell it for sure.
    """

    sections: Iterator[Section]
    count: int = 0
    picture: Callable[[], Image | bytes | None] = _no_picture
    about: Callable[[], About] = About
    kind: Kind | None = None
    needs_text: bool = True
    """Is it worth nothing without a word? Not so a picture or a recording."""


def clean(text: str) -> str:
    """NFC, without control and invisible characters, paragraphs parted by one blank line. Indents stay, as in code."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text).translate(_TABLE))
    text = _EDGES.sub("\n", _BLANKS.sub(" ", text))
    return _PARAGRAPH_ENDS.sub("\n\n", text).strip("\n").rstrip()


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())


def shorten(label: str) -> str:
    """A label on one line, at most LABEL_CHARACTERS long."""
    label = clean_line(label)
    return label if len(label) <= LABEL_CHARACTERS else label[: LABEL_CHARACTERS - 1].rstrip() + "…"


def has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def gather(blocks: Iterable[Block], *, deepest: int = 2, label: str = "") -> Iterator[Section]:
    """Sections that begin at every heading down to level ``deepest``; the heading is in the text as well.

    A heading with nothing under it is put before the next one, so that no page is a bare title. Items of a list stay
    together, a line each.
    """
    heading, paragraphs, has_body = label, list[str](), False
    for block in blocks:
        text = clean(block.text)
        if not text:
            continue
        if 0 < block.level <= deepest:
            if has_body:
                yield from pieces(heading, paragraphs)
                heading, paragraphs, has_body = "", [], False
            heading = f"{heading} · {text}" if heading and paragraphs else text
        elif text.startswith(_ITEM) and paragraphs and paragraphs[-1].startswith(_ITEM):
            paragraphs[-1] += f"\n{text}"
            continue
        else:
            has_body = True
        paragraphs.append(text)
    yield from pieces(heading, paragraphs)


def pieces(label: str, paragraphs: Iterable[str]) -> Iterator[Section]:
    """One section, or several of the same label where it would be too long, cut at the ends of paragraphs."""
    most = SECTION_CHARACTERS if label else PAGE_CHARACTERS
    label, kept, length = shorten(label), list[str](), 0
    for paragraph in paragraphs:
        for part in _split(paragraph, most):
            if kept and length + len(part) > most:
                yield Section(label, "\n\n".join(kept))
                kept, length = [], 0
            kept.append(part)
            length += len(part) + 2
    if kept:
        yield Section(label, "\n\n".join(kept))


def _split(paragraph: str, most: int) -> Iterator[str]:
    """A paragraph that is longer than a page, cut at the end of a line, of a sentence, of a word, or anywhere."""
    start = 0
    while len(paragraph) - start > most:
        window = paragraph[start : start + most]
        ends = (window.rfind(mark) for mark in ("\n", ". ", " "))
        end = next((end + 1 for end in ends if end > most // 2), most)
        yield window[:end].strip()
        start += end
    if rest := paragraph[start:].strip():
        yield rest
