"""What a page of HTML, or a chapter of a book, says of itself, and what keeps people from reading it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from catalog.accessibility.flaws import LEAST_CONTRAST, Flaw, contrast, found
from catalog.extract.about import About, offer
from catalog.extract.markup import Element, attribute, local

HEADED_PARAGRAPHS = 30
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STYLE = re.compile(r"(?:^|;)\s*(color|background(?:-color)?)\s*:\s*#([0-9a-f]{6}|[0-9a-f]{3})\b", re.I)


@dataclass
class Inspection:
    """What is met while the pages of a site or a book go by; ``about`` afterwards."""

    language: str = ""
    said: dict[str, str] = field(default_factory=dict)
    _pictures: int = 0
    _tables: int = 0
    _paragraphs: int = 0
    _flaws: dict[Flaw, list[int]] = field(default_factory=dict)
    _has_headings: bool = False

    def look(self, root: Element) -> None:
        """Look at one page."""
        self.language = self.language or attribute(root, "lang")
        for name, value in _said(root):
            self.said.setdefault(name, value)
        for each in root.iter("{*}img"):
            self._pictures += 1
            if "alt" not in each.attrib and attribute(each, "role") not in ("presentation", "none"):
                self._note(Flaw.NO_ALTERNATIVE, self._pictures)
        for each in root.iter("{*}table"):
            self._tables += 1
            if _lacks_header(each):
                self._note(Flaw.NO_TABLE_HEADERS, self._tables)
        levels = [_HEADINGS[local(each)] for each in root.iter() if local(each) in _HEADINGS]
        self._has_headings = self._has_headings or bool(levels)
        self._paragraphs += sum(1 for _ in root.iter("{*}p"))
        if any(level > before + 1 for before, level in pairwise(levels)):
            self._note(Flaw.HEADING_SKIPPED)
        if any(_is_pale(attribute(each, "style")) for each in root.iter() if "style" in each.attrib):
            self._note(Flaw.CONTRAST)

    def _note(self, flaw: Flaw, *where: int) -> None:
        self._flaws.setdefault(flaw, []).extend(where)

    def about(self) -> About:
        findings: list[dict[str, Any]] = [found(flaw, where) for flaw, where in self._flaws.items()]
        findings += [found(Flaw.NO_TITLE)] * (not self.said.get("title"))
        findings += [found(Flaw.NO_LANGUAGE)] * (not self.language)
        findings += [found(Flaw.NO_HEADINGS)] * (not self._has_headings and self._paragraphs >= HEADED_PARAGRAPHS)
        return About(
            offered=offer(
                title=self.said.get("title"),
                creators=self.said.get("author") or self.said.get("creator"),
                date=self.said.get("date"),
                language=self.language,
                subjects=self.said.get("keywords") or self.said.get("subject"),
            ),
            findings=findings,
        )


def _said(root: Element) -> Iterable[tuple[str, str]]:
    """What the head of a page says, by the last word of its name: DC.creator is creator."""
    for each in root.iter("{*}title"):
        if (each.text or "").strip():
            yield "title", each.text or ""
        break
    for each in root.iter("{*}meta"):
        name, value = attribute(each, "name").lower().rpartition(".")[2], attribute(each, "content")
        if name and value.strip():
            yield name, value


def _lacks_header(table: Element) -> bool:
    rows = list(table.iter("{*}tr"))
    columns = max((sum(local(cell) in ("td", "th") for cell in row) for row in rows), default=0)
    return len(rows) > 1 and columns > 1 and next(table.iter("{*}th"), None) is None


def _is_pale(style: str) -> bool:
    """Are letters too pale for their paper, both as the style says, the paper white where it does not?"""
    colours = {name.lower().partition("-")[0]: value for name, value in _STYLE.findall(style[:2000])}
    if "color" not in colours or ("background" in style.lower() and "background" not in colours):
        return False
    ink, paper = (_whole(colours.get(name, "ffffff")) for name in ("color", "background"))
    return contrast(ink, paper) < LEAST_CONTRAST


def _whole(colour: str) -> str:
    return colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
