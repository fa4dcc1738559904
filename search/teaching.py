"""The dictionary that librarians teach the search: its entries as the engines take them, the live one kept at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from search.analysis import normal, words
from search.dictionary import EMPTY, Boost, Dictionary, Taught
from search.models import DictionaryEntry, DictionaryState, EntryKind, EntryState
from search.parsing import parse

STATE_ID = 1
LEAST_FACTOR, MOST_FACTOR = 0.1, 10.0
_HELD = "lrc_dictionary"
Source = Callable[[Session], Iterable[Taught]]
_SOURCES: dict[str, Source] = {}


def live(session: Session) -> Dictionary:
    """The dictionary in force: compiled once for each revision in this process, the same object until the next."""
    revision = revision_of(session)
    held = cast("tuple[int, Dictionary] | None", current_app.extensions.get(_HELD))
    if held is None or held[0] != revision:
        made = compiled(session.scalars(in_force()), elsewhere(session)) if revision else EMPTY
        held = current_app.extensions[_HELD] = (revision, made)
    return held[1]


def also_taught(source: Source) -> None:
    """Have the live dictionary hold what another room knows, too; that room tells changes (entries.taught_elsewhere).

    It is asked whenever a process compiles the dictionary.
    """
    _SOURCES[source.__module__] = source


def elsewhere(session: Session) -> list[Taught]:
    """What other rooms teach."""
    return [each for source in _SOURCES.values() for each in source(session)]


def in_force() -> Select[DictionaryEntry]:
    """The entries that the live dictionary is made of."""
    states = (EntryState.LIVE, EntryState.LEAVING)
    return select(DictionaryEntry).where(DictionaryEntry.state.in_(states)).order_by(DictionaryEntry.id)


def revision_of(session: Session) -> int:
    """How often the live dictionary was changed; 0: it was never made."""
    return session.scalar(select(DictionaryState.revision).where(DictionaryState.id == STATE_ID)) or 0


def compiled(entries: Iterable[DictionaryEntry], also: Iterable[Taught] = ()) -> Dictionary:
    """Entries as engines take them: folded; synonyms stand for each other, a variant for the others one way.

    What is ``also`` taught comes after what librarians wrote.

    Of two pins for one query the earlier one's records come first. A boost beyond its bounds counts as the bound.
    """
    by_kind: dict[EntryKind, list[DictionaryEntry]] = {kind: [] for kind in EntryKind}
    for entry in entries:
        by_kind[entry.kind].append(entry)
    stop_words = frozenset(filter(None, (folded(w) for e in by_kind[EntryKind.STOP_WORD] for w in e.words)))
    return Dictionary(
        synonyms=_synonyms([*map(_taught, (*by_kind[EntryKind.SYNONYM], *by_kind[EntryKind.VARIANT])), *also]),
        stop_words=stop_words,
        pins=_pins(by_kind[EntryKind.PIN], stop_words),
        boosts=tuple(Boost(e.facet, e.value, bounded(e.factor)) for e in by_kind[EntryKind.BOOST]),
    )


def folded(text: str) -> str:
    """Words as engines compare them: small letters, no accents, single spaces."""
    return " ".join(words(normal(text)))


def pin_key(query: str, stop_words: frozenset[str] = frozenset()) -> str:
    """A whole query as engines look pins up: its telling words, folded, with single spaces."""
    return " ".join(parse(query, stop_words).words)


def bounded(factor: float) -> float:
    return min(max(factor, LEAST_FACTOR), MOST_FACTOR)


def _taught(entry: DictionaryEntry) -> Taught:
    return Taught(tuple(entry.words), is_one_way=entry.kind is EntryKind.VARIANT)


def _synonyms(taught: Iterable[Taught]) -> Mapping[str, tuple[str, ...]]:
    beside: dict[str, dict[str, None]] = {}
    for each in taught:
        forms = list(dict.fromkeys(filter(None, map(folded, each.words))))
        for form in forms[:1] if each.is_one_way else forms:
            beside.setdefault(form, {}).update(dict.fromkeys(other for other in forms if other != form))
    return {form: tuple(others) for form, others in beside.items() if others}


def _pins(pins: Sequence[DictionaryEntry], stop_words: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    first: dict[str, dict[str, None]] = {}
    for entry in pins:
        key = pin_key(" ".join(entry.words), stop_words)
        if key:
            first.setdefault(key, {}).update(dict.fromkeys(entry.record_ids))
    return {key: tuple(records) for key, records in first.items() if records}
