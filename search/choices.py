"""What the address of the results page asks for: reading it, writing it, changing one thing of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from urllib.parse import parse_qsl, quote_plus, urlencode

from search.analysis import fold, is_stop_word
from search.dictionary import EMPTY, Dictionary
from search.documents import KINDS, SORTS, Query
from search.facets import ACCESS, FACETS, FIRST_YEAR, LAST_YEAR, SIZES

LONGEST_QUERY = 300
LONGEST_VALUE = 500
MOST_CHOSEN = 20
"""Values of one facet."""
MOST_IN_ALL, LONGEST_IN_ALL = 40, 2_000
"""Values of all facets together, and their characters as an address has them, but for the first, which may be longer:
on the page each of them is a link that has all the others."""
HITS_A_PAGE = 10
LAST_PAGE = 100
OPEN_ACCESS = {"full": frozenset(ACCESS[:2]), "here": frozenset(ACCESS[:1])}
"""How the address calls the two choices of access: what has its full text anywhere, and what opens here."""
_LATEST = 2**33
_LARGEST_ID = 2**31 - 1
_MOST_PARTS = 400
_PARTS = re.compile(r'"[^"]*"?|[^\s"]+')
_PLAIN = re.compile(r"\w[\w'’.,;-]*[?!]*")
_CODE = re.compile("[a-z]{2,20}")
_NUMBER = re.compile("[1-9][0-9]{0,9}")
_AUDIENCES = ("everyone", "institution", "context")


@dataclass(frozen=True)
class Choices:
    """What somebody asks for: words, and what they chose beside them. Made by ``read`` alone, which checks it."""

    words: str = ""
    kind: str = ""
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    since: int = 0
    """Only what came later than this moment (seconds since 1970)."""
    sort: str = ""
    """One of SORTS; empty: by relevance where there are words, else what came last first."""
    page: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether nothing but words and a kind is asked for."""
        return not (self.chosen or self.since or any(self.years))

    @property
    def sorted_by(self) -> str:
        return self.sort or ("relevance" if self.words else "added")

    def query(self, audiences: frozenset[str], *, counted: Sequence[str] = (), dictionary: Dictionary = EMPTY) -> Query:
        """The question to the index for this page of hits."""
        return Query(
            self.words,
            audiences,
            offset=(self.page - 1) * HITS_A_PAGE,
            limit=HITS_A_PAGE,
            kind=self.kind,
            chosen=self.chosen,
            years=self.years,
            added_since=self.since,
            sort=self.sorted_by,
            counted=counted,
            dictionary=dictionary,
        )

    def parameters(self) -> dict[str, str | list[str]]:
        """The parts of the address, in their one order; ``read`` makes the same choices of them."""
        first, last = self.years
        parts: dict[str, str | list[str]] = {"q": self.words, "kind": self.kind}
        parts.update({facet: _written(facet, self.chosen[facet]) for facet in FACETS if facet in self.chosen})
        parts.update({"from": str(first or ""), "to": str(last or ""), "since": str(self.since or "")})
        parts.update({"sort": self.sort, "page": str(self.page) if self.page > 1 else ""})
        return {name: value for name, value in parts.items() if value}

    def address(self) -> str:
        """The query string: the same for the same choices, however they were written."""
        return urlencode(self.parameters(), doseq=True)

    def at(self, page: int) -> Choices:
        return replace(self, page=page)

    def of_kind(self, kind: str) -> Choices:
        return replace(self, kind=kind, page=1)

    def asking(self, words: str) -> Choices:
        """The same choices with other words."""
        return replace(self, words=_words(words), page=1)

    def with_value(self, facet: str, value: str) -> Choices:
        both = self.chosen.get(facet, frozenset()) | {value}
        return replace(self, chosen={**self.chosen, facet: both}, page=1)

    def without_value(self, facet: str, value: str) -> Choices:
        rest = self.chosen.get(facet, frozenset()) - {value}
        return replace(self, chosen=_kept({**self.chosen, facet: rest}), page=1)

    def without(self, facet: str) -> Choices:
        """Without anything of a facet, or of "year" or "since"."""
        if facet == "year":
            return replace(self, years=(None, None), page=1)
        if facet == "since":
            return replace(self, since=0, page=1)
        return replace(self, chosen=_kept({**self.chosen, facet: frozenset()}), page=1)

    def cleared(self) -> Choices:
        """The words alone."""
        return Choices(self.words, sort=self.sort)


@dataclass(frozen=True)
class Chip:
    """One thing chosen, and the choices without it. Of "year" and "since" the value is read from the choices."""

    facet: str
    value: str
    without: Choices


