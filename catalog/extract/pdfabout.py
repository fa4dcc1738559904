"""What a PDF says of itself: its title and its makers, and whether those who do not see it can read it."""

from __future__ import annotations

import ctypes
import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw

from catalog.accessibility.flaws import Flaw, found
from catalog.extract.about import About, offer

INSPECTED_PAGES, INSPECTED_S, INSPECTED_ELEMENTS = 300, 10.0, 50_000
LONG_PAGES, HEADED_PAGES = 20, 3
# Bit 10 of a PDF's permissions (ISO 32000-1, table 22): may programs for those who do not see take its text?
_FOR_ACCESSIBILITY = 1 << 9
_TITLE_LINES, _TITLE_CHARACTERS = 6, (8, 250)
_BUFFER_BYTES = 4096

_Inspected = dict[Flaw, set[int]]


def about(document: pypdfium2.PdfDocument, unread: list[int]) -> About:
    """``unread`` are the numbers of the pages that are pictures and could not be read."""
    said = document.get_metadata_dict()
    language = _text(lambda buffer, size: pypdfium2.raw.FPDFCatalog_GetLanguage(document, buffer, size))
    title = said.get("Title", "")
    offered = offer(
        title=title,
        creators=said.get("Author"),
        date=said.get("CreationDate"),
        language=language,
        subjects=said.get("Keywords"),
    )
    if "title" not in offered:
        offered = offered | offer(title=_largest_words(document))
    flaws = _inspect(document)
    findings = [found(flaw, where) for flaw, where in flaws.items()]
    findings += [found(Flaw.NO_TITLE)] * (not title.strip()) + [found(Flaw.NO_LANGUAGE)] * (not language)
    findings += [found(Flaw.PAGES_UNREAD, unread)] * bool(unread)
    return About(offered=offered, findings=findings)


def _text(get: Callable[[Any, int], int]) -> str:
    """A text of PDFium's, which it writes as UTF-16 with an end into a buffer of ours."""
    buffer = (ctypes.c_ushort * (_BUFFER_BYTES // 2))()
    size = int(get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), _BUFFER_BYTES))
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace") if 0 < size <= _BUFFER_BYTES else ""


def _inspect(document: pypdfium2.PdfDocument) -> _Inspected:
    flaws: _Inspected = {}
    if not pypdfium2.raw.FPDF_GetDocPermissions(document) & _FOR_ACCESSIBILITY:
        flaws[Flaw.LOCKED] = set()
    if len(document) > LONG_PAGES and next(iter(document.get_toc(max_depth=1)), None) is None:
        flaws[Flaw.NO_CONTENTS] = set()
    if not pypdfium2.raw.FPDFCatalog_IsTagged(document):
        return flaws | {Flaw.UNTAGGED: set()}
    levels: list[tuple[int, int]] = []
    for number, kind, element in _elements(document):
        if kind == "Figure" and not _alternative(element):
            flaws.setdefault(Flaw.NO_ALTERNATIVE, set()).add(number)
        elif kind in _HEADINGS:
            levels.append((number, _HEADINGS[kind]))
    if not levels and len(document) >= HEADED_PAGES:
        flaws[Flaw.NO_HEADINGS] = set()
    if skipped := {number for (_, before), (number, level) in pairwise(levels) if level > before + 1}:
        flaws[Flaw.HEADING_SKIPPED] = skipped
    return flaws


_HEADINGS = {"H": 1} | {f"H{level}": level for level in range(1, 7)}


def _elements(document: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, Any]]:
    """(page, kind, element) of the structure in the order of reading, as far as there is time."""
    raw, until, left = pypdfium2.raw, time.monotonic() + INSPECTED_S, INSPECTED_ELEMENTS
    for index in range(min(len(document), INSPECTED_PAGES)):
        page = document[index]
        tree = raw.FPDF_StructTree_GetForPage(page)
        if tree:
            waiting = deque(
                raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))
            )
            while waiting and left and time.monotonic() < until:
                left -= 1
                element = waiting.popleft()
                if not element:
                    continue
                yield index + 1, _kind(element), element
                count = max(0, min(raw.FPDF_StructElement_CountChildren(element), left))
                inner = [raw.FPDF_StructElement_GetChildAtIndex(element, number) for number in range(count)]
                waiting.extendleft(reversed(inner))
            raw.FPDF_StructTree_Close(tree)
        page.close()


def _kind(element: Any) -> str:
    return _text(lambda buffer, size: pypdfium2.raw.FPDF_StructElement_GetType(element, buffer, size))


def _alternative(element: Any) -> str:
    raw = pypdfium2.raw
    return (
        _text(lambda buffer, size: raw.FPDF_StructElement_GetAltText(element, buffer, size))
        or _text(lambda buffer, size: raw.FPDF_StructElement_GetActualText(element, buffer, size))
    ).strip()


def _largest_words(document: pypdfium2.PdfDocument) -> str:
    """What stands in the largest letters on the first page, which mostly is the title."""
    raw = pypdfium2.raw
    page = document[0]
    text_page = page.get_textpage()
    sized: list[tuple[float, str]] = []
    for shown in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=2):
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(shown.raw, size)
        words = _text(lambda buffer, most, of=shown.raw: raw.FPDFTextObj_GetText(of, text_page, buffer, most))  # type: ignore[misc]
        if words.strip():
            sized.append((size.value * abs(shown.get_matrix().d), words.strip()))
    largest = max((size for size, _ in sized), default=0.0)
    lines = [words for size, words in sized if size >= 0.95 * largest]
    text_page.close()
    page.close()
    title = " ".join(lines)
    # Where all letters are alike, none of them is a title.
    is_title = len(lines) <= _TITLE_LINES * 8 and len(lines) < len(sized)
    return title if is_title and _TITLE_CHARACTERS[0] <= len(title) <= _TITLE_CHARACTERS[1] else ""
