"""A course copied, restored or imported: its links open the right contents as their teacher set them, and apart."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lti.claims import CUSTOM
from lti.linksettings import manner_of
from lti.models import Context, ResourceLink
from lti.viewers import context_audience
from tests import factories
from tests.campus import COURSE, OTHER_COURSE, OTHER_TEACHER, STUDENT, TEACHER, Campus
from tests.factories import Browser

ITEM = {"lrc_item": "item-1"}


def place(campus: Campus, to: Resource, course: str = COURSE, **custom: str) -> str:
    """Put a link to the resource into the course; answers its resource link id."""
    asked = {"lrc_kind": "resource", "lrc_id": to.record_id, **ITEM, **custom}
    return campus.place(course, title="Lectura 1", custom=asked).link_id


def twin(campus: Campus, copy: str) -> str:
    """The resource link id that the only link placed has in a copy of the course."""
    [found] = [each.link_id for each in campus.lms.store.state.of_course(copy) if each.title == "Lectura 1"]
    return found


def where(campus: Campus, course: str, link: str, person: Any = STUDENT) -> str:
    """Where a launch of the link leads in the end, as a path with its query, without the visit's prefix."""
    browser = campus.launch(person, course, link=link)
    answer = browser.get(browser.landed)
    return str(answer.location if answer.location else answer.request.path).partition("/resources/")[2]