def chips(choices: Choices) -> Iterator[Chip]:
    """What is chosen beside words and kind, in the order of the facets."""
    for facet in FACETS:
        values = choices.chosen.get(facet, frozenset())
        if facet == "access" and values:
            yield Chip(facet, _written(facet, values)[0], choices.without(facet))
        elif values:
            yield from (Chip(facet, value, choices.without_value(facet, value)) for value in sorted(values))
    if any(choices.years):
        yield Chip("year", "", choices.without("year"))
    if choices.since:
        yield Chip("since", "", choices.without("since"))


def read(parts: Iterable[tuple[str, str]]) -> Choices:
    """The choices in the parts of an address; what cannot be is left out, as if it were not there."""
    given: dict[str, list[str]] = {}
    for _number, (name, value) in zip(range(_MOST_PARTS), parts, strict=False):
        given.setdefault(name, []).append(value)
    one = {name: values[0] for name, values in given.items()}
    words = _words(one.get("q", ""))
    kind, sort = one.get("kind", ""), one.get("sort", "")
    is_natural = sort == "relevance" or (sort == "added" and not words)
    return Choices(
        words,
        kind if kind in KINDS else "",
        _bounded({facet: _values(facet, given.get(facet, ())) for facet in FACETS}),
        _years(one.get("from", ""), one.get("to", "")),
        _between(one.get("since", ""), 1, _LATEST) or 0,
        sort if sort in SORTS and not is_natural else "",
        min(_between(one.get("page", ""), 1, 10**9) or 1, LAST_PAGE),
    )


def read_address(address: str) -> Choices:
    """The choices in a query string that was kept."""
    return read(parse_qsl(address))


def exactly(words: str) -> str:
    """The query that finds each telling word as it was typed and nothing in its place: between quotes."""
    return " ".join(f'"{part}"' if _is_loose(part) else part for part in _PARTS.findall(words))


def _is_loose(part: str) -> bool:
    """Whether it is a plain word that others may stand in for: no operator, no quotes, none that tells nothing."""
    return bool(_PLAIN.fullmatch(part)) and part != "OR" and not is_stop_word(fold(part))


def _words(typed: str) -> str:
    clean = "".join(sign if sign.isprintable() else " " for sign in typed[: 2 * LONGEST_QUERY])
    return " ".join(clean.split())[:LONGEST_QUERY].rstrip()


def _values(facet: str, values: Sequence[str]) -> frozenset[str]:
    if facet == "access":
        return next((OPEN_ACCESS[each] for each in ("here", "full") if each in values), frozenset())
    is_value = _IS_VALUE.get(facet, _is_text)
    return frozenset(list(dict.fromkeys(each for each in values if is_value(each)))[:MOST_CHOSEN])


def _is_text(value: str) -> bool:
    return 0 < len(value) <= LONGEST_VALUE and all(sign.isprintable() or sign.isspace() for sign in value)


_IS_VALUE: Mapping[str, Callable[[str], object]] = {
    "language": _CODE.fullmatch,
    "level": _CODE.fullmatch,
    "audience": _AUDIENCES.__contains__,
    "institution": lambda value: _between(value, 1, _LARGEST_ID),
    "size": SIZES.__contains__,
}


def _written(facet: str, values: frozenset[str]) -> list[str]:
    if facet == "access":
        return [name for name, meant in OPEN_ACCESS.items() if meant == values]
    return sorted(values)


def _bounded(chosen: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """As many of the values, in the order of the address, as MOST_IN_ALL and LONGEST_IN_ALL let be."""
    pairs = [(facet, value) for facet, values in chosen.items() if facet != "access" for value in sorted(values)]
    sizes = accumulate(len(quote_plus(value)) for _facet, value in pairs)
    fitting = sum(1 for size in sizes if size <= LONGEST_IN_ALL)
    kept = set(pairs[: min(max(fitting, 1), MOST_IN_ALL)])
    return _kept(
        {
            facet: values if facet == "access" else frozenset(each for each in values if (facet, each) in kept)
            for facet, values in chosen.items()
        }
    )


def _kept(chosen: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {facet: values for facet, values in chosen.items() if values}


def _years(first: str, last: str) -> tuple[int | None, int | None]:
    """Both ends, the wrong way round put right."""
    a, b = _between(first, FIRST_YEAR, LAST_YEAR), _between(last, FIRST_YEAR, LAST_YEAR)
    return (b, a) if a and b and a > b else (a, b)


def _between(written: str, least: int, most: int) -> int | None:
    number = int(written) if _NUMBER.fullmatch(written) else 0
    return number if least <= number <= most else None
