"""What a file says of itself beside its text, checked on its way home: how long it lasts, what it offers, its flaws."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.accessibility.flaws import MOST_PLACES

LONGEST_S = 10 * 24 * 3600.0
TITLE_CHARACTERS, NAME_CHARACTERS = 500, 200
MOST_NAMES, MOST_SUBJECTS, MOST_FINDINGS = 20, 20, 60
# What programs write where nobody gave a title, and names of files.
_NO_TITLE = re.compile(
    r"(untitled|sin t[ií]tulo|document[o]?\s*\d*|presentaci[oó]n( de powerpoint)?\s*\d*|powerpoint presentation|title"
    r"|t[ií]tulo|slide \d+|book\s*\d*|libro\s*\d*|hoja\s*\d*|scan[\w ]*|img[_-]?\d+|escane\w*[\w ]*|[\W\d_]*)",
    re.I,
)
_PROGRAM = re.compile(r"^(microsoft (word|powerpoint|excel)\s*-\s*)", re.I)
_ENDING = re.compile(r"\.(docx?|pptx?|xlsx?|pdf|odt|indd|qxd|rtf|tex|cdr|html?)$", re.I)
_NOBODY = re.compile(
    r"(user|usuario|admin\w*|administrador|author|autor|windows( \w+)?|pc|hp|acer|lenovo|dell|toshiba|asus|"
    r"equipo|invitado|python-\w+|openpyxl|personal|owner|propietario|microsoft.*|.*\.com|unknown|desconocido|[\W\d_]*)",
    re.I,
)
_NAMES_END = re.compile(r"\s*[;\n]\s*")
# At the beginning, as in D:20190312, or by itself.
_YEAR = re.compile(r"^\D{0,5}(?=\d{8})((?:1[5-9]|20)\d\d)|(?<!\d)((?:1[5-9]|20)\d\d)(?!\d)")
_CODE = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True)
class About:
    """``offered`` has the keys title, creators, date, language, subjects, each only where the file says it.

    ``findings`` are those of the accessibility check: ``code`` and ``where``, the numbers of pages or none.
    """

    duration_s: float = 0.0
    offered: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Mapping[str, Any]] = ()


def from_message(message: object) -> About:
    """What the child process said, nothing of it trusted: what cannot be is left out."""
    said = message if isinstance(message, dict) else {}
    duration = said.get("duration_s", 0.0)
    is_time = isinstance(duration, (int, float)) and math.isfinite(duration) and 0 <= duration <= LONGEST_S
    offered = said.get("offered")
    findings = said.get("findings")
    return About(
        duration_s=float(duration) if is_time else 0.0,
        offered=offer(**{key: value for key, value in offered.items() if key in _KEYS})
        if isinstance(offered, dict)
        else {},
        findings=[*_sound(findings)] if isinstance(findings, list) else [],
    )


def offer(
    title: object = "", creators: object = (), date: object = "", language: object = "", subjects: object = ()
) -> dict[str, Any]:
    """What may be offered to who describes the file: only what says something; lists may come as one text."""
    found = {
        "title": _title(title),
        "creators": _listed(creators, MOST_NAMES, lambda name: not _NOBODY.fullmatch(name)),
        "date": _year(date),
        "language": _language(language),
        "subjects": _listed(subjects, MOST_SUBJECTS, lambda name: len(name) > 2, commas=True),
    }
    return {key: value for key, value in found.items() if value}


_KEYS = frozenset({"title", "creators", "date", "language", "subjects"})


def _line(value: object) -> str:
    text = "".join(each if each.isprintable() else " " for each in str(value)) if isinstance(value, str) else ""
    return " ".join(text.split())


def _title(value: object) -> str:
    title = _ENDING.sub("", _PROGRAM.sub("", _line(value))).strip()
    return "" if _NO_TITLE.fullmatch(title) or len(title) < 4 else title[:TITLE_CHARACTERS]


def _listed(value: object, most: int, is_wanted: Callable[[str], bool], *, commas: bool = False) -> list[str]:
    parts: Iterable[object] = ()
    if isinstance(value, str):
        text = value.replace(",", ";") if commas and ";" not in value else value
        parts = _NAMES_END.split(text[: most * NAME_CHARACTERS])
    elif isinstance(value, (list, tuple)):
        parts = value[:most]
    names = [_line(each)[:NAME_CHARACTERS] for each in parts]
    return list(dict.fromkeys(name for name in names if name and is_wanted(name)))[:most]


def _year(value: object) -> str:
    found = _YEAR.search(value[:100]) if isinstance(value, str) else None
    return (found[1] or found[2]) if found else ""


def _language(value: object) -> str:
    code = _line(value).replace("_", "-").partition("-")[0].lower()
    return {"spa": "es", "eng": "en", "que": "qu", "por": "pt", "aym": "ay"}.get(code, code) if code in _SPOKEN else ""


_SPOKEN = frozenset({"es", "en", "qu", "pt", "ay", "fr", "it", "de", "spa", "eng", "que", "por", "aym"})


def _sound(findings: Sequence[object]) -> Iterable[dict[str, Any]]:
    for each in findings[:MOST_FINDINGS]:
        code = each.get("code") if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(code, str) and _CODE.fullmatch(code):
            where = each.get("where")
            places = [place for place in where if type(place) is int] if isinstance(where, list) else []
            yield {"code": code, "where": places[:MOST_PLACES]}