def known(session: Session, link: str, course: str = COURSE) -> ResourceLink:
    session.rollback()
    query = (
        select(ResourceLink)
        .join(ResourceLink.context)
        .where(ResourceLink.resource_link_id == link, Context.context_id == course)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def change(browser: Browser, link: ResourceLink, path: str = "/course/links", **fields: str) -> None:
    answer = browser.submit(path, {"link": str(link.id), "do": "change", **fields})
    assert "Cambiamos 1 enlace" in answer.text


@pytest.fixture
def guide(campus: Campus, session: Session) -> Resource:
    made = factories.resource(session, "Uno", "Dos", "Tres", title="Guía")
    session.commit()
    return made


@pytest.fixture
def atlas(campus: Campus, session: Session) -> Resource:
    made = factories.resource(session, "Uno", title="Atlas")
    session.commit()
    return made


def test_a_copy_opens_the_same_as_the_teacher_set_it_up(campus: Campus, session: Session, guide: Resource) -> None:
    link = place(campus, guide)
    teacher = campus.launch(TEACHER, link=link)
    change(teacher, known(session, link), page="2")
    copy = campus.copy()
    assert where(campus, copy, twin(campus, copy)) == f"{guide.id}/read?page=2"
    assert known(session, twin(campus, copy), copy).settings == {"place": "reader", "page": 2}


def test_changes_in_a_copy_leave_the_original_alone_and_the_other_way_round(
    campus: Campus, session: Session, guide: Resource, atlas: Resource
) -> None:
    link = place(campus, guide)
    first = campus.launch(TEACHER, link=link)
    change(first, known(session, link), page="2")
    copy = campus.copy()
    second = campus.launch(OTHER_TEACHER, copy, link=twin(campus, copy))
    change(second, known(session, twin(campus, copy), copy), page="3")
    assert [
        manner_of(known(session, *each).settings).page for each in ((link, COURSE), (twin(campus, copy), copy))
    ] == [
        2,
        3,
    ]
    change(second, known(session, twin(campus, copy), copy), "/course/links/target", record=atlas.record_id)
    assert where(campus, COURSE, link) == f"{guide.id}/read?page=2"
    assert where(campus, copy, twin(campus, copy)) == f"{atlas.id}/read"
    change(first, known(session, link), place="card")
    assert where(campus, COURSE, link) == str(guide.id)
    assert where(campus, copy, twin(campus, copy)) == f"{atlas.id}/read"


def test_what_the_teacher_chose_instead_is_opened_in_copies_too(
    campus: Campus, session: Session, guide: Resource, atlas: Resource
) -> None:
    link = place(campus, guide)
    teacher = campus.launch(TEACHER, link=link)
    change(teacher, known(session, link), "/course/links/target", record=atlas.record_id)
    assert where(campus, COURSE, link) == str(atlas.id)
    copy = campus.copy()
    assert where(campus, copy, twin(campus, copy)) == str(atlas.id)
    of_the_copy = campus.copy(copy)
    assert where(campus, of_the_copy, twin(campus, of_the_copy)) == str(atlas.id)


def test_a_copy_made_from_a_copy_begins_as_the_nearest_one(campus: Campus, session: Session, guide: Resource) -> None:
    link = place(campus, guide)
    change(campus.launch(TEACHER, link=link), known(session, link), page="2")
    copy = campus.copy()
    second = campus.launch(TEACHER, copy, link=twin(campus, copy))
    change(second, known(session, twin(campus, copy), copy), page="3")
    of_the_copy = campus.copy(copy)
    assert where(campus, of_the_copy, twin(campus, of_the_copy)).endswith("page=3")


def test_what_is_for_the_earlier_course_is_for_its_copy_and_for_no_other(
    campus: Campus, session: Session, guide: Resource
) -> None:
    link = place(campus, guide)
    campus.launch(TEACHER, link=link)
    guide = session.merge(guide)
    guide.audience = context_audience(known(session, link).context_id)
    session.commit()
    copy = campus.copy()
    assert where(campus, copy, twin(campus, copy)) == str(guide.id)
    elsewhere = place(campus, guide, OTHER_COURSE, lrc_item="item-2")
    browser = campus.launch(STUDENT, OTHER_COURSE, link=elsewhere)
    answer = browser.get(browser.landed)
    assert answer.status_code == 403
    assert "Guía" not in answer.text


def test_a_course_that_only_says_to_be_a_copy_gets_nothing_of_the_other(
    campus: Campus, session: Session, guide: Resource
) -> None:
    """Where the tool has no such parameter of its own, a teacher can write any history into an activity."""
    link = place(campus, guide)
    campus.launch(TEACHER, link=link)
    guide = session.merge(guide)
    guide.audience = context_audience(known(session, link).context_id)
    session.commit()
    with campus.lms.store.changing() as state:
        del state.tools["1"].custom["context_history"]
    claimed = place(campus, guide, OTHER_COURSE, lrc_item="item-2", context_history=COURSE)
    browser = campus.launch(OTHER_TEACHER, OTHER_COURSE, link=claimed)
    assert campus.claims(claimed, OTHER_TEACHER, OTHER_COURSE)[CUSTOM]["context_history"] == COURSE
    assert browser.get(browser.landed).status_code == 403


def test_a_copy_says_where_it_comes_from(campus: Campus, session: Session, guide: Resource) -> None:
    campus.launch(TEACHER, link=place(campus, guide))
    copy = campus.copy()
    page = campus.launch(TEACHER, copy, link=twin(campus, copy)).get("/course/links").text
    assert "Este curso es una copia de Estadística aplicada." in page
    assert "Viene de Estadística aplicada" in page


def test_a_duplicate_in_the_same_course_begins_as_its_original(
    campus: Campus, session: Session, guide: Resource
) -> None:
    link = place(campus, guide)
    change(campus.launch(TEACHER, link=link), known(session, link), page="2")
    assert where(campus, COURSE, place(campus, guide)) == f"{guide.id}/read?page=2"


def test_activities_imported_into_another_course_begin_as_their_original(
    campus: Campus, session: Session, guide: Resource, atlas: Resource
) -> None:
    link = place(campus, guide)
    teacher = campus.launch(TEACHER, link=link)
    change(teacher, known(session, link), "/course/links/target", record=atlas.record_id)
    assert where(campus, OTHER_COURSE, place(campus, guide, OTHER_COURSE)) == str(atlas.id)


def test_an_item_of_another_platform_tells_nothing(
    campus: Campus, session: Session, guide: Resource, atlas: Resource
) -> None:
    stranger = factories.context(session)
    session.add(
        ResourceLink(
            context_id=stranger.id,
            resource_link_id="1",
            item="item-1",
            settings={"target": {"kind": "resource", "id": atlas.record_id, "instead_of": {"kind": "", "id": ""}}},
        )
    )
    session.commit()
    assert where(campus, COURSE, place(campus, guide)) == str(guide.id)


def test_the_same_activity_chosen_anew_in_moodle_opens_what_was_chosen_last(
    campus: Campus, session: Session, guide: Resource, atlas: Resource
) -> None:
    novel = factories.resource(session, "Uno", title="Novela")
    session.commit()
    link = place(campus, guide)
    teacher = campus.launch(TEACHER, link=link)
    change(teacher, known(session, link), "/course/links/target", record=atlas.record_id)
    with campus.lms.store.changing() as state:
        activity = next(each for each in state.activities.values() if each.link_id == link)
        activity.custom = {"lrc_kind": "resource", "lrc_id": novel.record_id, "lrc_item": "item-9"}
    assert where(campus, COURSE, link) == str(novel.id)
    assert known(session, link).settings == {}


def test_a_link_that_was_said_to_be_gone_is_back_once_it_is_launched(
    campus: Campus, session: Session, guide: Resource
) -> None:
    link = place(campus, guide)
    teacher = campus.launch(TEACHER, link=link)
    teacher.submit("/course/links", {"link": str(known(session, link).id), "do": "take_off"})
    assert known(session, link).hidden_at is not None
    campus.launch(STUDENT, link=link)
    assert known(session, link).hidden_at is None


def test_people_groups_come_by_launches_where_moodle_tells_them(
    campus: Campus, session: Session, guide: Resource
) -> None:
    link = place(campus, guide)
    campus.launch(STUDENT, link=link)
    page = campus.launch(TEACHER, link=link).get("/course").text
    assert "Grupo 2</option>" in page
    with campus.lms.store.changing() as state:
        state.courses[COURSE].groups = {}
    campus.launch(STUDENT, link=link)
    assert "Grupo 2</option>" not in campus.launch(TEACHER, link=link).get("/course").text
