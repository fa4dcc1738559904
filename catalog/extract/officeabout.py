"""What a document, a deck of slides or a workbook of Office says of itself, and what keeps people from reading it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from catalog.accessibility.flaws import LEAST_CONTRAST, Flaw, contrast, found
from catalog.extract.about import About, offer
from catalog.extract.markup import Element, attribute, local
from catalog.extract.office import Package

# Without a heading one cannot jump in a text of this many paragraphs.
HEADED_PARAGRAPHS = 40
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")


def of_document(package: Package, root: Element, levels: list[int]) -> About:
    """``levels`` are those of its headings, in the order of the document."""
    language = _language(package)
    findings = [*_common(package, language), *_headings(levels, sum(1 for _ in root.iter("{*}p")))]
    if unsaid := [*_without_alternative(root.iter("{*}docPr"))]:
        findings.append(found(Flaw.NO_ALTERNATIVE, unsaid))
    tables = enumerate(root.iter("{*}tbl"), start=1)
    if bare := [number for number, each in tables if _lacks_header(each)]:
        findings.append(found(Flaw.NO_TABLE_HEADERS, bare))
    if any(_is_pale(each) for each in root.iter("{*}rPr")):
        findings.append(found(Flaw.CONTRAST))
    return About(offered=offered(package, language), findings=findings)


def of_slides(package: Package, slides: Iterable[tuple[Element, str]]) -> About:
    """``slides`` are their roots with their titles."""
    untitled, unsaid, language = list[int](), list[int](), ""
    for number, (root, title) in enumerate(slides, start=1):
        untitled += [number] * (not title.strip())
        unsaid += [number] * any(True for _ in _without_alternative(root.iterfind(".//{*}nvPicPr/{*}cNvPr")))
        language = language or next((attribute(each, "lang") for each in root.iter("{*}rPr", "{*}endParaRPr")), "")
    findings = _common(package, language)
    findings += [found(Flaw.NO_SLIDE_TITLE, untitled)] * bool(untitled)
    findings += [found(Flaw.NO_ALTERNATIVE, unsaid)] * bool(unsaid)
    return About(offered=offered(package, language), findings=findings)


def offered(package: Package, language: str = "") -> dict[str, Any]:
    """What its properties offer (ECMA-376 part 2, core properties)."""
    said = _properties(package)
    return offer(
        title=said.get("title"),
        creators=said.get("creator"),
        date=said.get("created"),
        language=said.get("language") or language,
        subjects=said.get("keywords") or said.get("subject"),
    )


def _properties(package: Package) -> dict[str, str]:
    part = package.find("", "core-properties")
    return {local(each): each.text or "" for each in package.parse(part)} if part else {}


def _common(package: Package, language: str) -> list[dict[str, Any]]:
    title = _properties(package).get("title", "").strip()
    return [found(Flaw.NO_TITLE)] * (not title) + [found(Flaw.NO_LANGUAGE)] * (not language)


def _language(package: Package) -> str:
    part = package.find(package.main, "styles")
    langs = package.parse(part).iter("{*}lang") if part else ()
    return next((value for each in langs if (value := attribute(each, "val"))), "")


def _headings(levels: list[int], paragraphs: int) -> Iterator[dict[str, Any]]:
    if not levels and paragraphs >= HEADED_PARAGRAPHS:
        yield found(Flaw.NO_HEADINGS)
    if any(level > before + 1 for before, level in pairwise(levels)):
        yield found(Flaw.HEADING_SKIPPED)


def _without_alternative(pictures: Iterable[Element]) -> Iterator[int]:
    """The numbers of the pictures that neither say what they show nor that they only adorn."""
    for number, each in enumerate(pictures, start=1):
        adorns = any(attribute(mark, "val") in ("1", "true") for mark in each.iter("{*}decorative"))
        if not adorns and not (attribute(each, "descr") or attribute(each, "title")).strip():
            yield number


def _lacks_header(table: Element) -> bool:
    """Has it rows and columns, and none marked as what names them? Tables of one row or column are mere layout."""
    rows = [each for each in table if local(each) == "tr"]
    cells = [sum(local(cell) == "tc" for cell in row) for row in rows]
    return len(rows) > 1 and max(cells) > 1 and next(table.iter("{*}tblHeader"), None) is None


def _is_pale(properties: Element) -> bool:
    """Is the ink too pale for white paper? Where the paper is coloured, or the colour follows a theme, who knows."""
    ink = next((attribute(each, "val") for each in properties if local(each) == "color"), "")
    themed = any(attribute(each, "themeColor") for each in properties if local(each) == "color")
    on_colour = any(local(each) in ("shd", "highlight") for each in properties)
    return bool(_COLOUR.fullmatch(ink)) and not themed and not on_colour and contrast(ink, "ffffff") < LEAST_CONTRAST
