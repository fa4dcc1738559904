"""Reading lists: who writes and reads them, their order, and that nobody overwrites another unseen."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import ReadingList, ReadingSection, Resource, ResourceState, Weight
from catalog.readinglists import items, lists
from catalog.readinglists.items import Said
from catalog.readinglists.lists import Overtaken, Plan
from lrc.db import transaction
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.models import Context, Platform
from lti.viewers import Role, Viewer, context_audience
from tests import factories
from tests.statements import queries


@pytest.fixture
def teacher(session: Session, home: Platform, course: Context) -> Viewer:
    return factories.viewer(session, Role.TEACHER, by=factories.person(session, of=home), where=course)


@pytest.fixture
def student(session: Session, home: Platform, course: Context) -> Viewer:
    return factories.viewer(session, Role.STUDENT, by=factories.person(session, of=home), where=course)


@pytest.fixture
def readings(session: Session, teacher: Viewer) -> ReadingList:
    return lists.hold(session, teacher)


def first(session: Session, readings: ReadingList) -> ReadingSection:
    return session.scalars(lists.sections(readings)).all()[0]


def fill(session: Session, teacher: Viewer, readings: ReadingList, *titles: str) -> list[Resource]:
    made = [factories.resource(session, title=title) for title in titles]
    section = first(session, readings)
    for each in made:
        items.add(session, teacher, section, each)
    return made


def told(session: Session, viewer: Viewer, readings: ReadingList) -> list[tuple[str, list[str]]]:
    session.flush()
    parts = items.contents(session, viewer, readings)
    return [(p.section.title, [e.resource.title if e.resource else "-" for e in p.entries]) for p in parts]


def test_a_course_has_one_list_whoever_begins_it(session: Session, teacher: Viewer, home: Platform) -> None:
    made = lists.hold(session, teacher)
    other = replace(teacher, person_id=factories.person(session, of=home).id)
    assert lists.hold(session, other) is made
    assert told(session, teacher, made) == [("Lecturas", [])]


def test_only_who_teaches_in_the_course_writes_it(
    session: Session, student: Viewer, teacher: Viewer, readings: ReadingList
) -> None:
    for other in (student, replace(teacher, context_id=None), factories.viewer(session, Role.LIBRARIAN)):
        with pytest.raises(NotAllowed):
            lists.hold(session, other)
    elsewhere = factories.viewer(session, Role.TEACHER, where=factories.context(session))
    assert lists.find(session, elsewhere) is None
    assert lists.hold(session, elsewhere) is not readings


def test_students_see_it_once_it_is_published(
    session: Session, student: Viewer, teacher: Viewer, readings: ReadingList
) -> None:
    assert lists.find(session, teacher) is readings
    with pytest.raises(NotFound):
        lists.get(session, student)
    lists.publish(readings, published=True)
    session.flush()
    assert lists.get(session, student) is readings
    assert lists.find(session, replace(student, context_id=None)) is None


def test_a_copied_course_reads_the_nearest_list_until_it_has_its_own(
    session: Session, teacher: Viewer, home: Platform, readings: ReadingList
) -> None:
    lists.publish(readings, published=True)
    copied = factories.context(session, of=home)
    reader = replace(factories.viewer(session, where=copied), earlier_context_ids=(999, readings.context_id))
    assert lists.find(session, reader) is readings
    own = lists.hold(session, replace(teacher, context_id=copied.id))
    assert lists.find(session, reader) is readings
    lists.publish(own, published=True)
    session.flush()
    assert lists.find(session, reader) is own


def test_readings_change_places_within_and_between_sections(
    session: Session, teacher: Viewer, readings: ReadingList
) -> None:
    fill(session, teacher, readings, "Uno", "Dos")
    lists.add_section(session, readings, Plan("Semana 2"))
    uno, dos = session.scalars(items.items_of(readings)).all()
    items.move(session, readings, dos, up=True)
    assert told(session, teacher, readings) == [("Lecturas", ["Dos", "Uno"]), ("Semana 2", [])]
    items.move(session, readings, uno, up=False)
    items.move(session, readings, dos, up=False)
    assert told(session, teacher, readings) == [("Lecturas", []), ("Semana 2", ["Dos", "Uno"])]
    items.move(session, readings, uno, up=False)
    items.move(session, readings, dos, up=True)
    assert told(session, teacher, readings) == [("Lecturas", ["Dos"]), ("Semana 2", ["Uno"])]
    lists.move_section(session, readings, first(session, readings), up=False)
    assert told(session, teacher, readings) == [("Semana 2", ["Uno"]), ("Lecturas", ["Dos"])]


def test_a_section_taken_away_leaves_its_readings(session: Session, teacher: Viewer, readings: ReadingList) -> None:
    fill(session, teacher, readings, "Uno", "Dos")
    second = lists.add_section(session, readings, Plan("Semana 2"))
    items.add(session, teacher, second, factories.resource(session, title="Tres"))
    lists.drop_section(session, readings, second)
    assert told(session, teacher, readings) == [("Lecturas", ["Uno", "Dos", "Tres"])]
    third = lists.add_section(session, readings, Plan("Semana 3"))
    items.add(session, teacher, third, factories.resource(session, title="Cuatro"))
    lists.drop_section(session, readings, first(session, readings))
    assert told(session, teacher, readings) == [("Semana 3", ["Uno", "Dos", "Tres", "Cuatro"])]
    with pytest.raises(Conflict):
        lists.drop_section(session, readings, first(session, readings))


@pytest.mark.parametrize("plan", [Plan("  "), Plan("x" * 201), Plan("Al revés", date(2026, 4, 2), date(2026, 4, 1))])
def test_a_section_that_cannot_be_is_refused(session: Session, readings: ReadingList, plan: Plan) -> None:
    with pytest.raises(BadInput):
        lists.add_section(session, readings, plan)


def test_nobody_overwrites_another_unseen(session: Session, teacher: Viewer, readings: ReadingList) -> None:
    fill(session, teacher, readings, "Uno")
    item, section = session.scalars(items.items_of(readings)).one(), first(session, readings)
    seen = item.revision
    items.say(item, Said(Weight.FURTHER, "Capítulo\0 2\r\n"), seen)
    assert (item.weight, item.note) == (Weight.FURTHER, "Capítulo 2")
    for late in (lambda: items.say(item, Said(), seen), lambda: items.drop(session, item, seen)):
        with pytest.raises(Overtaken):
            late()
    lists.change_section(section, Plan("Semana 1"), 1)
    with pytest.raises(Overtaken):
        lists.change_section(section, Plan("Otra"), 1)
    lists.introduce(readings, "Bienvenida", 1)
    with pytest.raises(Overtaken):
        lists.introduce(readings, "Otra", 1)
    assert (item.note, section.title, readings.intro) == ("Capítulo 2", "Semana 1", "Bienvenida")


def test_what_students_could_not_open_is_not_added(session: Session, teacher: Viewer, readings: ReadingList) -> None:
    section = first(session, readings)
    for columns in ({"state": ResourceState.WAITING}, {"audience": context_audience(4711)}):
        with pytest.raises(Conflict):
            items.add(session, teacher, section, factories.resource(session, **columns))
    with pytest.raises(BadInput):
        items.add(session, teacher, section, factories.resource(session), Said(page=0))
    with pytest.raises(BadInput):
        items.add(session, teacher, section, factories.resource(session), Said(note="x" * 1001))


def test_lists_are_bounded(
    session: Session, teacher: Viewer, readings: ReadingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 1)
    monkeypatch.setattr(lists, "MOST_SECTIONS", 1)
    fill(session, teacher, readings, "Uno")
    with pytest.raises(Conflict):
        fill(session, teacher, readings, "Dos")
    with pytest.raises(Conflict):
        lists.add_section(session, readings, Plan("Semana 2"))


def test_what_was_withdrawn_or_is_for_others_is_told_to_nobody(
    session: Session, teacher: Viewer, student: Viewer, readings: ReadingList
) -> None:
    gone, foreign, _there = fill(session, teacher, readings, "Retirado", "Ajeno", "Queda")
    gone.state, foreign.audience = ResourceState.WITHDRAWN, context_audience(4711)
    assert told(session, student, readings) == [("Lecturas", ["-", "-", "Queda"])]
    session.delete(gone)
    assert told(session, teacher, readings) == [("Lecturas", ["-", "-", "Queda"])]


def test_teachers_who_begin_and_fill_it_at_the_same_moment_lose_nothing(
    app: Flask, session: Session, teacher: Viewer
) -> None:
    books = [factories.resource(session, title=str(number)) for number in range(4)]
    session.commit()
    begin = threading.Barrier(len(books))

    def add(book: Resource) -> None:
        begin.wait()
        with app.app_context(), transaction() as own:
            reading_list = lists.hold(own, teacher)
            section = items.find_last_section(own, reading_list)
            items.add(own, teacher, section, own.get_one(Resource, book.id))

    threads = [threading.Thread(target=add, args=(each,)) for each in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (made,) = session.scalars(select(ReadingList)).all()
    there = session.scalars(items.items_of(made)).all()
    assert {each.resource_id for each in there} == {each.id for each in books}
    assert [each.position for each in there] == [1, 2, 3, 4]


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    app: Flask, session: Session, teacher: Viewer, student: Viewer, readings: ReadingList
) -> None:
    def taken() -> int:
        session.flush()
        session.expire_all()
        with queries(app) as sent:
            items.contents(session, student, session.get_one(ReadingList, readings.id))
        return len(sent)

    fill(session, teacher, readings, "Uno", "Dos")
    few = taken()
    fill(session, teacher, readings, *map(str, range(20)))
    for number in range(5):
        lists.add_section(session, readings, Plan(f"Semana {number}"))
    assert taken() == few == 4
