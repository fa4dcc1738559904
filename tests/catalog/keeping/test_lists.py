"""Favourites and own lists: what can be kept, in which order, by whom, and what others see of a shared list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.keeping import lists, takenout
from catalog.models import OwnList, OwnListItem, Resource, ResourceState, TakenOut
from lrc.db import engine_of, new_session, transaction
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer
from tests import factories


@pytest.fixture
def rosa(session: Session) -> Viewer:
    return factories.viewer(session)


@pytest.fixture
def exam(session: Session, rosa: Viewer) -> OwnList:
    return lists.make(session, rosa, "Para el examen")


def three(session: Session, rosa: Viewer, own_list: OwnList) -> list[Resource]:
    made = [factories.resource(session, title=title) for title in ("Uno", "Dos", "Tres")]
    for each in made:
        lists.add(session, rosa, each, own_list)
    return made


def titles(session: Session, viewer: Viewer, own_list: OwnList) -> list[str]:
    session.flush()
    return [each.title for each in lists.resources_of(session, viewer, own_list)]


def test_what_is_kept_twice_stands_once(session: Session, rosa: Viewer) -> None:
    guide = factories.resource(session)
    assert lists.favourite_ids(session, rosa) == frozenset()
    lists.add(session, rosa, guide)
    lists.add(session, rosa, guide)
    assert lists.favourite_ids(session, rosa) == {guide.id}
    assert len(list(session.scalars(select(OwnListItem)))) == 1
    lists.unlike(session, rosa, guide.id)
    lists.unlike(session, rosa, guide.id)
    assert lists.favourite_ids(session, rosa) == frozenset()


def test_who_puts_something_in_a_list_waits_for_who_deletes_it(
    app: Flask, session: Session, rosa: Viewer, exam: OwnList
) -> None:
    guide = factories.resource(session)
    session.commit()

    def put() -> None:
        with app.app_context(), transaction() as own:
            lists.add(own, rosa, guide, lists.get_for_change(own, rosa, exam.id))

    with ThreadPoolExecutor(1) as another, new_session(engine_of(app), writing=True) as here:
        held = lists.get_for_change(here, rosa, exam.id)
        putting = another.submit(put)
        with pytest.raises(TimeoutError):
            putting.result(timeout=0.3)
        lists.delete_list(here, held)
        here.commit()
        with pytest.raises(NotFound):
            putting.result(timeout=20)


def test_what_is_put_back_while_it_is_kept_anew_is_there_once(app: Flask, session: Session, rosa: Viewer) -> None:
    guide = factories.resource(session)
    lists.like(session, rosa, guide)
    taken = lists.unlike(session, rosa, guide.id)
    assert taken is not None
    number, favourites = taken.id, taken.holder_id
    session.commit()

    def like() -> None:
        with app.app_context(), transaction() as own:
            lists.like(own, rosa, guide)

    with ThreadPoolExecutor(1) as another, new_session(engine_of(app), writing=True) as here:
        held = takenout.get(here, rosa, number)
        liking = another.submit(like)
        wait([liking], timeout=0.3)
        lists.put_back(here, lists.get_for_change(here, rosa, favourites), held)
        here.commit()
        liking.result(timeout=20)
    assert session.scalars(select(OwnListItem.resource_id)).all() == [guide.id]
    assert session.scalars(select(TakenOut)).all() == []


def test_things_change_places(session: Session, rosa: Viewer, exam: OwnList) -> None:
    _one, two, three_ = three(session, rosa, exam)
    lists.move(session, rosa, exam, three_.id, up=True)
    assert titles(session, rosa, exam) == ["Uno", "Tres", "Dos"]
    lists.move(session, rosa, exam, two.id, up=False)
    assert titles(session, rosa, exam) == ["Uno", "Tres", "Dos"]
    lists.move(session, rosa, exam, two.id, up=True)
    lists.move(session, rosa, exam, two.id, up=True)
    assert titles(session, rosa, exam) == ["Dos", "Uno", "Tres"]


def test_things_pass_by_what_cannot_be_seen(session: Session, rosa: Viewer, exam: OwnList) -> None:
    _one, two, three_ = three(session, rosa, exam)
    two.state = ResourceState.WITHDRAWN
    session.flush()
    lists.move(session, rosa, exam, three_.id, up=True)
    assert titles(session, rosa, exam) == ["Tres", "Uno"]


def test_each_has_lists_of_their_own(session: Session, rosa: Viewer, exam: OwnList) -> None:
    luis = factories.viewer(session)
    with pytest.raises(NotFound):
        lists.get(session, luis, exam.id)
    guide = factories.resource(session)
    lists.add(session, rosa, guide, exam)
    lists.drop(session, luis, guide.id, exam)
    assert titles(session, rosa, exam) == ["Guía"]
    assert lists.mine(session, luis) == []
    assert lists.lists_with(session, luis, guide.id) == frozenset()


def test_a_name_is_needed_and_is_used_once(session: Session, rosa: Viewer, exam: OwnList) -> None:
    with pytest.raises(BadInput):
        lists.make(session, rosa, " \n ")
    with pytest.raises(Conflict):
        lists.make(session, rosa, "Para  el examen")
    other = lists.make(session, rosa, "Tesis\u202e")
    assert other.name == "Tesis"
    with pytest.raises(Conflict):
        lists.rename(session, rosa, other, "Para el examen")
    lists.rename(session, rosa, other, "Tesis")
    assert lists.make(session, factories.viewer(session), "Para el examen").id != exam.id


def test_favourites_stay(session: Session, rosa: Viewer) -> None:
    favourites = lists.add(session, rosa, factories.resource(session))
    with pytest.raises(Conflict):
        lists.delete_list(session, favourites)
    with pytest.raises(Conflict):
        lists.rename(session, rosa, favourites, "Otra")


def test_lists_and_what_stands_in_them_are_bounded(
    session: Session, rosa: Viewer, exam: OwnList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_ITEMS", 3)
    monkeypatch.setattr(lists, "MOST_LISTS", 1)
    three(session, rosa, exam)
    with pytest.raises(Conflict):
        lists.add(session, rosa, factories.resource(session), exam)
    lists.make(session, rosa, "Otra")
    with pytest.raises(Conflict):
        lists.make(session, rosa, "Una de más")


def test_of_a_shared_list_each_sees_what_is_for_them(session: Session, rosa: Viewer, exam: OwnList) -> None:
    three(session, rosa, exam)[1].audience = f"institution:{rosa.institution_id}"
    with pytest.raises(NotFound):
        lists.get_shared(session, "")
    lists.share(exam, shared=True)
    token = exam.share_token or ""
    assert len(token) >= 20
    stranger = factories.viewer(session)
    assert titles(session, stranger, lists.get_shared(session, token)) == ["Uno", "Tres"]
    lists.share(exam, shared=False)
    session.flush()
    with pytest.raises(NotFound):
        lists.get_shared(session, token)
    lists.share(exam, shared=True)
    assert exam.share_token != token


def test_what_no_database_keeps_is_left_out_of_a_note(session: Session, rosa: Viewer, exam: OwnList) -> None:
    first = three(session, rosa, exam)[0]
    lists.note(session, exam, first.id, "Capítulo\0 2")
    session.flush()
    assert session.scalars(select(OwnListItem.note).where(OwnListItem.resource_id == first.id)).one() == "Capítulo 2"


def test_deleting_a_list_leaves_the_resources(session: Session, rosa: Viewer, exam: OwnList) -> None:
    kept = three(session, rosa, exam)
    lists.note(session, exam, kept[0].id, " Capítulo 3 \r\n")
    assert session.scalars(select(OwnListItem.note).where(OwnListItem.resource_id == kept[0].id)).one() == "Capítulo 3"
    with pytest.raises(BadInput):
        lists.note(session, exam, kept[0].id, "x" * 1001)
    lists.delete_list(session, exam)
    assert list(session.scalars(select(OwnListItem))) == []
    assert session.get(Resource, kept[0].id) is not None


def test_what_was_taken_out_comes_back_where_it_stood_with_its_note(
    session: Session, rosa: Viewer, exam: OwnList
) -> None:
    two = three(session, rosa, exam)[1]
    lists.note(session, exam, two.id, "Capítulo 3")
    taken = lists.take_out(session, rosa, two.id, exam)
    assert taken is not None
    assert titles(session, rosa, exam) == ["Uno", "Tres"]
    assert lists.take_out(session, rosa, two.id, exam) is None

    lists.put_back(session, exam, taken)
    assert titles(session, rosa, exam) == ["Uno", "Dos", "Tres"]
    assert session.scalars(select(OwnListItem.note).where(OwnListItem.resource_id == two.id)).all() == ["Capítulo 3"]


def test_what_was_added_again_meanwhile_or_is_gone_does_not_come_back(
    session: Session, rosa: Viewer, exam: OwnList
) -> None:
    one, two, _three = three(session, rosa, exam)
    again, gone = (lists.take_out(session, rosa, each.id, exam) for each in (one, two))
    assert again is not None
    assert gone is not None
    lists.add(session, rosa, one, exam)
    session.delete(two)
    lists.put_back(session, exam, again)
    assert titles(session, rosa, exam) == ["Tres", "Uno"]
    with pytest.raises(NotFound):
        lists.put_back(session, exam, gone)


def test_a_favourite_that_a_slip_took_out_comes_back_as_it_stood(session: Session, rosa: Viewer) -> None:
    made = [factories.resource(session, title=title) for title in ("Uno", "Dos")]
    for each in made:
        lists.like(session, rosa, each)
    favourites = session.scalars(select(OwnList)).one()
    lists.note(session, favourites, made[0].id, "Para el martes")
    lists.unlike(session, rosa, made[0].id)
    assert lists.unlike(session, rosa, made[0].id) is None
    assert lists.favourite_ids(session, rosa) == {made[1].id}

    lists.like(session, rosa, made[0])
    assert titles(session, rosa, favourites) == ["Uno", "Dos"]
    assert session.scalars(select(OwnListItem.note).order_by(OwnListItem.position)).all() == ["Para el martes", ""]
    lists.like(session, rosa, made[0])
    assert titles(session, rosa, favourites) == ["Uno", "Dos"]
