"""Compares words that people write with those that an author expects; accents and capitals are forgiven on request."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lrc.study.content import TextAnswer

_PIECES = re.compile(r"\\\*|\*|[^*\\]+|\\")
_LOOKALIKES = str.maketrans("‘’´`“”«»‐‑‒–—−", "''''\"\"\"\"------")
_TILDE = "\u0303"


@dataclass(frozen=True)
class Manner:
    """What of a text matters."""

    accents: bool = False
    case: bool = False

    def normal(self, text: str) -> str:
        """The text as it is compared. Ñ is a letter of its own, whatever is forgiven: año is not ano."""
        text = " ".join(unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).split())
        if not self.accents:
            text = _without_accents(text)
        return text if self.case else text.casefold()


def find(answers: Iterable[TextAnswer], written: str, manner: Manner) -> TextAnswer | None:
    """The first answer that matches what was written; a full stop at its end is forgiven where nothing else matches."""
    text = manner.normal(written)
    tries = filter(None, (text, text.removesuffix(".").rstrip()))
    known = list(answers)
    matching = (answer for text in tries for answer in known if _matches(answer.text, text, manner))
    return next(matching, None)


def said(text: str) -> str:
    """An expected answer as a person is shown it: \\* is a star, and a star is what may stand there."""
    return "".join({"\\*": "*", "*": "…"}.get(piece, piece) for piece in _PIECES.findall(text))


def _matches(pattern: str, text: str, manner: Manner) -> bool:
    """In time that grows with the lengths alone, however many stars there are."""
    begin, *rest = _between_stars(pattern, manner)
    if not rest:
        return text == begin
    *middle, end = rest
    if not text.startswith(begin) or not text.endswith(end) or len(text) < len(begin) + len(end):
        return False
    at, last = len(begin), len(text) - len(end)
    for piece in middle:
        found = text.find(piece, at, last)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _between_stars(pattern: str, manner: Manner) -> list[str]:
    """The pieces of a pattern between its stars, as texts are compared; spaces beside a star are kept."""
    pieces = [""]
    for piece in _PIECES.findall(pattern.strip()):
        if piece == "*":
            pieces.append("")
        else:
            pieces[-1] += "*" if piece == "\\*" else piece
    return [_normal_piece(piece, manner) for piece in pieces]


def _normal_piece(piece: str, manner: Manner) -> str:
    lead = " " if piece[:1].isspace() else ""
    trail = " " if piece[-1:].isspace() and piece.strip() else ""
    return lead + manner.normal(piece) + trail


def _without_accents(text: str) -> str:
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        is_enye = character == _TILDE and bool(kept) and kept[-1] in "nN"
        if is_enye or not unicodedata.combining(character):
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))
