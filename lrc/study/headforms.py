"""What people type of a module as a whole: read, checked, and kept to be shown again beside what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.library import LANGUAGES, LICENSES, TITLE_LIMIT
from lrc.study.content import Course, Described, Misfit, Module, Term, changed, tidied
from search.levels import LEVELS

MOST_MINUTES = 60_000
Head = TypeVar("Head", Module, Course)
_COLON = re.compile(r"(?<!\\):")
_FIELDS = (
    *("title", "summary", "objectives", "creators", "subjects", "level", "language", "license", "minutes"),
    *("glossary", "audience"),
)


@dataclass
class HeadForm:
    """The form; ``errors`` has a sentence for each field that cannot be. Lists are one to a line."""

    title: str = ""
    summary: str = ""
    objectives: str = ""
    creators: str = ""
    subjects: str = ""
    level: str = ""
    language: str = "es"
    license: str = LICENSES[0]
    minutes: str = ""
    glossary: str = ""
    audience: str = ""
    based_on: str = ""
    fields: ClassVar[tuple[str, ...]] = _FIELDS
    errors: dict[str, str | LazyString] = field(default_factory=dict)

    @classmethod
    def of_form(cls, typed: Mapping[str, str]) -> Self:
        form = cls(based_on=typed.get("based_on", ""))
        for name in cls.fields:
            setattr(form, name, typed.get(name, "").replace("\r\n", "\n").strip())
        return form

    @classmethod
    def of_head(cls, head: Module, *, audience: str, based_on: str) -> HeadForm:
        return cls(
            title=head.title,
            summary=head.summary,
            objectives=lines(head.objectives),
            creators=lines(head.creators),
            subjects=lines(head.subjects),
            level=head.level,
            language=head.language,
            license=head.license,
            minutes=str(head.minutes or ""),
            glossary="\n".join(_as_text(each) for each in head.glossary),
            audience=audience.split(":")[0],
            based_on=based_on,
        )

    def checked(self, head: Module) -> Module:
        """The head with what was typed; sentences in ``errors`` where something cannot be."""
        return self.tidied(head, changed(head, **self.described(head), glossary=self._read_glossary()))

    def described(self, head: Described) -> dict[str, Any]:
        """What was typed of what courses and modules both say; sentences in ``errors`` where something cannot be."""
        self._check_choices(head)
        return {
            "title": " ".join(self.title.split()),
            "summary": self.summary,
            "objectives": _split(self.objectives),
            "creators": _split(self.creators),
            "subjects": _split(self.subjects),
            "level": self.level,
            "language": self.language,
            "license": self.license,
            "minutes": self.read_minutes(),
        }

    def tidied(self, head: Head, typed: Head) -> Head:
        """What was typed as it can be kept; the head as it was, and a sentence in ``errors``, where it cannot."""
        try:
            return tidied(typed)
        except Misfit as misfit:
            where = misfit.where.split("[")[0].split(".")[0]
            self.errors.setdefault(where, _("Es demasiado largo, o son demasiados."))
        return head

    def _check_choices(self, head: Described) -> None:
        if not self.title:
            self.errors["title"] = _("Escribe un título.")
        elif len(self.title) > TITLE_LIMIT:
            self.errors["title"] = _("El título es demasiado largo: usa hasta %(limit)s caracteres.", limit=TITLE_LIMIT)
        # What a module brought along when it was taken in may stay as it is.
        if self.language not in LANGUAGES and self.language != head.language:
            self.errors["language"] = _("Elige uno de los idiomas.")
        if self.license not in LICENSES and self.license != head.license:
            self.errors["license"] = _("Elige una de las licencias.")
        if self.level not in ("", *LEVELS) and self.level != head.level:
            self.errors["level"] = _("Elige uno de los niveles.")

    def read_minutes(self) -> int:
        """The minutes that were typed, 0 for none; a sentence in ``errors`` where they are no such number."""
        if not self.minutes:
            return 0
        if self.minutes.isascii() and self.minutes.isdigit() and int(self.minutes[:9]) <= MOST_MINUTES:
            return int(self.minutes)
        self.errors["minutes"] = _("Escribe los minutos con números, por ejemplo 45.")
        return 0

    def _read_glossary(self) -> tuple[Term, ...]:
        terms: list[Term] = []
        for line in self.glossary.split("\n"):
            if line.startswith((" ", "\t")) and terms:
                terms[-1] = changed(terms[-1], meaning=f"{terms[-1].meaning}\n{line.strip()}")
            elif line.strip():
                term, *meaning = _COLON.split(line, maxsplit=1)
                if not meaning or not meaning[0].strip() or not term.strip():
                    self.errors["glossary"] = _(
                        "En cada línea escribe el término, dos puntos y su significado: revisa «%(line)s».",
                        line=line.strip()[:60],
                    )
                    return ()
                terms.append(Term(term.strip().replace("\\:", ":"), meaning[0].strip()))
        return tuple(terms)


def _as_text(term: Term) -> str:
    name = " ".join(term.term.split()).replace(":", "\\:")
    meaning = [line.strip() for line in term.meaning.split("\n")]
    return f"{name}: " + "\n  ".join(meaning)


def lines(items: tuple[str, ...]) -> str:
    """Items as the form shows them, one to a line."""
    return "\n".join(" ".join(each.split()) for each in items)


def _split(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))
