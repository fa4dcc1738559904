"""Entries of the dictionary: drafted, tried, published in one go, never rewritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lrc.db import engine_of, new_session
from lrc.errors import BadInput, Conflict
from lti.viewers import Role, Viewer
from search import conflicts, entries, teaching
from search.entries import Contents, Overtaken
from search.models import DictionaryEntry, EntryKind, EntryState
from search.views.entryform import EntryForm
from tests import factories

SYNONYM, VARIANT, STOP_WORD, PIN, BOOST = EntryKind
PAPA = Contents(SYNONYM, ("papa", "patata"))


@pytest.fixture
def me(session: Session) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, librarian=True))


def published(session: Session, me: Viewer) -> int:
    return entries.publish(session, me, entries.fingerprint(entries.pending(session)))


def states(session: Session) -> list[EntryState]:
    return [each.state for each in session.scalars(select(DictionaryEntry).order_by(DictionaryEntry.id))]


@pytest.mark.parametrize(
    "contents",
    [
        Contents(SYNONYM, ("papa",)),
        Contents(SYNONYM, ("papa", "Pápa", " PAPA ")),
        Contents(VARIANT, ("¿?", "papa")),
        Contents(SYNONYM, tuple(f"palabra{n}" for n in range(31))),
        Contents(SYNONYM, ("papa", "p" * 101)),
        Contents(SYNONYM, ("papa", "patata"), note="x" * 501),
        Contents(STOP_WORD, ()),
        Contents(STOP_WORD, ("dos palabras",)),
        Contents(PIN, ("…",), ("r1",)),
        Contents(PIN, ("matrícula",), ("r" * 256,)),
        Contents(PIN, ("matrícula",), ()),
        Contents(PIN, ("matrícula",), tuple(f"r{n}" for n in range(11))),
        Contents(BOOST, facet="institution", value="1", factor=2.0),
        Contents(BOOST, facet="type", value="", factor=2.0),
        Contents(BOOST, facet="type", value="libro", factor=1.0),
        Contents(BOOST, facet="type", value="libro", factor=0.09),
        Contents(BOOST, facet="type", value="libro", factor=float("inf")),
        Contents(BOOST, facet="type", value="libro", factor=float("nan")),
    ],
)
def test_what_teaches_nothing_or_too_much_is_refused(session: Session, me: Viewer, contents: Contents) -> None:
    with pytest.raises(BadInput):
        entries.add(session, me, contents)
    assert states(session) == []


def test_a_draft_changes_nothing_until_it_is_published(session: Session, me: Viewer) -> None:
    entries.add(session, me, PAPA)
    assert teaching.live(session).synonyms == {}
    assert published(session, me) == 1
    assert teaching.live(session).synonyms["papa"] == ("patata",)
    assert teaching.revision_of(session) == 1
    assert entries.pending(session) == []


def test_only_what_was_tried_is_published(session: Session, me: Viewer) -> None:
    draft = entries.add(session, me, PAPA)
    tried = entries.fingerprint(entries.pending(session))
    entries.revise(session, me, draft.id, Contents(SYNONYM, ("papa", "acso")))
    session.flush()
    with pytest.raises(Overtaken):
        entries.publish(session, me, tried)
    session.expire_all()
    assert published(session, me) == 1
    with pytest.raises(Overtaken):
        entries.publish(session, me, entries.fingerprint([]))


def test_two_who_publish_at_once_publish_once(app: Flask, session: Session, me: Viewer) -> None:
    entries.add(session, me, PAPA)
    tried = entries.fingerprint(entries.pending(session))
    session.commit()

    def publish(_number: int) -> bool:
        with app.app_context(), new_session(engine_of(app), writing=True) as own:
            try:
                entries.publish(own, me, tried)
            except Overtaken:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(publish, range(3))) == 1
    session.rollback()
    assert teaching.revision_of(session) == 1


def test_a_live_entry_stays_as_it_was_and_a_draft_takes_its_place(session: Session, me: Viewer) -> None:
    other = factories.viewer(session, Role.LIBRARIAN)
    entry = entries.add(session, me, PAPA)
    published(session, me)
    draft = entries.revise(session, other, entry.id, Contents(SYNONYM, ("papa", "acso")))
    assert draft.id != entry.id
    assert [each.words for each in entries.as_published(session)] == [["papa", "acso"]]
    with pytest.raises(Conflict):
        entries.revise(session, me, entry.id, PAPA)
    published(session, other)
    assert states(session) == [EntryState.RETIRED, EntryState.LIVE]
    assert (entry.words, entry.author_id, entry.changed_by_id) == (["papa", "patata"], me.person_id, other.person_id)
    assert teaching.live(session).synonyms == {"papa": ("acso",), "acso": ("papa",)}


def test_what_leaves_is_used_until_the_publication_and_may_stay(session: Session, me: Viewer) -> None:
    entry = entries.add(session, me, PAPA)
    published(session, me)
    draft = entries.revise(session, me, entry.id, Contents(SYNONYM, ("papa", "acso")))
    entries.retire(session, me, entry.id)
    assert (entry.state, draft.state) == (EntryState.LEAVING, EntryState.RETIRED)
    assert entries.as_published(session) == []
    entries.keep(session, me, entry.id)
    assert entries.as_published(session) == [entry]
    entries.retire(session, me, entry.id)
    assert teaching.live(session).synonyms
    published(session, me)
    assert teaching.live(session).synonyms == {}
    again = entries.revise(session, me, entry.id, PAPA)
    assert (again.state, again.replaces_id) == (EntryState.DRAFT, None)


def test_a_discarded_draft_is_never_published(session: Session, me: Viewer) -> None:
    entry = entries.add(session, me, PAPA)
    entries.retire(session, me, entry.id)
    assert entry.state is EntryState.RETIRED
    with pytest.raises(Overtaken):
        published(session, me)


def test_the_same_words_are_not_taught_twice(session: Session, me: Viewer) -> None:
    entry = entries.add(session, me, PAPA)
    same = Contents(SYNONYM, ("Patata", "PAPA", "papa"))
    with pytest.raises(BadInput):
        entries.add(session, me, same)
    other = entries.add(session, me, Contents(SYNONYM, ("papa", "patata", "acso")))
    with pytest.raises(BadInput):
        entries.revise(session, me, other.id, same)
    entries.revise(session, me, entry.id, same)  # its own words may be written otherwise
    published(session, me)
    with pytest.raises(BadInput):
        entries.add(session, me, PAPA)
    entries.add(session, me, Contents(STOP_WORD, ("papa",)))
    entries.retire(session, me, entry.id)
    published(session, me)
    assert entries.add(session, me, PAPA).state is EntryState.DRAFT


def test_the_kind_of_an_entry_stays(session: Session, me: Viewer) -> None:
    entry = entries.add(session, me, PAPA)
    with pytest.raises(BadInput):
        entries.revise(session, me, entry.id, Contents(STOP_WORD, ("papa",)))


def test_entries_are_found_by_kind_state_and_text_whatever_its_accents(session: Session, me: Viewer) -> None:
    entries.add(session, me, Contents(SYNONYM, ("Añu", "Mashúa"), note="Tubérculo"))
    published(session, me)
    entries.add(session, me, Contents(STOP_WORD, ("libro",)))
    found: list[tuple[dict[str, Any], int]] = [
        ({}, 2),
        ({"text": "mashua"}, 1),
        ({"text": "TUBÉRCULO"}, 1),
        ({"text": "anu"}, 0),
        ({"text": "%"}, 2),
        ({"kind": STOP_WORD}, 1),
        ({"state": EntryState.LIVE}, 1),
        ({"state": EntryState.DRAFT, "text": "mashua"}, 0),
    ]
    for asked, count in found:
        assert len(session.scalars(entries.listed(**asked)).all()) == count, asked


def test_what_contradicts_is_said(session: Session, me: Viewer) -> None:
    for contents in (
        Contents(SYNONYM, ("libro", "texto")),
        Contents(STOP_WORD, ("Libro", "de")),
        Contents(PIN, ("La matrícula",), ("r1",)),
        Contents(PIN, ("matricula",), ("r2",)),
        Contents(BOOST, facet="type", value="tesis", factor=2.0),
        Contents(BOOST, facet="type", value="tesis", factor=3.0),
        Contents(BOOST, facet="kind", value="course", factor=2.0),
    ):
        entries.add(session, me, contents)
    said = [clash.sentence for clash in conflicts.clashes(entries.as_published(session))]
    assert len(said) == 4
    for word, sentence in zip(("libro", "de", "matricula", "tesis"), said, strict=True):
        assert f"«{word}»" in sentence


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(EntryKind), words=st.text(max_size=60), number=st.text(max_size=6))
def test_any_form_teaches_something_or_is_refused(kind: EntryKind, words: str, number: str) -> None:
    typed = MultiDict({"words": words, "record": words, "facet": "type", "value": words, "factor": number})
    with suppress(BadInput):
        contents = entries.check(EntryForm.of(kind, typed).contents())
        made = teaching.compiled([DictionaryEntry(**asdict(contents))])
        assert made.synonyms or made.stop_words or made.pins or made.boosts
