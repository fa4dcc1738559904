"""Reads RIS, as reference managers and libraries write it: a tag of two signs a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.citing.names import name_of
from catalog.citing.references import Reference

_TAG = re.compile(r"([A-Z][A-Z0-9]) {0,2}- ?(.*)")
_TYPES = {
    "JOUR": "article-journal", "JFULL": "article-journal", "MGZN": "article-journal", "NEWS": "article-journal",
    "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "THES": "thesis",
    "RPRT": "report", "CPAPER": "paper-conference", "CONF": "paper-conference", "ELEC": "webpage", "BLOG": "webpage",
    "VIDEO": "motion_picture", "MPCT": "motion_picture", "SOUND": "song", "DATA": "dataset", "MAP": "map",
    "FIGURE": "graphic", "ART": "graphic", "COMP": "software",
}  # fmt: skip
_ONE = {
    "TI": "title", "T1": "title", "T2": "container-title", "JO": "container-title", "JF": "container-title",
    "BT": "container-title", "PB": "publisher", "DO": "DOI", "UR": "URL", "LA": "language", "VL": "volume",
    "IS": "issue", "PY": "issued", "Y1": "issued", "DA": "issued",
}  # fmt: skip
_PEOPLE = {"AU": "author", "A1": "author", "ED": "editor"}


def looks_so(text: str) -> bool:
    """Does an entry begin anywhere in it?"""
    return bool(re.search(r"^[ \t]*TY {0,2}- ", text, re.MULTILINE))


def read(text: str) -> Iterator[Reference]:
    """The entries, in order, with all that was understood; identifiers are as they were written."""
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        found = _TAG.match(line.strip())
        tag, value = (found[1], found[2].strip()) if found else ("", line.strip())
        if tag in ("TY", "ER"):
            yield from _entry(lines)
            lines = [(tag, value)] if tag == "TY" else []
        elif tag:
            lines.append((tag, value))
        elif value and lines:
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {value}")
    yield from _entry(lines)


def _entry(lines: list[tuple[str, str]]) -> Iterator[Reference]:
    if not lines:
        return
    made: dict[str, Any] = {"type": "document"}
    first, last = "", ""
    for tag, value in lines:
        if not value:
            continue
        if tag == "TY":
            made["type"] = _TYPES.get(value.upper(), "document")
        elif tag in _PEOPLE:
            made.setdefault(_PEOPLE[tag], []).append(name_of(value))
        elif tag == "SN":
            made.setdefault("ISSN" if re.match(r"\d{4}-?\d{3}[\dXx]\b", value) else "ISBN", value)
        elif tag in ("SP", "EP"):
            first, last = (value, last) if tag == "SP" else (first, value)
        elif tag in _ONE:
            made.setdefault(_ONE[tag], value)
    if first or last:
        made["page"] = "-".join(each for each in (first, last) if each)
    yield made
