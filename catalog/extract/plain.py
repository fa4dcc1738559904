"""How plain text becomes pages: its encoding found, its paragraphs kept."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.extract.contents import Block, Contents, gather, has_words
from catalog.extract.kinds import HEAD_BYTES, wide_encoding
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def read(path: Path, limits: Limits) -> Contents:
    text = load(path, limits)
    return Contents(gather(Block(paragraph) for paragraph in _BLANK_LINES.split(text)))


def load(path: Path, limits: Limits) -> str:
    """The text of a file, line ends as ``\\n``; raises TOO_MUCH_TEXT without reading it, EMPTY without a word."""
    # UTF-16 takes two bytes where UTF-8 may take one.
    if path.stat().st_size > 2 * limits.max_text_bytes:
        raise Unreadable(Failure.TOO_MUCH_TEXT, f"{path.stat().st_size} bytes")
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n")
    if not has_words(text):
        raise Unreadable(Failure.EMPTY, "no word")
    return text


def decode(content: bytes) -> str:
    """Text in UTF-8 or UTF-16, with or without a mark, else in the Latin alphabet of Windows (which holds Latin-1)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if wide := wide_encoding(content[:HEAD_BYTES]):
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        forgiving = content.decode("utf-8-sig", "replace")
    # A few broken bytes in a text that is UTF-8 elsewhere must not spoil every accent of it.
    broken = forgiving.count("\ufffd")
    if sum(ord(character) > 127 for character in forgiving) - broken > 10 * broken:
        return forgiving
    return content.decode("cp1252", "replace")
