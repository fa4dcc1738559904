"""A reading that was taken out comes back as it stood, with who had read it, to who took it out and for a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.keeping import takenout
from catalog.models import ReadingItem, ReadingList, ReadingMark, ReadingSection, TakenOut, Weight
from catalog.readinglists import items, lists, restoring
from catalog.readinglists.items import Said
from catalog.readinglists.lists import Plan
from lrc.errors import NotFound
from lti.models import Context, Person, Platform
from lti.viewers import Role, Viewer
from tests import factories

QUINUA = {"type": "book", "title": "Granos andinos"}


@pytest.fixture
def rosa(session: Session, home: Platform) -> Person:
    return factories.person(session, of=home)


@pytest.fixture
def teacher(session: Session, rosa: Person, course: Context) -> Viewer:
    return factories.viewer(session, Role.TEACHER, by=rosa, where=course)


@pytest.fixture
def readings(session: Session, teacher: Viewer) -> ReadingList:
    """With three readings of which only the second is said to be read, by who teaches."""
    made = lists.hold(session, teacher)
    section = items.find_last_section(session, made)
    for note in ("uno", "dos", "tres"):
        items.add(session, teacher, section, QUINUA, Said(Weight.FURTHER, note))
    session.add(ReadingMark(item_id=standing(session, made)[1].id, person_id=teacher.person_id))
    session.flush()
    return made


def standing(session: Session, readings: ReadingList) -> list[ReadingItem]:
    session.flush()
    return list(session.scalars(items.items_of(readings)))


def notes(session: Session, readings: ReadingList) -> str:
    return " ".join(each.note for each in standing(session, readings))


def take_out(session: Session, teacher: Viewer, readings: ReadingList) -> TakenOut:
    second = standing(session, readings)[1]
    return restoring.take_out(session, teacher, readings, second, second.revision)


def test_it_comes_back_where_it_stood_with_all_that_was_said_of_it(
    session: Session, teacher: Viewer, readings: ReadingList
) -> None:
    taken = take_out(session, teacher, readings)
    assert notes(session, readings) == "uno tres"
    items.move(session, readings, standing(session, readings)[1], up=True)
    items.add(session, teacher, items.find_last_section(session, readings), QUINUA, Said(note="cuatro"))

    made = restoring.put_back(session, readings, taken)
    assert notes(session, readings) == "tres dos uno cuatro"
    assert (made.weight, made.reference, made.added_by_id) == (Weight.FURTHER, QUINUA, teacher.person_id)
    assert session.scalars(select(ReadingMark.item_id)).all() == [made.id]


def test_without_its_section_it_stands_in_the_last_and_who_is_gone_has_read_nothing(
    session: Session, home: Platform, teacher: Viewer, readings: ReadingList
) -> None:
    gone = factories.person(session, of=home)
    session.add(ReadingMark(item_id=standing(session, readings)[1].id, person_id=gone.id))
    lists.add_section(session, readings, Plan("Semana 2"))
    taken = take_out(session, teacher, readings)
    lists.drop_section(session, readings, session.get_one(ReadingSection, taken.content["section_id"]))
    session.delete(gone)
    session.flush()

    made = restoring.put_back(session, readings, taken)
    assert made.section_id == items.find_last_section(session, readings).id
    assert session.scalars(select(ReadingMark.person_id)).all() == [teacher.person_id]


def test_only_who_took_it_out_puts_it_back_once_and_for_a_day(
    session: Session, home: Platform, teacher: Viewer, readings: ReadingList, course: Context
) -> None:
    taken = take_out(session, teacher, readings)
    colleague = factories.viewer(session, Role.TEACHER, by=factories.person(session, of=home), where=course)
    with pytest.raises(NotFound):
        takenout.get(session, colleague, taken.id)
    assert takenout.get(session, teacher, taken.id) is taken
    takenout.forget_old(session)
    assert session.scalars(select(TakenOut)).all() == [taken]
    taken.taken_at -= timedelta(hours=25)
    session.flush()
    with pytest.raises(NotFound):
        takenout.get(session, teacher, taken.id)
    takenout.forget_old(session)
    assert session.scalars(select(TakenOut)).all() == []


def test_the_message_on_the_page_takes_it_back(
    app: Flask, session: Session, rosa: Person, course: Context, readings: ReadingList
) -> None:
    second = standing(session, readings)[1]
    browser = factories.signed_in(app, session, Role.TEACHER, by=rosa, where=course)
    path = f"/course/readings/items/{second.id}"
    page = browser.get(browser.submit(path, {"do": "drop", "revision": second.revision}).location).text
    (undo,) = re.findall(r'action="([^"]*/taken-out/\d+)"', page)

    back = browser.submit(undo)
    assert "Volvió a su lugar" in browser.get(back.location).text
    session.rollback()
    assert notes(session, readings) == "uno dos tres"
    assert browser.submit(undo).status_code == 404
