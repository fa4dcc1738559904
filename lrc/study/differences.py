"""What is new in a version of a course or a module beside the one before: part by part, and line by line in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study import history
from lrc.study.content import Course, Module, from_data, to_data
from lrc.study.history import Change, Line

_MOST_LINES = 400
"""Of one part; who reviews reads the rest in the part itself."""
_NAMES = {
    "title": _("Título"),
    "summary": _("Resumen"),
    "objectives": _("Al terminar se podrá"),
    "for_whom": _("Para quién es"),
    "prerequisites": _("Qué conviene saber antes"),
    "creators": _("Autoría"),
    "language": _("Idioma"),
    "level": _("Nivel"),
    "subjects": _("Temas"),
    "license": _("Licencia"),
    "minutes": _("Minutos"),
    "is_self_study": _("Se puede estudiar por cuenta propia"),
    "gives_certificate": _("Da certificado"),
    "modules": _("Módulo"),
    "glossary": _("Glosario"),
}
_YES, _NO = _("sí"), _("no")


class What(StrEnum):
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    MOVED = "moved"  # to another place, its text the same


@dataclass(frozen=True)
class Difference:
    """What became of one part (``key`` "" for what the version says of itself), with the lines that differ."""

    what: What
    key: str
    title: str
    lines: Sequence[Line] = ()
    is_cut: bool = False
    """Whether there are more lines than these."""


def between(
    older: Module | Course, newer: Module | Course, titles: Mapping[str, str] | None = None
) -> list[Difference]:
    """What differs, first in what the two say of themselves, then in the parts in their order; gone ones last.

    ``titles`` are those of a course's modules, by record_id.
    """
    head = _changed("", newer.title, _head(older, titles or {}), _head(newer, titles or {}))
    found = [head] if head else []
    if isinstance(older, Module) and isinstance(newer, Module):
        found += _of_parts(older, newer)
    return found


def read(content: Mapping[str, Any], *, is_course: bool) -> Module | Course:
    """A version's contents."""
    return from_data(content, Course) if is_course else from_data(content, Module)


def _of_parts(older: Module, newer: Module) -> list[Difference]:
    before = {each.key: each for each in older.parts}
    found = []
    moved = _moved([each.key for each in older.parts], [each.key for each in newer.parts])
    for part in newer.parts:
        if part.key not in before:
            found.append(Difference(What.NEW, part.key, part.title))
            continue
        texts = (history.text_of(before[part.key]), history.text_of(part))
        difference = _changed(part.key, part.title, *texts)
        if difference is None and part.key in moved:
            difference = Difference(What.MOVED, part.key, part.title)
        if difference:
            found.append(difference)
    kept = {each.key for each in newer.parts}
    gone = [Difference(What.GONE, each.key, each.title) for each in older.parts if each.key not in kept]
    return found + gone


def _moved(older: Sequence[str], newer: Sequence[str]) -> set[str]:
    """Those that come after another part than before, of the parts that both have."""
    kept = set(older) & set(newer)
    before, now = ([each for each in keys if each in kept] for keys in (older, newer))
    follows = dict(zip(before, ["", *before], strict=False))
    return {each for each, previous in zip(now, ["", *now], strict=False) if follows[each] != previous}


def _changed(key: str, title: str, older: str, newer: str) -> Difference | None:
    lines = history.compare(older, newer)
    if all(line.change in (Change.SAME, Change.SKIPPED) for line in lines):
        return None
    return Difference(What.CHANGED, key, title, lines[:_MOST_LINES], is_cut=len(lines) > _MOST_LINES)


def _head(content: Module | Course, titles: Mapping[str, str]) -> str:
    """What it says of itself, one thing a line, each with its name."""
    said = to_data(content)
    return "\n".join(f"{name}: {each}" for field, name in _NAMES.items() for each in _told(said.get(field, ""), titles))


def _told(value: object, titles: Mapping[str, str]) -> list[str]:
    """A value as lines; a module of a course by its title."""
    if isinstance(value, list):
        return [line for each in value for line in _told(each, titles)]
    if isinstance(value, dict):
        return [" = ".join(map(str, value.values()))]
    if isinstance(value, bool):
        return [str(_YES if value else _NO)]
    return [titles.get(line, line) for line in str(value).splitlines()]
