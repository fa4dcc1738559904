"""The facets by which courses are browsed: what may be chosen, what a choice keeps, and how many each would leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from lti.people import fold
from search.levels import LEVELS

BANDS = {
    "2h": _("Hasta 2 horas"),
    "10h": _("De 2 a 10 horas"),
    "more": _("Más de 10 horas"),
}
"""How long courses take, by code."""
_SHORT, _MIDDLE = 2 * 60, 10 * 60
SELF_STUDY, TUTORED = "self", "tutored"
MODES = {SELF_STUDY: _("Empieza cuando quieras"), TUTORED: _("Con tutor, inscripciones abiertas")}
CERTIFICATES = {"yes": _("Con certificado"), "no": _("Sin certificado")}
MOST_VALUES = 60
"""Of a facet; what is rarer can be searched by its words."""


@dataclass(frozen=True)
class Traits:
    """What the facets know of a course."""

    id: int
    subjects: Sequence[str]
    level: str
    effort_minutes: int
    language: str
    institution_id: int | None
    is_self_study: bool
    is_tutored: bool
    """Whether there is a group with a tutor that one may still join."""
    gives_certificate: bool


@dataclass(frozen=True)
class Value:
    """Something that may be chosen; ``count`` is how many courses that leaves, beside what else is chosen."""

    code: str
    label: str | LazyString
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: LazyString
    values: Sequence[Value]


@dataclass(frozen=True)
class Choice:
    """What somebody looks for: words, and by facet the codes of which one is to be met (none chosen: any)."""

    words: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    page: int = 1

    @property
    def is_empty(self) -> bool:
        return not self.words and not any(self.chosen.values())


@lru_cache(maxsize=4096)
def subject_code(subject: str) -> str:
    """One code for all spellings: "Matemática" and "matematica" are the same subject."""
    return " ".join(fold(subject).split())


def _band(minutes: int) -> Collection[str]:
    if not minutes:
        return ()
    return ("2h",) if minutes <= _SHORT else ("10h",) if minutes <= _MIDDLE else ("more",)


def _modes(traits: Traits) -> Collection[str]:
    return [code for code, has in ((SELF_STUDY, traits.is_self_study), (TUTORED, traits.is_tutored)) if has]


_CODES: Mapping[str, Callable[[Traits], Collection[str]]] = {
    "subject": lambda traits: {code for each in traits.subjects if (code := subject_code(each))},
    "level": lambda traits: (traits.level,) if traits.level in LEVELS else (),
    "effort": lambda traits: _band(traits.effort_minutes),
    "mode": _modes,
    "certificate": lambda traits: ("yes" if traits.gives_certificate else "no",),
    "language": lambda traits: (traits.language,) if traits.language else (),
    "institution": lambda traits: (str(traits.institution_id),) if traits.institution_id else (),
}
NAMES: Mapping[str, LazyString] = {
    "subject": _("Tema"),
    "level": _("Nivel"),
    "effort": _("Cuánto toma"),
    "mode": _("Cómo se lleva"),
    "certificate": _("Certificado"),
    "language": _("Idioma"),
    "institution": _("Institución"),
}
"""By name in addresses, in the order in which they are shown."""
_LABELS: Mapping[str, Mapping[str, LazyString]] = {
    "level": LEVELS,
    "effort": BANDS,
    "mode": MODES,
    "certificate": CERTIFICATES,
}


def sift(
    courses: Iterable[Traits], choice: Choice, labels: Mapping[str, Mapping[str, str]]
) -> tuple[list[Traits], list[Facet]]:
    """The courses that meet the choice, in their order, and the facets with how many each value would leave.

    A value's count obeys what is chosen of the other facets, not of its own: of one facet several may be chosen.
    ``labels`` names the values of facets that have no words of their own, by facet and code.
    """
    kept: list[Traits] = []
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for course in courses:
        codes = {name: codes_of(course) for name, codes_of in _CODES.items()}
        missed = [name for name, wanted in choice.chosen.items() if wanted and not wanted.intersection(codes[name])]
        if not missed:
            kept.append(course)
        for name in _CODES if not missed else missed if len(missed) == 1 else ():
            counts[name].update(codes[name])
    known = {**_LABELS, **labels}
    return kept, [_facet(name, counts[name], choice, known.get(name, {})) for name in NAMES]


def _facet(name: str, counts: Counter[str], choice: Choice, labels: Mapping[str, str | LazyString]) -> Facet:
    chosen = choice.chosen.get(name, frozenset())
    if name in _LABELS:
        codes = [code for code in labels if counts[code] or code in chosen]
    else:
        by_count = sorted(counts, key=lambda code: (-counts[code], str(labels.get(code, code))))
        codes = [*by_count[:MOST_VALUES], *sorted(chosen - set(by_count[:MOST_VALUES]))]
    values = [Value(code, labels.get(code, code), counts[code], code in chosen) for code in codes]
    return Facet(name, NAMES[name], values)


def spellings(courses: Iterable[Traits]) -> dict[str, str]:
    """How each subject is written most often, by its code."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for course in courses:
        for each in course.subjects:
            written[subject_code(each)][each.strip()] += 1
    return {code: max(sorted(forms), key=forms.__getitem__) for code, forms in written.items()}
