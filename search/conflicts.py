"""Where entries of the dictionary contradict one another, said in sentences for librarians."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from search import teaching
from search.analysis import is_stop_word
from search.models import DictionaryEntry, EntryKind


@dataclass(frozen=True)
class Clash:
    """What does not fit, and the entries that it is about."""

    sentence: str
    entries: Sequence[DictionaryEntry]


def clashes(entries: Iterable[DictionaryEntry]) -> list[Clash]:
    """What does not fit together among entries that are live, or would be."""
    by_kind: dict[EntryKind, list[DictionaryEntry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    stop_words = by_kind[EntryKind.STOP_WORD]
    groups = by_kind[EntryKind.SYNONYM] + by_kind[EntryKind.VARIANT]
    return [
        *_stopped(stop_words, groups),
        *_needless(stop_words),
        *_twice_pinned(by_kind[EntryKind.PIN], stop_words),
        *_twice_boosted(by_kind[EntryKind.BOOST]),
    ]


def _stopped(stop_words: Sequence[DictionaryEntry], groups: Sequence[DictionaryEntry]) -> Iterable[Clash]:
    taught = {form: entry for entry in groups for form in map(teaching.folded, entry.words)}
    for entry in stop_words:
        for word in filter(taught.__contains__, map(teaching.folded, entry.words)):
            said = _("«%(word)s» es palabra vacía y también sinónimo o variante: vacía, no se busca.", word=word)
            yield Clash(said, (entry, taught[word]))


def _needless(stop_words: Sequence[DictionaryEntry]) -> Iterable[Clash]:
    for entry in stop_words:
        for word in filter(is_stop_word, map(teaching.folded, entry.words)):
            yield Clash(_("«%(word)s» ya es palabra vacía para todos: no hace falta.", word=word), (entry,))


def _twice_pinned(pins: Sequence[DictionaryEntry], stop_words: Sequence[DictionaryEntry]) -> Iterable[Clash]:
    words = frozenset(teaching.folded(word) for entry in stop_words for word in entry.words)
    of_query: dict[str, list[DictionaryEntry]] = defaultdict(list)
    for entry in pins:
        of_query[teaching.pin_key(" ".join(entry.words), words)].append(entry)
    for query, several in of_query.items():
        if len(several) > 1:
            said = _("Hay más de una lista fijada para «%(query)s»: va primero la más antigua.", query=query)
            yield Clash(said, several)


def _twice_boosted(boosts: Sequence[DictionaryEntry]) -> Iterable[Clash]:
    of_value: dict[tuple[str, str], list[DictionaryEntry]] = defaultdict(list)
    for entry in boosts:
        of_value[entry.facet, entry.value].append(entry)
    for (_facet, value), several in of_value.items():
        if len(several) > 1:
            said = _("«%(value)s» tiene más de un refuerzo: se multiplican entre sí.", value=value)
            yield Clash(said, several)
