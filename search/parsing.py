"""What people type, as words, phrases and operators. Anything can be typed; nothing here raises.

Operators: ``"one after the other"``, ``-word``, ``autor:``, ``titulo:``, ``materia:`` (or tema:), ``año:2015..2020``
and OR between two; with or without accents, in English too. What looks like an operator but is none is words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from search.analysis import fold, is_stop_word, normal, plain, split

MOST_CHARACTERS = 1_000
MOST_WORDS = 12
"""Of a query, and of alternatives to one of them; also how many filters and how many exclusions count."""
MOST_IN_PHRASE = 40

Years = tuple[int | None, int | None]
"""First and last, both included; None: open."""
_NAMES = {
    "creator": ("autor", "autora", "author", "creator"),
    "title": ("titulo", "title"),
    "subject": ("materia", "tema", "subject"),
    "year": ("ano", "anio", "year"),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_NAME = r"autora?|author|creator|t[ií]tulo|title|materia|tema|subject|a[ñn]o|anio|year"
_OPERAND = re.compile(
    rf"""(?P<minus>(?<![^\s(])-(?=[\w"“«]))?
    (?:(?<![^\W_])(?P<name>{_NAME}):(?=[^\s:]))?
    (?:(?<!\w)["“«](?P<quoted>[^"”»]*)["”»]|(?P<plain>[^\s"“”«»([{{][^\s"“”«»]*))""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME_ALONE = re.compile(f"(?:{_NAME}):+", re.IGNORECASE)
_DASH = r"\.{2,3}|…|-|–|—"
_YEARS = re.compile(rf"(\d{{4}})|(\d{{4}})?(?:{_DASH})(\d{{4}})?")
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Term:
    """Words that a document is to hold, or not to.

    Without a field, or in the field "title": one right after the other in one title or one text (of a description or a
    page). In "creator" and "subject": all of them, in any order and in any of the document's names.
    """

    words: tuple[str, ...]
    field: str = ""
    is_exact: bool = False
    """Whether no other number (papas for papa) will do."""

    def forms(self) -> list[tuple[str, ...]]:
        """For each word what it may be in the texts: itself, and its plural or singular."""
        return [(word,) if self.is_exact else numbers_of(word) for word in self.words]

    def lenient_forms(self) -> list[tuple[str, ...]]:
        """The same, and with ñ where n was typed: for what is sought, not for what is excluded."""
        return [tuple(dict.fromkeys(each for form in forms for each in with_enye(form))) for forms in self.forms()]


@dataclass(frozen=True)
class Asked:
    """The words of a query: folded, each once, in order, without stop words unless there is nothing else."""

    words: tuple[str, ...] = ()
    """Any of them may match; phrases, and titles where nothing else is asked, are among them, what is excluded not."""
    typed: tuple[str, ...] = ()
    """The same words as they were typed."""
    is_open: bool = False
    """Whether the last word may still be unfinished: nothing follows it."""
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of some words: others that do as well (OR)."""
    required: tuple[tuple[Term, ...], ...] = ()
    """A document is to hold one term of each, in whichever of its units."""
    excluded: tuple[Term, ...] = ()
    """A document that holds one of them, in whichever of its units, is left out."""
    years: Years = (None, None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked."""
        return not (self.words or self.required or self.excluded or self.years != (None, None))


@dataclass(frozen=True)
class _Operand:
    """A chunk of what was typed: a word (or several without a space between), or what stands between quotes."""

    text: str
    field: str = ""
    is_quoted: bool = False
    is_excluded: bool = False

    @property
    def written(self) -> list[str]:
        return split(self.text)

    @property
    def term(self) -> Term:
        # Names of people have no other number.
        exact = self.is_quoted or self.field == "creator"
        return Term(tuple(filter(None, map(fold, self.written[:MOST_IN_PHRASE]))), self.field, exact)


class _Telling:
    """Words in order, and which of them tell something."""

    def __init__(self, stop_words: AbstractSet[str]) -> None:
        self._stop_words = stop_words
        self.typed: dict[str, str] = {}
        self.names: set[str] = set()
        """Words that are only the names of operators without anything after them."""

    def __call__(self, word: str) -> bool:
        return not (is_stop_word(word) or word in self._stop_words or word in self.names)

    def add(self, operand: _Operand) -> None:
        for written in operand.written:
            if word := fold(written):
                self.typed.setdefault(word, written)

    def kept(self) -> dict[str, str]:
        telling = {word: written for word, written in self.typed.items() if self(word)} or self.typed
        return dict(list(telling.items())[:MOST_WORDS])


@lru_cache(maxsize=256)
def parse(text: str, stop_words: frozenset[str] = frozenset()) -> Asked:
    """Read a query; of very long ones the first MOST_WORDS words count. ``stop_words``: folded, beside the built-in."""
    clean = normal(text[:MOST_CHARACTERS])
    tells = _Telling(stop_words)
    operands, years = _without_years(list(_operands(clean)))
    alternatives: dict[str, tuple[str, ...]] = {}
    required: list[tuple[Term, ...]] = []
    excluded = [each.term for each in operands if each.is_excluded and any(map(tells, each.term.words))]
    for chain in _chains([each for each in operands if not each.is_excluded], clean):
        _read(chain, tells, alternatives, required)
    if not tells.typed:
        for operand in operands:
            if operand.field == "title" and not operand.is_excluded:
                tells.add(operand)
    kept = tells.kept()
    return Asked(
        words=tuple(kept),
        typed=tuple(kept.values()),
        is_open=bool(kept) and _is_open(operands, clean, list(kept)[-1]),
        alternatives={word: others for word, others in alternatives.items() if word in kept},
        required=tuple(required[:MOST_WORDS]),
        excluded=tuple(excluded[:MOST_WORDS]),
        years=years,
    )


def numbers_of(word: str) -> tuple[str, ...]:
    """A folded word with what may be its plural or its singular: papa, papas; luz, luces; flor, flores."""
    if len(word) < 3 or not word.isalpha():
        return (word,)
    found = [word, f"{word}s" if word[-1] in _VOWELS else f"{word}es"]
    if word[-1] == "z":
        found[1] = f"{word[:-1]}ces"
    if word[-1] == "s" and len(word) > 3:
        found[1:] = [word[:-1]]
        if word[-2] == "e" and word[-3] not in _VOWELS:
            found.append(f"{word[:-3]}z" if word[-3] == "c" else word[:-2])
    return tuple(found)


def with_enye(word: str) -> tuple[str, ...]:
    """A folded word and what it is where one n of it was meant as ñ."""
    places = [place for place, letter in enumerate(word) if letter == "n"]
    return (word, *(f"{word[:place]}ñ{word[place + 1 :]}" for place in places))


def both_years(one: Years, other: Years) -> Years:
    """The years that are in both."""
    firsts = [year for year in (one[0], other[0]) if year is not None]
    lasts = [year for year in (one[1], other[1]) if year is not None]
    return max(firsts, default=None), min(lasts, default=None)


def _operands(clean: str) -> Iterator[_Operand]:
    for found in _OPERAND.finditer(clean):
        name, is_quoted = found["name"], found["quoted"] is not None
        text = found["quoted"] if is_quoted else found["plain"]
        if text == "|" or any(map(fold, split(text))):
            field = _FIELD_OF[plain(fold(name))] if name else ""
            yield _Operand(text, field, is_quoted=is_quoted, is_excluded=found["minus"] is not None)


def _without_years(operands: Sequence[_Operand]) -> tuple[list[_Operand], Years]:
    """The operands that are words, and the years that the others ask for; what is no year is words."""
    years: Years = (None, None)
    kept = []
    for operand in operands:
        asked = _years(operand.text) if operand.field == "year" and not operand.is_excluded else None
        if asked:
            years = both_years(years, asked)
        else:
            is_year = operand.field == "year"
            kept.append(_Operand(operand.text, is_excluded=operand.is_excluded) if is_year else operand)
    return kept, years


def _years(text: str) -> Years | None:
    found = _YEARS.fullmatch(text) or _YEARS.fullmatch(text.rstrip(".,;)"))
    if not found or not any(found.groups()):
        return None
    if found[1]:
        return int(found[1]), int(found[1])
    first, last = (int(year) if year else None for year in found.group(2, 3))
    return (last, first) if first is not None and last is not None and first > last else (first, last)


def _chains(operands: Sequence[_Operand], clean: str) -> Iterator[list[_Operand]]:
    """Operands one by one, but together where OR stands between them (or O, where not all is in capitals)."""
    joining = {"OR", "|"} if clean == clean.upper() else {"OR", "|", "O"}
    chain: list[_Operand] = []
    is_joined = False
    for place, operand in enumerate(operands):
        is_or = operand.text in joining and not operand.is_quoted and not operand.field
        if is_or and chain and not is_joined and place + 1 < len(operands):
            is_joined = True
        elif is_joined:
            chain.append(operand)
            is_joined = False
        else:
            if chain:
                yield chain
            chain = [operand]
    if chain:
        yield chain


def _read(
    chain: Sequence[_Operand],
    tells: _Telling,
    alternatives: dict[str, tuple[str, ...]],
    required: list[tuple[Term, ...]],
) -> None:
    """Add what a chain asks for: words that are sought, others that do as well, terms of which one is required."""
    terms = [each.term for each in chain]
    is_plain = not any(each.is_quoted or each.field for each in chain)
    if is_plain and len(chain) == 1:
        if _NAME_ALONE.fullmatch(chain[0].text):
            tells.names.update(terms[0].words)
        tells.add(chain[0])
        return
    telling = [(each, term) for each, term in zip(chain, terms, strict=True) if any(map(tells, term.words))]
    if is_plain and all(len(term.words) == 1 for term in terms):
        _read_alternatives([each for each, _ in telling or zip(chain, terms, strict=True)], tells, alternatives)
        return
    if telling:
        required.append(tuple(term for _, term in telling[:MOST_WORDS]))
    for each in chain:
        if not each.field:
            tells.add(each)


def _read_alternatives(chain: Sequence[_Operand], tells: _Telling, alternatives: dict[str, tuple[str, ...]]) -> None:
    first, *others = dict.fromkeys(each.term.words[0] for each in chain)
    tells.add(chain[0])
    if others:
        alternatives[first] = tuple(dict.fromkeys((*alternatives.get(first, ()), *others)))[:MOST_WORDS]


def _is_open(operands: Sequence[_Operand], clean: str, last: str) -> bool:
    """Whether what was typed ends in the last of the words that are sought, outside quotes and fields."""
    ending = operands[-1]
    if ending.is_quoted or ending.field or ending.is_excluded or not ending.written:
        return False
    return clean.endswith(ending.written[-1]) and fold(ending.written[-1]) == last
