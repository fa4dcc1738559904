"""Records come in from JSON lines: once, in short transactions, each refusal with its reason."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import IO, Any, cast

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import importing, indexing
from catalog.importing import Refusal, Source
from catalog.models import Resource, ResourceState
from lrc.db import engine_of, new_session, transaction
from search.engine import current_index
from tests import factories
from tests.catalog import shelves
from tests.catalog.takingin import Done, counts, held, record, source, take_in


def test_records_are_published_for_everyone_and_found(app: Flask, session: Session) -> None:
    lines = [record(1, creator="Ana Quispe", subject=["Agronomía"], identifier="isbn:1"), record(2)]

    assert counts(take_in(lines)) == (2, 0, 0, 0)

    first, _ = held(session)
    assert (first.record_id, first.title, first.creators, first.subjects) == (
        "r1",
        "Quinua 1",
        ["Ana Quispe"],
        ["Agronomía"],
    )
    assert (first.state, first.audience, first.owner_id) == (ResourceState.PUBLISHED, "everyone", None)
    assert first.published_at is not None
    indexing.bring_up_to_date(current_index())
    assert shelves.titles(current_index(), "quinua") == ["Quinua 1", "Quinua 2"]


def test_the_same_again_changes_nothing_and_is_not_indexed_again(session: Session) -> None:
    lines = [record(1, description="Un grano de los Andes.", creator=["Ana"], date=2020), record(2)]
    take_in(lines)
    indexing.bring_up_to_date(current_index())

    assert counts(take_in(lines)) == (0, 0, 2, 0)

    assert indexing.lag(session) == 0


def test_a_changed_record_replaces_what_was_known_and_is_indexed_again(session: Session) -> None:
    take_in([record(1, description="Un grano."), record(2)])
    indexing.bring_up_to_date(current_index())

    assert counts(take_in([record(1, title="Kiwicha"), record(2)])) == (0, 1, 1, 0)

    first, _ = held(session)
    assert (first.title, first.description) == ("Kiwicha", "")
    assert indexing.bring_up_to_date(current_index()) == 1
    assert shelves.titles(current_index(), "kiwicha") == ["Kiwicha"]
    assert shelves.titles(current_index(), "quinua") == ["Quinua 2"]


def test_what_a_librarian_withdrew_stays_withdrawn(session: Session) -> None:
    take_in([record()])
    (made,) = held(session)
    made.state = ResourceState.WITHDRAWN
    session.commit()

    assert counts(take_in([record(title="Otro título")])) == (0, 1, 0, 0)

    (made,) = held(session)
    assert (made.title, made.state) == ("Otro título", ResourceState.WITHDRAWN)


def test_what_a_person_uploaded_is_not_overwritten(session: Session) -> None:
    owner = factories.person(session)
    shelves.resource(session, "De una docente", record_id="r1", owner_id=owner.id)
    session.commit()

    done = take_in([record(1), record(2)])

    assert counts(done) == (1, 0, 0, 1)
    assert done.refusals == [Refusal(1, "r1", "this id belongs to something that a person uploaded")]
    assert [each.title for each in held(session)] == ["De una docente", "Quinua 2"]


def test_a_module_is_not_overwritten_even_where_nobody_owns_it(session: Session) -> None:
    factories.module(session, title="Citar", record_id="r1").owner_id = None
    session.commit()
    assert counts(take_in([record(1)])) == (0, 0, 0, 1)
    assert [each.title for each in held(session)] == ["Citar"]


def test_refused_lines_say_where_and_why_and_stop_nobody_else(app: Flask) -> None:
    done = take_in([record(1), b"{", b"", record(2, title=""), record(1, title="Otra vez"), b"[1]", record(3)])

    assert counts(done) == (2, 0, 0, 4)
    assert [(each.line, each.id) for each in done.refusals] == [(2, ""), (4, "r2"), (5, "r1"), (6, "")]
    assert "title is missing" in done.refusals[1].reason
    assert "came in an earlier line" in done.refusals[2].reason


def test_a_line_that_was_refused_does_not_use_up_its_id(app: Flask) -> None:
    assert counts(take_in([record(1, title=""), record(1)])) == (1, 0, 0, 1)


def test_only_its_institution_finds_what_is_for_an_institution(session: Session) -> None:
    ours = factories.institution(session, "Universidad de Prueba")
    session.commit()

    done = take_in(
        [
            record(1, audience={"institution": "Universidad de Prueba"}),
            record(2, audience="institution:Universidad de Prueba"),
            record(3, audience={"institution": "Universidad Inexistente"}),
            record(4),
        ]
    )

    assert [(each.id, each.reason) for each in done.refusals] == [
        ("r3", 'audience names an unknown institution: "Universidad Inexistente"')
    ]
    assert [each.institution_id for each in held(session)] == [ours.id, ours.id, None]
    indexing.bring_up_to_date(current_index())
    assert shelves.titles(current_index(), "quinua") == ["Quinua 4"]
    assert len(shelves.titles(current_index(), "quinua", "everyone", f"institution:{ours.id}")) == 3


def test_records_may_belong_to_an_institution_and_be_for_everyone(session: Session) -> None:
    ours = factories.institution(session)
    session.commit()

    take_in([record()], institution_id=ours.id)
    assert counts(take_in([record()])) == (0, 0, 1, 0)  # not named again: it stays theirs

    (made,) = held(session)
    assert (made.institution_id, made.audience) == (ours.id, "everyone")


def test_what_was_committed_stays_where_the_import_is_cut_off(session: Session) -> None:
    lines = [record(number) for number in range(1, 11)]
    run = importing.run(source(lines, batch=3), Done(lambda refusal: None))
    next(run)
    next(run)
    del run
    assert len(held(session)) == 6

    assert counts(take_in(lines)) == (4, 0, 6, 0)


def test_others_may_write_between_the_batches(app: Flask, session: Session) -> None:
    run = importing.run(source([record(n) for n in range(1, 7)], batch=2), Done(lambda refusal: None))
    for number, _ in enumerate(run):
        with transaction() as other:
            factories.institution(other, f"Universidad {number}")
    assert len(held(session)) == 6


@pytest.mark.postgresql  # SQLite lets only one transaction write at a time
def test_an_import_beside_another_of_the_same_records_loses_none(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [record(number) for number in range(1, 6)]
    find = importing._present
    others = iter([lambda: take_in(lines[:3])])

    def find_before_the_other_wrote(session: Session, candidates: Any) -> Any:
        found = find(session, candidates)
        if other := next(others, None):
            other()
        return found

    monkeypatch.setattr(importing, "_present", find_before_the_other_wrote)
    done = take_in(lines)

    assert counts(done) == (2, 0, 3, 0)
    assert len(held(session)) == 5


def test_a_damaged_archive_keeps_what_could_be_read(app: Flask, session: Session) -> None:
    packed = gzip.compress(b"\n".join(json.dumps(record(n, description="x" * 50)).encode() for n in range(2000)))
    done = Done(lambda refusal: refusals.append(refusal))
    refusals: list[Refusal] = []
    with gzip.GzipFile(fileobj=io.BytesIO(packed[: len(packed) // 2])) as stream:
        for _ in importing.run(Source(cast(IO[bytes], stream), Path(), 1000), done):
            pass

    assert 0 < done.added < 2000
    assert len(held(session)) == done.added
    assert refusals[-1].reason.startswith("the file cannot be read from here on")


def test_thousands_go_in_and_are_found(session: Session) -> None:
    lines = [record(n, description=f"Registro {n} sobre el cultivo de la quinua.") for n in range(3000)]

    assert counts(take_in(lines)) == (3000, 0, 0, 0)
    assert indexing.bring_up_to_date(current_index(), batch=1000) == 3000

    assert current_index().count() == 3000
    assert counts(take_in(lines)) == (0, 0, 3000, 0)
    assert indexing.lag(session) == 0


def test_hostile_texts_are_stored_as_they_are(session: Session) -> None:
    texts = [
        "'; DROP TABLE resources; --",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "%s %(x)s",
        "💣 ñandú",
        "a\\u0000b",
    ]
    done = take_in([record(n, title=text, description=text, creator=[text]) for n, text in enumerate(texts)])

    assert counts(done) == (len(texts), 0, 0, 0)
    assert [each.title for each in held(session)] == texts
    assert indexing.bring_up_to_date(current_index()) == len(texts)


def test_who_reads_meanwhile_keeps_nobody_from_writing(app: Flask, session: Session) -> None:
    with new_session(engine_of(app)) as reader:
        assert reader.scalars(select(Resource)).all() == []
        assert counts(take_in([record()])) == (1, 0, 0, 0)
    assert len(held(session)) == 1
