"""The queue of review: what waits, sifted, with counts that are right, and who looks after what."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from catalog import queueing, review, takings
from catalog.models import Resource, ResourceState
from catalog.queueing import NEWEST, Sieve
from lrc.errors import NotAllowed
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.enrolling import statements

WAITS = ResourceState.WAITING


class Desk:
    """Two librarians of a university, a teacher there, and what waits for them."""

    def __init__(self, session: Session) -> None:
        moodle = factories.platform(session)
        self.session = session
        self.teacher: Person = factories.person(session, of=moodle, name="Rosa Quispe")
        self.librarian: Person = factories.person(session, of=moodle, name="Luis Huamán", librarian=True)
        self.colleague: Person = factories.person(session, of=moodle, name="Elena Mamani", librarian=True)

    def waits(self, title: str, *subjects: str, by: Person | None = None) -> Resource:
        made = factories.resource(
            self.session, by=by or self.teacher, state=WAITS, title=title, subjects=list(subjects)
        )
        self.session.commit()
        return made

    def asks(self, by: Person | None = None) -> Viewer:
        return factories.viewer(self.session, Role.LIBRARIAN, by=by or self.librarian)

    def titles(self, sieve: Sieve) -> list[str]:
        return [each.title for each in queueing.waiting(self.session, self.asks(), sieve).stretch.items]


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_what_waits_is_sifted_by_kind_subject_and_who_has_taken_it(desk: Desk) -> None:
    soils = desk.waits("Suelos", "Agronomía", "Suelos")
    papas = desk.waits("Papas", "agronomia")
    factories.module(desk.session, by=desk.teacher, state=WAITS, title="Citar")
    review.take(desk.session, desk.asks(), soils)
    review.take(desk.session, desk.asks(desk.colleague), papas)
    assert desk.titles(Sieve()) == ["Suelos", "Papas", "Citar"]
    assert desk.titles(Sieve(order=NEWEST)) == ["Citar", "Papas", "Suelos"]
    assert desk.titles(Sieve(kind="module")) == ["Citar"]
    assert desk.titles(Sieve(subject="agronomia")) == ["Suelos", "Papas"]
    assert desk.titles(Sieve(taken=queueing.MINE)) == ["Suelos"]
    assert desk.titles(Sieve(taken=queueing.OTHERS)) == ["Papas"]
    assert desk.titles(Sieve(taken=queueing.FREE)) == ["Citar"]
    assert desk.titles(Sieve(subject="agronomia", taken=queueing.FREE)) == []
    assert desk.titles(Sieve(kind="<nonsense>", page=-7)) == []


def test_counts_obey_what_is_chosen_of_the_others(desk: Desk) -> None:
    soils = desk.waits("Suelos", "Agronomía")
    desk.waits("Papas", "Agronomía")
    desk.waits("Quechua", "Lenguas")
    review.take(desk.session, desk.asks(), soils)
    found = queueing.waiting(desk.session, desk.asks(), Sieve(subject="agronomia"))
    assert dict(found.counts["taken"]) == {"mine": 1, "free": 1}
    assert dict(found.counts["subject"]) == {"agronomia": 2, "lenguas": 1}
    assert dict(found.counts["kind"]) == {"material": 2}
    assert found.subjects == {"agronomia": "Agronomía", "lenguas": "Lenguas"}


def test_a_subject_that_is_written_in_two_ways_is_one_and_counts_once(desk: Desk) -> None:
    desk.waits("Suelos", "agronomia", "Agronomía")
    desk.waits("Papas", "Agronomía")
    found = queueing.waiting(desk.session, desk.asks(), Sieve())
    assert (dict(found.counts["subject"]), found.subjects) == ({"agronomia": 2}, {"agronomia": "Agronomía"})


def test_nothing_of_another_university_waits_here(desk: Desk) -> None:
    desk.waits("Suelos", by=factories.person(desk.session))
    found = queueing.waiting(desk.session, desk.asks(), Sieve())
    assert (found.stretch.total, found.subjects) == (0, {})


def test_a_review_is_taken_over_let_go_and_free_once_it_is_done(desk: Desk) -> None:
    soils = desk.waits("Suelos")
    review.take(desk.session, desk.asks(), soils)
    review.take(desk.session, desk.asks(desk.colleague), soils)
    assert takings.of(desk.session, [soils.id])[soils.id].person_id == desk.colleague.id
    review.let_go(desk.session, desk.asks(), soils)
    assert takings.of(desk.session, [soils.id]) == {}
    review.take(desk.session, desk.asks(), soils)
    review.publish(desk.session, desk.asks(desk.colleague), soils)
    assert takings.of(desk.session, [soils.id]) == {}


def test_nobody_takes_their_own_or_what_is_elsewhere(desk: Desk) -> None:
    own = desk.waits("Suelos", by=desk.librarian)
    for viewer in (desk.asks(), factories.viewer(desk.session, Role.LIBRARIAN)):
        with pytest.raises(NotAllowed):
            review.take(desk.session, viewer, own)


def test_the_queue_asks_the_database_as_often_for_many_as_for_few(desk: Desk) -> None:
    engine, viewer = desk.session.get_bind(), desk.asks()
    assert isinstance(engine, Engine)
    desk.waits("Suelos", "Agronomía")
    few = statements(engine, lambda: queueing.waiting(desk.session, viewer, Sieve()))
    for number in range(30):
        desk.waits(f"Papas {number}", "Agronomía", f"Tema {number}")
    desk.session.expire_all()
    many = statements(engine, lambda: queueing.waiting(desk.session, viewer, Sieve()))
    assert many <= few <= 4


def test_the_pages_take_let_go_and_sift(app: Flask, desk: Desk) -> None:
    soils = desk.waits("Suelos <andinos>", "Agronomía")
    desk.waits("Quechua", "Lenguas")
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    colleague = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.colleague)
    path = f"/resources/{soils.id}"
    assert "Revisarla yo" in librarian.get(path).text
    assert librarian.submit(f"{path}/take").status_code == 302
    assert "La revisa Luis Huamán" in colleague.get(path).text
    page = colleague.get("/review?subject=agronomia&taken=others").text
    assert "Suelos &lt;andinos&gt;" in page
    assert "La revisa Luis Huamán" in page
    assert ">Quechua<" not in page
    assert librarian.submit(f"{path}/take", {"go": "yes"}).status_code == 302
    assert "La revisa" not in colleague.get("/review").text
    assert "De eso no hay nada por revisar" in colleague.get("/review?kind=course").text
    assert factories.signed_in(app, desk.session, Role.STUDENT).submit(f"{path}/take").status_code == 403
