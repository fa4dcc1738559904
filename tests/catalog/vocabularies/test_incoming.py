"""Files of vocabularies on their way in: looked at, taken in or refused by a task that may die, or run twice."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.models import Concept, Vocabulary, VocabularyFile, VocabularyFileState, VocabularyUse
from catalog.uploads import Received
from catalog.vocabularies import incoming, tasks
from catalog.vocabularies.incoming import Claim
from lrc.db import utcnow
from lrc.errors import Conflict, TooLarge
from lti.viewers import Role
from tests import factories
from tests.catalog.vocabularies.files import SCIENCES, concept, scheme

Sent = list[tuple[str, list[Any]]]


def receive(session: Session, text: str = SCIENCES, *, is_to_take: bool = True) -> VocabularyFile:
    content = text.encode()
    file = Received(io.BytesIO(content), "v.ttl", len(content), "5" * 64)
    viewer = factories.viewer(session, Role.LIBRARIAN)
    made = incoming.receive(session, viewer, file, VocabularyUse.TYPES, is_to_take=is_to_take)
    session.commit()
    return made


def now(session: Session, file: VocabularyFile) -> VocabularyFile:
    session.flush()
    session.expire_all()
    return incoming.get(session, file.id)


def claimed(session: Session, file: VocabularyFile) -> Claim:
    found = incoming.claim(session, file.id)
    assert found is not None
    return found


def grow_old(session: Session, file: VocabularyFile, age: timedelta) -> None:
    changed = update(VocabularyFile).where(VocabularyFile.id == file.id).values(moved_at=utcnow() - age)
    session.execute(changed)
    session.expire_all()


def test_a_file_is_looked_at_and_then_taken_in_by_the_task(session: Session, sent: Sent) -> None:
    file = receive(session, is_to_take=False)
    assert sent == [(incoming.READ, [file.id])]
    tasks.read_vocabulary(file.id)
    assert now(session, file).state is VocabularyFileState.LOOKED
    assert file.told["added"] == {"count": 3, "names": ["Ciencias naturales", "Física", "Matemáticas"]}
    assert session.scalars(select(Vocabulary)).all() == []
    sent.clear()
    incoming.take_in(session, file.id)
    session.commit()
    assert sent == [(incoming.READ, [file.id])]
    tasks.read_vocabulary(file.id)
    assert (now(session, file).state, file.content, file.told["added"]["count"]) == (VocabularyFileState.TAKEN, b"", 3)
    made = session.scalars(select(Vocabulary)).one()
    assert (made.use, made.digest) == (VocabularyUse.TYPES, file.sha256)
    tasks.read_vocabulary(file.id)
    assert len(session.scalars(select(Concept)).all()) == 3
    with pytest.raises(Conflict):
        incoming.take_in(session, file.id)


@pytest.mark.usefixtures("app")
def test_one_that_cannot_be_read_is_refused_with_its_reason_and_let_go(session: Session) -> None:
    file = receive(session, "no soy Turtle")
    tasks.read_vocabulary(file.id)
    assert now(session, file).state is VocabularyFileState.REFUSED
    assert (file.refusal, file.content) == ("corrupt", b"")


def test_what_a_dying_worker_left_is_sent_again_but_not_for_ever(app: Flask, session: Session, sent: Sent) -> None:
    file = receive(session)
    for _attempt in range(incoming.MOST_ATTEMPTS):
        claimed(session, file)
        assert incoming.claim(session, file.id) is None  # another reads it just now
        assert incoming.forsaken(session) == []
        grow_old(session, file, incoming.STALE)
        assert incoming.forsaken(session) == [file.id]
    session.commit()
    sent.clear()
    tasks.go_on_finding_concepts()
    assert (incoming.READ, [file.id]) in sent
    tasks.read_vocabulary(file.id)
    assert (now(session, file).refusal, file.state) == ("too_heavy", VocabularyFileState.REFUSED)
    assert incoming.forsaken(session) == []


def test_one_that_was_never_sent_is_found(session: Session) -> None:
    file = receive(session)
    grow_old(session, file, incoming.STALE)
    assert incoming.forsaken(session) == [file.id]


def test_a_reading_that_another_took_over_writes_nothing(session: Session) -> None:
    file = receive(session)
    late = claimed(session, file)
    grow_old(session, file, incoming.STALE)
    last = claimed(session, file)
    incoming.finish(session, late, scheme(concept("a")))
    incoming.refuse(session, late, "corrupt")
    assert now(session, file).state is VocabularyFileState.READING
    assert session.scalars(select(Vocabulary)).all() == []
    incoming.finish(session, last, scheme(concept("a")))
    assert now(session, file).state is VocabularyFileState.TAKEN


def test_neither_too_much_nor_too_many_are_kept_waiting(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_UNDER_WAY", 2)
    receive(session)
    receive(session)
    with pytest.raises(Conflict):
        receive(session)
    monkeypatch.setattr(incoming, "MOST_BYTES", 10)
    with pytest.raises(TooLarge):
        receive(session)


def test_what_was_sent_long_ago_goes(session: Session) -> None:
    old, recent = receive(session, is_to_take=False), receive(session)
    grow_old(session, old, incoming.KEPT)
    session.commit()
    tasks.tidy_vocabularies()
    assert session.scalars(incoming.recent()).all() == [recent]
