"""What librarians teach, as the engines take it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from search import teaching
from search.dictionary import Boost
from search.documents import Document, Query
from search.engine import Index
from search.models import DictionaryEntry, DictionaryState, EntryKind, EntryState

LONG = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"


def entry(kind: EntryKind, *words: str, **columns: Any) -> DictionaryEntry:
    given = {"record_ids": [], "facet": "", "value": "", "factor": 1.0, "state": EntryState.LIVE} | columns
    return DictionaryEntry(kind=kind, words=list(words), **given)


def test_synonyms_stand_for_each_other_and_groups_join() -> None:
    made = teaching.compiled(
        [
            entry(EntryKind.SYNONYM, "Papa", "patata", "Solanum  Tuberosum"),
            entry(EntryKind.SYNONYM, "papa", "acso"),
        ]
    )
    assert made.synonyms == {
        "papa": ("patata", "solanum tuberosum", "acso"),
        "patata": ("papa", "solanum tuberosum"),
        "solanum tuberosum": ("papa", "patata"),
        "acso": ("papa",),
    }


def test_a_variant_leads_one_way() -> None:
    made = teaching.compiled([entry(EntryKind.VARIANT, "Quechua", "qhichwa", "runasimi")])
    assert made.synonyms == {"quechua": ("qhichwa", "runasimi")}


def test_what_is_empty_once_folded_teaches_nothing() -> None:
    made = teaching.compiled(
        [
            entry(EntryKind.SYNONYM, "¿?", "papa"),
            entry(EntryKind.SYNONYM, "Papa", "pápa"),
            entry(EntryKind.VARIANT, "--"),
            entry(EntryKind.STOP_WORD, "…"),
            entry(EntryKind.PIN, "!", record_ids=["r1"]),
        ]
    )
    assert (made.synonyms, made.stop_words, made.pins) == ({}, frozenset(), {})


def test_pins_are_found_by_the_telling_words_of_the_query() -> None:
    made = teaching.compiled(
        [
            entry(EntryKind.STOP_WORD, "Libro"),
            entry(EntryKind.PIN, "El libro de la matrícula", record_ids=["r1", "r2"]),
            entry(EntryKind.PIN, "matricula", record_ids=["r2", "r3"]),
            entry(EntryKind.PIN, "el libro", record_ids=["r4"]),
        ]
    )
    assert made.stop_words == {"libro"}
    assert made.pins == {"matricula": ("r1", "r2", "r3"), "el libro": ("r4",)}


def test_boosts_stay_within_their_bounds() -> None:
    made = teaching.compiled(
        [
            entry(EntryKind.BOOST, facet="type", value="tesis", factor=1000.0),
            entry(EntryKind.BOOST, facet="kind", value="course", factor=0.0),
        ]
    )
    assert made.boosts == (Boost("type", "tesis", 10.0), Boost("kind", "course", 0.1))


def test_the_live_dictionary_is_the_same_object_until_its_revision_changes(app: Flask, session: Session) -> None:
    session.add_all(
        [entry(EntryKind.SYNONYM, "papa", "patata"), entry(EntryKind.STOP_WORD, "x", state=EntryState.DRAFT)]
    )
    state = DictionaryState(id=teaching.STATE_ID, revision=1)
    session.add(state)
    session.flush()
    first = teaching.live(session)
    assert (first.synonyms, first.stop_words) == ({"papa": ("patata",), "patata": ("papa",)}, frozenset())
    session.add(entry(EntryKind.STOP_WORD, "libro"))
    session.flush()
    assert teaching.live(session) is first
    state.revision = 2
    session.flush()
    assert teaching.live(session).stop_words == {"libro"}


def test_without_a_dictionary_nothing_is_taught(app: Flask, session: Session) -> None:
    assert teaching.live(session).synonyms == {}


@pytest.mark.parametrize(
    ("pinned", "asked"),
    [
        ("Libro de la Matrícula", "¿El libro, la matricula?"),
        ("e-mail", "e-mail"),
        ("título: quechua", "título: quechua"),
        (LONG, LONG),
    ],
)
def test_what_is_pinned_for_a_query_comes_first_in_the_index(kept_index: Index, pinned: str, asked: str) -> None:
    kept_index.write([Document("1", "r1", "Matrícula del libro"), Document("2", "r2", "Otra cosa")])
    made = teaching.compiled([entry(EntryKind.PIN, pinned, record_ids=["r2"])])
    found = kept_index.search(Query(asked, frozenset({"everyone"}), dictionary=made))
    assert [(hit.record_id, hit.is_pinned) for hit in found.hits[:1]] == [("r2", True)]
