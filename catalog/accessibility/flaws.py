"""What can keep somebody from using a file, as codes that the child process may say, and how bad each is."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any

MOST_PLACES = 50
"""So many numbers are kept of one finding."""


class Severity(IntEnum):
    """What a flaw takes from a score of a hundred, however often it is met."""

    NOTICE = 0
    MINOR = 5
    MODERATE = 10
    SERIOUS = 20
    CRITICAL = 50
    UNUSABLE = 100


class Flaw(StrEnum):
    """Codes of File.findings, and those that only the resource around the file tells."""

    NO_TEXT = "no_text"
    PAGES_UNREAD = "pages_unread"
    RECOGNISED = "recognised"
    LOCKED = "locked"
    UNTAGGED = "untagged"
    NO_TITLE = "no_title"
    NO_LANGUAGE = "no_language"
    WRONG_LANGUAGE = "wrong_language"
    NO_ALTERNATIVE = "no_alternative"
    NO_HEADINGS = "no_headings"
    HEADING_SKIPPED = "heading_skipped"
    NO_CONTENTS = "no_contents"
    NO_TABLE_HEADERS = "no_table_headers"
    NO_SLIDE_TITLE = "no_slide_title"
    CONTRAST = "contrast"
    CODEC = "codec"
    TOLD_PLACE = "told_place"
    NO_CAPTIONS = "no_captions"
    NO_TRANSCRIPT = "no_transcript"
    NO_DESCRIPTION = "no_description"
    LANGUAGE_UNSAID = "language_unsaid"


SEVERITY = {
    Flaw.NO_TEXT: Severity.UNUSABLE,
    Flaw.PAGES_UNREAD: Severity.SERIOUS,
    Flaw.RECOGNISED: Severity.MINOR,
    Flaw.LOCKED: Severity.CRITICAL,
    Flaw.UNTAGGED: Severity.SERIOUS,
    Flaw.NO_TITLE: Severity.MINOR,
    Flaw.NO_LANGUAGE: Severity.MODERATE,
    Flaw.WRONG_LANGUAGE: Severity.MODERATE,
    Flaw.NO_ALTERNATIVE: Severity.SERIOUS,
    Flaw.NO_HEADINGS: Severity.MODERATE,
    Flaw.HEADING_SKIPPED: Severity.MINOR,
    Flaw.NO_CONTENTS: Severity.MINOR,
    Flaw.NO_TABLE_HEADERS: Severity.MODERATE,
    Flaw.NO_SLIDE_TITLE: Severity.MODERATE,
    Flaw.CONTRAST: Severity.SERIOUS,
    Flaw.CODEC: Severity.MODERATE,
    Flaw.TOLD_PLACE: Severity.NOTICE,
    Flaw.NO_CAPTIONS: Severity.CRITICAL,
    Flaw.NO_TRANSCRIPT: Severity.CRITICAL,
    Flaw.NO_DESCRIPTION: Severity.CRITICAL,
    Flaw.LANGUAGE_UNSAID: Severity.MODERATE,
}


def found(flaw: Flaw, where: Iterable[int] = ()) -> dict[str, Any]:
    """A finding as it is kept: ``where`` are numbers of pages or, in what has none, of pictures and tables."""
    return {"code": flaw.value, "where": sorted(set(where))[:MOST_PLACES]}


def contrast(ink: str, paper: str) -> float:
    """The contrast of two colours, six hexadecimal digits each, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


LEAST_CONTRAST = 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
