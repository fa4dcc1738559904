"""What people type to describe a material: read, checked field by field, and kept to be shown again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.describing import identifiers
from catalog.describing.description import (
    ACCESS_MODES,
    ACCESSIBILITY_FEATURES,
    AUTHOR,
    ROLES,
    Contributor,
    Description,
)
from catalog.describing.identifiers import BadIdentifier
from catalog.library import DESCRIPTION_LIMIT, TITLE_LIMIT
from lti.people import fold
from search.levels import LEVELS

MOST_LINES = 100
LINE_LIMIT = 500
PROVENANCE_LIMIT = 2000
LANGUAGE_CODES = ("es", "en", "qu", "ay", "pt", "fr", "de", "it", "zh", "ja", "la", "mul")
"""Offered for choosing (BCP 47); a material may have another, which then is offered as well. "mul": several."""
_LINES = ("alternative_titles", "contributors", "subjects", "keywords", "identifiers", "sources")
_TEXTS = ("title", "type", "taught_language", "language", "level", "date", "publisher", "license", "rights_holder")
_LONG = {"description": DESCRIPTION_LIMIT, "provenance": PROVENANCE_LIMIT}
_LIMITS = {
    **{"title": TITLE_LIMIT, "type": 100, "date": 40, "publisher": 500, "license": 500, "rights_holder": 500},
    **dict.fromkeys(("language", "taught_language"), 35),
}
_CHOSEN = {"access_modes": ACCESS_MODES, "accessibility_features": ACCESSIBILITY_FEATURES}
OFFERED = {
    "title": "title",
    "description": "description",
    "contributors": "creators",
    "subjects": "subjects",
    "language": "language",
    "date": "date",
}
"""Which of a file's own words (File.offered) each field may take."""
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z")
_CODE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*\Z")
Errors = dict[str, LazyString]


def _as_typed(told: str | Sequence[Any]) -> str:
    return told if isinstance(told, str) else "\n".join(map(str, told))


@dataclass
class DescriptionForm:
    """The fields as they were typed, by name, those of several values one to a line; ``errors`` by field."""

    typed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)

    @classmethod
    def of(cls, said: Description) -> DescriptionForm:
        """The form that shows what is said now."""
        typed = {name: getattr(said, name) for name in (*_TEXTS, *_LONG)}
        typed |= {name: "\n".join(getattr(said, name)) for name in _LINES if name != "contributors"}
        typed["contributors"] = "\n".join(map(_line_of, said.contributors))
        return cls(typed, {name: getattr(said, name) for name in _CHOSEN})

    @classmethod
    def sent(cls, texts: Mapping[str, str], chosen: Mapping[str, Sequence[str]]) -> DescriptionForm:
        """The form as it came; fields that are missing count as empty."""
        typed = {name: _clean(texts.get(name, "")) for name in (*_TEXTS, *_LONG, *_LINES)}
        return cls(typed, {name: tuple(dict.fromkeys(chosen.get(name, ()))) for name in _CHOSEN})

    def use(self, name: str, offered: Mapping[str, Any]) -> None:
        """Put what the file says of itself into a field; what it does not say changes nothing."""
        told = offered.get(OFFERED.get(name, ""))
        if told:
            self.typed[name] = _as_typed(told)

    def otherwise(self, offered: Mapping[str, Any]) -> dict[str, Any]:
        """What the file says of itself, by field, where the field holds something else."""
        told = {name: offered.get(key) for name, key in OFFERED.items()}
        return {name: said for name, said in told.items() if said and _as_typed(said) != self.typed[name].strip()}

    def described(self) -> Description | None:
        """What was typed as a description; None, with a sentence in ``errors`` for each field, where that cannot be."""
        values: dict[str, object] = {name: " ".join(self.typed[name].split()) for name in _TEXTS}
        values |= {name: self.typed[name].strip() for name in _LONG}
        self._check_texts(values)
        for name in _LINES:
            values[name] = self._lines(name)
        for name, allowed in _CHOSEN.items():
            values[name] = tuple(each for each in self.chosen[name] if each in allowed)
        return None if self.errors else Description(**values)  # type: ignore[arg-type]  # by name, as made above

    def _check_texts(self, values: Mapping[str, object]) -> None:
        if not values["title"]:
            self.errors["title"] = _("Escribe un título.")
        for name, limit in {**_LIMITS, **_LONG}.items():
            if len(str(values[name])) > limit:
                self.errors[name] = _("Es demasiado largo: usa hasta %(limit)s caracteres.", limit=limit)
        if (date := str(values["date"])) and not _DATE.match(date):
            self.errors["date"] = _("Escribe el año, o el año y el mes, o la fecha entera: 2015, 2015-03 o 2015-03-21.")
        for name in ("language", "taught_language"):
            if (code := str(values[name])) and not _CODE.match(code):
                self.errors[name] = _("Elige uno de los idiomas.")
        if values["level"] and values["level"] not in LEVELS:
            self.errors["level"] = _("Elige uno de los niveles.")

    def _lines(self, name: str) -> tuple[object, ...]:
        lines = list(dict.fromkeys(_filled(self.typed[name])))
        if len(lines) > MOST_LINES:
            self.errors[name] = _("Son demasiados: escribe hasta %(limit)s, uno en cada línea.", limit=MOST_LINES)
        elif any(len(line) > LINE_LIMIT for line in lines):
            self.errors[name] = _("Hay una línea demasiado larga: usa hasta %(limit)s caracteres.", limit=LINE_LIMIT)
        else:
            return tuple(self._read(name, lines))
        return ()

    def _read(self, name: str, lines: Sequence[str]) -> Iterator[object]:
        read = {"contributors": contributor, "identifiers": identifiers.normal}.get(name, str)
        for line in lines:
            try:
                yield read(line)
            except BadIdentifier as bad:
                self.errors.setdefault(name, bad.sentence)


def contributor(line: str) -> Contributor:
    """Who is meant by "Quispe, Rosa | edición | 0000-0002-1825-0097"; the role and the ORCID iD may be left out.

    Raises BadIdentifier where the role is unknown or the ORCID iD is wrong.
    """
    name, *more = (part.strip() for part in line.split("|"))
    given = Contributor(name)
    for part in filter(None, more):
        if any(sign.isdigit() for sign in part):
            given = replace(given, orcid=identifiers.orcid(part))
        else:
            given = replace(given, role=_role(part))
    if not name:
        raise BadIdentifier(_("En «%(line)s» falta el nombre.", line=line))
    return given


def _role(written: str) -> str:
    wanted = fold(written)
    for code, name in ROLES.items():
        if wanted in (code, fold(str(name))):
            return code
    known = ", ".join(str(name) for name in ROLES.values())
    raise BadIdentifier(_("No conocemos el papel «%(role)s». Los que hay: %(known)s.", role=written, known=known))


def _line_of(each: Contributor) -> str:
    role = "" if each.role == AUTHOR else str(ROLES.get(each.role, each.role))
    return " | ".join(part for part in (each.name, role, each.orcid) if part)


def _filled(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := " ".join(each.split()))]


def _clean(text: str) -> str:
    """Without what databases and pages cannot hold; ends of lines stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
