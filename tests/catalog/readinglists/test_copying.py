"""Bringing readings along from another course: what comes as it was, what changed since, and what does not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from catalog.models import ReadingList, ResourceState, Version, VersionState, Weight
from catalog.readinglists import copying, items, lists
from catalog.readinglists.copying import Fate
from catalog.readinglists.items import Said
from catalog.readinglists.lists import Plan
from lrc.db import utcnow
from lrc.errors import Conflict, NotFound
from lti.models import Membership, Platform
from lti.viewers import Role, Viewer
from tests import factories


@pytest.fixture
def teacher(session: Session, home: Platform) -> Viewer:
    course = factories.context(session, of=home, label="2026-II")
    return factories.viewer(session, Role.TEACHER, by=factories.person(session, of=home), where=course)


@pytest.fixture
def source(session: Session, home: Platform, teacher: Viewer) -> ReadingList:
    """Of a course of the term before, where the same teacher taught."""
    before = replace(teacher, context_id=factories.context(session, of=home, label="2026-I").id)
    made = lists.hold(session, before)
    section = lists.add_section(session, made, Plan("Semana 1", date(2026, 3, 16), date(2026, 3, 22)))
    for number, title in enumerate(("Igual", "Nueva versión", "Sin página", "Retirada")):
        book = factories.resource(session, "uno", title=title)
        items.add(
            session, before, section, book, Said(Weight.OPTIONAL, f"Nota {number}", 2 if "página" in title else None)
        )
        if title == "Nueva versión":
            later = utcnow() + timedelta(minutes=1)
            version = Version(
                resource_id=book.id, number=2, state=VersionState.PUBLISHED, content={}, published_at=later
            )
            session.add(version)
        if title == "Retirada":
            book.state = ResourceState.WITHDRAWN
    for reference in ({"title": "Libro ajeno"}, {"title": "Ya está", "DOI": "10.1234/llego"}):
        items.add(session, before, section, {"type": "book", **reference})
    factories.resource(session, title="Lo que llegó", identifiers=["doi:10.1234/LLEGO"])
    member = Membership(context_id=before.context_id, sub="x", person_id=teacher.person_id)
    member.launch_roles = [Role.TEACHER.value]
    session.add(member)
    session.flush()
    return made


def test_each_reading_comes_as_it_is_now_or_says_why_not(
    session: Session, teacher: Viewer, source: ReadingList
) -> None:
    target = lists.hold(session, teacher)
    done = copying.copy(session, teacher, source, target, date(2026, 8, 17))
    assert [each.fate for each in done] == [Fate.SAME, Fate.NEWER, Fate.PAGE, Fate.GONE, Fate.SAME, Fate.HELD]
    session.flush()
    (week,) = items.contents(session, teacher, target)
    dates = (week.section.starts_on, week.section.ends_on)
    assert (week.section.title, *dates) == ("Semana 1", date(2026, 8, 17), date(2026, 8, 23))
    shown = [each.resource.title if each.resource else each.item.reference["title"] for each in week.entries]
    assert shown == ["Igual", "Nueva versión", "Sin página", "Libro ajeno", "Lo que llegó"]
    assert [each.item.page for each in week.entries] == [None] * 5
    assert (week.entries[0].item.weight, week.entries[0].item.note) == (Weight.OPTIONAL, "Nota 0")
    assert target.copied_from_id == source.id


def test_what_comes_stands_behind_what_is_there(session: Session, teacher: Viewer, source: ReadingList) -> None:
    target = lists.hold(session, teacher)
    items.add(session, teacher, items.find_last_section(session, target), factories.resource(session, title="Mío"))
    copying.copy(session, teacher, source, target)
    session.flush()
    parts = items.contents(session, teacher, target)
    assert [each.section.title for each in parts] == ["Lecturas", "Semana 1"]
    assert parts[-1].section.starts_on is None


def test_what_came_before_does_not_come_again(session: Session, teacher: Viewer, source: ReadingList) -> None:
    target = lists.hold(session, teacher)
    copying.copy(session, teacher, source, target)
    before = len(session.scalars(items.items_of(target)).all())
    again = copying.copy(session, teacher, source, target)
    assert [each.fate for each in again] == [Fate.THERE] * 3 + [Fate.GONE] + [Fate.THERE] * 2
    assert len(session.scalars(items.items_of(target)).all()) == before == 5
    assert len(session.scalars(lists.sections(target)).all()) == 1


def test_where_nothing_can_come_the_list_stays_as_it_is(session: Session, teacher: Viewer, source: ReadingList) -> None:
    for each in session.scalars(items.items_of(source)):
        each.resource_id, each.reference = None, {}
    target = lists.hold(session, teacher)
    assert {each.fate for each in copying.copy(session, teacher, source, target)} == {Fate.GONE}
    assert [each.title for each in session.scalars(lists.sections(target))] == ["Lecturas"]


def test_only_lists_of_own_and_copied_courses_can_be_copied(
    session: Session, teacher: Viewer, source: ReadingList
) -> None:
    assert session.scalars(copying.sources(teacher)).all() == [source]
    other = factories.viewer(session, Role.TEACHER, where=factories.context(session))
    assert session.scalars(copying.sources(other)).all() == []
    with pytest.raises(NotFound):
        copying.get_source(session, other, source.id)
    heir = replace(other, earlier_context_ids=(source.context_id,))
    assert session.scalars(copying.sources(heir)).all() == []
    lists.publish(source, published=True)
    session.flush()
    assert copying.get_source(session, heir, source.id) is source
    before = replace(teacher, context_id=source.context_id)
    assert session.scalars(copying.sources(before)).all() == []


def test_what_does_not_fit_is_refused_before_anything_is_copied(
    session: Session, teacher: Viewer, source: ReadingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 5)
    with pytest.raises(Conflict):
        copying.check_room(session, source, lists.hold(session, teacher))
