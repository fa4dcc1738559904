"""Reads BibTeX and BibLaTeX: entries with fields in braces or quotes, and TeX's way of writing letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.citing.names import name_of
from catalog.citing.references import Reference

_START = re.compile(r"@\s*([A-Za-z]{2,30})\s*[{(]")
_FIELD = re.compile(r"[\s,]*([A-Za-z][\w-]{0,40})\s*=\s*")
_BARE = re.compile(r"[^\s,{}()#\"=]{1,200}")
_NO_ENTRIES = frozenset({"comment", "preamble"})
_LONGEST = 10_000
_TYPES = {
    "article": "article-journal", "book": "book", "mvbook": "book", "booklet": "book", "inbook": "chapter",
    "incollection": "chapter", "inproceedings": "paper-conference", "conference": "paper-conference",
    "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "online": "webpage", "electronic": "webpage", "dataset": "dataset", "software": "software",
}  # fmt: skip
_ONE = {
    "title": "title", "journal": "container-title", "journaltitle": "container-title", "booktitle": "container-title",
    "publisher": "publisher", "school": "publisher", "institution": "publisher", "doi": "DOI", "isbn": "ISBN",
    "issn": "ISSN", "url": "URL", "language": "language", "volume": "volume", "number": "issue", "pages": "page",
    "year": "issued", "date": "issued",
}  # fmt: skip

_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_ACCENTS |= {"c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}
_ACCENT = re.compile(
    r"\\(?:(['`^\"~=.])\s*|([cvuHkr])(?=[\s{\\])\s*)(?:\{\s*(\\?[A-Za-z])\s*\}|(\\[ij](?![a-z])|[A-Za-z]))"
)
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å",
    "i": "i", "j": "j", "textbackslash": "\\", "textasciitilde": "\ue022", "textasciicircum": "^", "textquotedbl": '"',
    "textendash": "–", "textemdash": "—", "ldots": "…", "dots": "…", "textquoteright": "’", "textquoteleft": "‘",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)(?:\{\}|[ \t])?")
_ESCAPED = re.compile(r"\\([{}&%$#_ ])")
_KEPT = {"{": "\ue020", "}": "\ue021"}
_SHOWN = str.maketrans({"\ue020": "{", "\ue021": "}", "\ue022": "~"})
_KEY = re.compile(r"[^,={}\"]{0,200},")
_JOINED = re.compile(r"\s*#\s*")
_SIGN = re.compile(r'\\.|[{}"]', re.DOTALL)


def looks_so(text: str) -> bool:
    """Does an entry begin anywhere in it?"""
    return bool(_START.search(text))


def read(text: str) -> Iterator[Reference]:
    """The entries, in order, with all that was understood; identifiers are as they were written."""
    place = 0
    macros: dict[str, str] = {}
    while (found := _START.search(text, place)) is not None:
        place, kind = found.end(), found[1].lower()
        if kind == "string":
            defined, place = _fields(text, place, macros)
            macros.update(defined)
        elif kind not in _NO_ENTRIES:
            fields, place = _fields(text, _behind_key(text, place), macros)
            yield _reference(kind, fields)


def _behind_key(text: str, place: int) -> int:
    """Behind the entry's key, where it has one; a key left out is no reason to lose the entry."""
    found = _KEY.match(text, place)
    return found.end() if found else place


def _fields(text: str, place: int, macros: Mapping[str, str]) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while (found := _FIELD.match(text, place)) is not None:
        value, place = _value(text, found.end(), macros)
        fields.setdefault(found[1].lower(), value)
    return fields, place


def _value(text: str, place: int, macros: Mapping[str, str]) -> tuple[str, int]:
    """What stands behind "=": pieces in braces, in quotes or bare, joined by "#"; bare ones may name a macro."""
    value = ""
    while place < len(text):
        piece = ""
        if text[place] in '{"':
            end = _closing(text, place)
            piece, place = text[place + 1 : end], end + 1
        elif (bare := _BARE.match(text, place)) is not None:
            piece, place = macros.get(bare[0].lower(), bare[0]), bare.end()
        value = (value + piece)[:_LONGEST]
        joined = _JOINED.match(text, place)
        if joined is None:
            break
        place = joined.end()
    return value, place


def _closing(text: str, start: int) -> int:
    """Where the brace or quote opened at ``start`` is closed; the end of the text where it never is."""
    depth, is_quoted = 0, text[start] == '"'
    for found in _SIGN.finditer(text, start + 1):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}" and (depth or not is_quoted):
            if not depth and not is_quoted:
                return found.start()
            depth -= 1
        elif sign == '"' and is_quoted and not depth:
            return found.start()
    return len(text)


def _reference(kind: str, fields: dict[str, str]) -> Reference:
    made: dict[str, Any] = {"type": _TYPES.get(kind, "document")}
    for role in ("author", "editor"):
        names = [_name(each) for each in _parted(fields.get(role, ""))]
        if names:
            made[role] = names
    for field, part in _ONE.items():
        if value := _plain(fields.get(field, "")):
            made.setdefault(part, value.replace("--", "–") if part == "page" else value)
    return made


def _parted(names: str) -> list[str]:
    """The names, parted at an "and" that is in no braces."""
    parted, depth = [""], 0
    for word in re.split(r"(\s+|[{}])", names):
        depth += {"{": 1, "}": -1}.get(word, 0)
        if word.lower() == "and" and not depth:
            parted.append("")
        else:
            parted[-1] += word
    return [each.strip() for each in parted if each.strip()]


def _name(written: str) -> dict[str, str]:
    is_body = written.startswith("{") and written.endswith("}") and written.count("{") == 1
    return {"literal": _plain(written)} if is_body else name_of(_plain(written))


def _plain(written: str) -> str:
    """The text without TeX: letters with their accents, no commands, no braces, single blanks."""
    text = _ESCAPED.sub(lambda found: _KEPT.get(found[1], found[1]), written)
    text = _ACCENT.sub(_accented, text)
    text = _COMMAND.sub(lambda found: _LETTERS.get(found[1], ""), text)
    if "://" not in text:
        text = text.replace("~", " ")  # a blank at which no line is broken
    return " ".join(text.replace("{", "").replace("}", "").translate(_SHOWN).split())


def _accented(found: re.Match[str]) -> str:
    letter = (found[3] or found[4]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1] or found[2]])
