"""What readers did not find: asked for once, seen by librarians without names, answered to all who asked the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog import wishes
from catalog.models import ResourceState, Wish, WishState
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.models import Person, Platform, StoredLaunch
from lti.viewers import Role, Viewer
from tests import factories


@pytest.fixture
def home(session: Session) -> Platform:
    return factories.platform(session)


@pytest.fixture
def rosa(session: Session, home: Platform) -> Viewer:
    return factories.viewer(session, by=factories.person(session, of=home))


@pytest.fixture
def luis(session: Session, home: Platform) -> Viewer:
    return factories.viewer(session, by=factories.person(session, of=home))


@pytest.fixture
def librarian(session: Session, home: Platform) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=home))


def wish(session: Session, who: Viewer, sought: str = "Riego por goteo", details: str = "") -> Wish:
    return wishes.ask(session, who, sought, details)[0]


def queued(session: Session, librarian: Viewer, state: WishState = WishState.OPEN) -> list[wishes.Asked]:
    return wishes.asked(session, list(session.scalars(wishes.queue(librarian, state))))


def test_the_same_words_are_asked_for_once(session: Session, rosa: Viewer) -> None:
    first, is_new = wishes.ask(session, rosa, "  Riego por   goteo")
    again, is_new_again = wishes.ask(session, rosa, "riego POR góteo", "para la tesis")
    assert (is_new, is_new_again) == (True, False)
    assert again is first
    assert (first.sought, first.details) == ("Riego por goteo", "para la tesis")
    assert wishes.find_waiting(session, rosa, "RIEGO por goteo") is first


@pytest.mark.parametrize(("sought", "details"), [("", ""), (" ¿? ", ""), ("Riego", "x" * 1001)])
def test_nothing_and_too_much_are_refused(session: Session, rosa: Viewer, sought: str, details: str) -> None:
    with pytest.raises(BadInput):
        wishes.ask(session, rosa, sought, details)


def test_what_no_database_keeps_is_left_out(session: Session, rosa: Viewer, librarian: Viewer) -> None:
    asked = wish(session, rosa, "Riego\0", "para\0 la tesis")
    assert (asked.sought, asked.details) == ("Riego", "para la tesis")
    with pytest.raises(BadInput):
        wishes.decline(session, librarian, asked, " \0 ")
    wishes.decline(session, librarian, asked, "No\0 hay")
    session.flush()
    assert asked.answer == "No hay"


def test_only_so_many_wait_at_once(session: Session, rosa: Viewer) -> None:
    made = [wish(session, rosa, f"tema {number}") for number in range(wishes.MOST_OPEN)]
    with pytest.raises(Conflict):
        wish(session, rosa, "uno más")
    wishes.take_back(session, rosa, made[0].id)
    assert wish(session, rosa, "uno más").state is WishState.OPEN


def test_librarians_see_each_thing_once_oldest_first(
    session: Session, rosa: Viewer, luis: Viewer, librarian: Viewer
) -> None:
    wish(session, rosa, "Quinua")
    wish(session, rosa, "Riego por goteo", "de Pérez")
    wish(session, luis, "riego por GOTEO", "en español")
    wish(session, factories.viewer(session), "de otra universidad")
    assert [(each.first.sought, each.count, each.details) for each in queued(session, librarian)] == [
        ("Quinua", 1, []),
        ("Riego por goteo", 2, ["de Pérez", "en español"]),
    ]
    assert wishes.waiting(session, librarian) == 2


def test_an_answer_reaches_all_who_asked(session: Session, rosa: Viewer, luis: Viewer, librarian: Viewer) -> None:
    mine, theirs = wish(session, rosa), wish(session, luis)
    book = factories.resource(session)
    assert wishes.give(session, librarian, mine, book, "Capítulo 2") == 2
    session.flush()
    for each, who in ((mine, rosa), (theirs, luis)):
        assert (each.state, each.resource_id, each.answer) == (WishState.ANSWERED, book.id, "Capítulo 2")
        assert wishes.answered(session, who) == 1
    wishes.seen(session, rosa, [mine, theirs])
    assert (wishes.answered(session, rosa), wishes.answered(session, luis)) == (0, 1)
    assert queued(session, librarian) == []
    with pytest.raises(Conflict):
        wishes.take_back(session, rosa, mine.id)


def test_an_answer_that_came_after_the_page_is_still_new(session: Session, rosa: Viewer, librarian: Viewer) -> None:
    first, other = wish(session, rosa), wish(session, rosa, "Cosecha de agua")
    wishes.decline(session, librarian, first, "El editor no lo vende")
    session.commit()
    shown = [Wish(id=each.id, answered_at=each.answered_at) for each in (first, other)]
    wishes.decline(session, librarian, other, "Tampoco")
    session.flush()
    wishes.seen(session, rosa, shown)
    assert (wishes.answered(session, rosa), first.seen_at is None, other.seen_at is None) == (1, False, True)


def test_an_answer_stays_where_who_gave_it_is_forgotten(session: Session, rosa: Viewer, librarian: Viewer) -> None:
    answered = wish(session, rosa)
    wishes.decline(session, librarian, answered, "El editor no lo vende")
    session.flush()
    session.execute(delete(StoredLaunch).where(StoredLaunch.person_id == librarian.person_id))
    session.execute(delete(Person).where(Person.id == librarian.person_id))
    session.refresh(answered)
    assert (answered.librarian_id, answered.answer) == (None, "El editor no lo vende")


def test_who_asks_later_hears_what_was_promised(
    session: Session, rosa: Viewer, luis: Viewer, librarian: Viewer
) -> None:
    friday = utcnow().date() + timedelta(days=7)
    first = wish(session, rosa)
    wishes.promise(session, librarian, first, friday, "Está en camino")
    session.flush()
    assert queued(session, librarian) == []
    later = wish(session, luis)
    assert (later.state, later.promised_on, later.answer) == (WishState.PROMISED, friday, "Está en camino")
    assert [each.count for each in queued(session, librarian, WishState.PROMISED)] == [2]
    wishes.seen(session, rosa, [first])
    wishes.decline(session, librarian, first, "El editor no lo vende")
    session.flush()
    assert wishes.answered(session, rosa) == 1


def test_answers_that_cannot_be_are_refused(session: Session, rosa: Viewer, librarian: Viewer) -> None:
    asked = wish(session, rosa)
    hidden = factories.resource(session, audience="context:1")
    draft = factories.resource(session, state=ResourceState.WAITING)
    for each in (hidden, draft):
        with pytest.raises(BadInput):
            wishes.give(session, librarian, asked, each)
    for day in (None, utcnow().date() - timedelta(days=2)):
        with pytest.raises(BadInput):
            wishes.promise(session, librarian, asked, day)
    with pytest.raises(BadInput):
        wishes.decline(session, librarian, asked, " ")
    assert asked.state is WishState.OPEN


def test_only_the_institutions_librarians_answer(session: Session, rosa: Viewer, luis: Viewer) -> None:
    asked = wish(session, rosa)
    with pytest.raises(NotAllowed):
        wishes.get_for_answer(session, luis, asked.id)
    with pytest.raises(NotFound):
        wishes.get_for_answer(session, factories.viewer(session, Role.LIBRARIAN), asked.id)
    with pytest.raises(NotFound):
        wishes.take_back(session, luis, asked.id)


def test_a_request_taken_back_needs_no_answer(session: Session, rosa: Viewer, librarian: Viewer) -> None:
    asked = wish(session, rosa)
    wishes.take_back(session, rosa, asked.id)
    session.flush()
    assert queued(session, librarian) == []
    assert list(session.scalars(wishes.mine(rosa))) == []
    with pytest.raises(Conflict):
        wishes.get_for_answer(session, librarian, asked.id)
