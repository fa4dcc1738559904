"""Modules and courses among materials: in the lists, in the index, in the picker, and in courses of Moodle."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing, library, links, quizzes, review, versions
from catalog.links import COURSE, MODULE, Trouble
from catalog.models import Authorship, Resource, ResourceState
from lti.linksettings import READER, Manner
from lti.models import Context, Person, Pick, Placement, ResourceLink
from lti.viewers import Role, institution_audience
from search.documents import Query
from search.engine import Index
from tests import factories
from tests.campus import COURSE as MOODLE_COURSE
from tests.campus import STUDENT, Campus
from tests.catalog import enrolling
from tests.catalog.choosing import DL_CLAIM, choosing, sent_back, tick, ticks
from tests.factories import Browser


@pytest.fixture
def teacher(session: Session) -> Person:
    return factories.person(session, name="Rosa Docente")


@pytest.fixture
def context(session: Session, teacher: Person) -> Context:
    return factories.context(session, of=teacher.platform)


@pytest.fixture
def module(session: Session, teacher: Person) -> Resource:
    return factories.module(session, by=teacher, quiz=True, title="Citar", record_id="m1", effort_minutes=90)


@pytest.fixture
def course(session: Session, teacher: Person, module: Resource) -> Resource:
    return factories.course(session, module, by=teacher, title="Escribir", record_id="c1")


def place_of(resource: Resource) -> str:
    return f"/study/{resource.kind}s/{resource.id}"


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))


# In the library


def test_the_page_of_a_resource_leads_to_that_of_its_kind(
    app: Flask, session: Session, module: Resource, course: Resource
) -> None:
    draft = factories.module(session, state=ResourceState.WAITING)
    module.published_at = course.published_at = draft.created_at
    student = factories.signed_in(app, session, Role.STUDENT)
    for each in (module, course):
        assert student.get(f"/resources/{each.id}").location == place_of(each)
    assert student.get(f"/resources/{draft.id}").status_code == 404
    author = factories.signed_in(app, session, Role.TEACHER, by=draft.owner)
    assert author.get(f"/resources/{draft.id}").location == f"/study/review/{draft.id}"


@pytest.mark.parametrize("step", ["publish", "return", "withdraw", "answer", "retry", "file"])
def test_what_is_done_with_files_is_not_done_with_modules(
    app: Flask, session: Session, teacher: Person, module: Resource, step: str
) -> None:
    teacher.is_librarian = True
    both = factories.signed_in(app, session, Role.TEACHER, Role.LIBRARIAN, by=teacher)
    assert both.submit(f"/resources/{module.id}/{step}", {"remark": "x"}).status_code in (404, 422)
    session.refresh(module)
    assert module.state is ResourceState.PUBLISHED


def test_mine_are_materials_alone(session: Session, teacher: Person, module: Resource) -> None:
    material = factories.resource(session, by=teacher)
    mine = session.scalars(library.mine(factories.viewer(session, Role.TEACHER, by=teacher))).all()
    assert mine == [material]


def test_who_writes_beside_the_owner_sees_it_before_it_is_published(session: Session) -> None:
    draft = factories.module(session, state=ResourceState.DRAFT)
    helper = factories.viewer(session, Role.TEACHER)
    assert session.scalar(library.visible_to(helper).where(Resource.id == draft.id)) is None
    session.add(Authorship(resource_id=draft.id, person_id=helper.person_id))
    assert session.scalar(library.visible_to(helper).where(Resource.id == draft.id)) is draft


@pytest.mark.usefixtures("course")
def test_the_newest_say_what_they_are(app: Flask, session: Session) -> None:
    factories.resource(session, "x", title="Guía de riego")
    page = words(factories.signed_in(app, session, Role.STUDENT).get("/").text)
    assert page.index("Guía de riego") < page.index("Escribir Curso") < page.index("Citar Módulo de estudio 1 h 30 min")


def test_a_published_version_is_found_at_its_lesson_and_a_withdrawn_one_nowhere(
    app: Flask, session: Session, index: Index, teacher: Person
) -> None:
    module = factories.module(session, "Riego|El agua baja.", "Abono|El guano abona.", by=teacher)
    librarian = factories.person(session, of=teacher.platform, librarian=True)
    reviewing = factories.viewer(session, Role.LIBRARIAN, by=librarian)
    session.commit()
    indexing.bring_up_to_date(index)
    query = Query("guano", frozenset({"everyone"}))
    (hit,) = index.search(query).hits
    assert (hit.kind, hit.page, hit.page_label) == ("module", 2, "Abono")
    student = factories.signed_in(app, session, Role.STUDENT)
    assert student.get(f"/study/modules/{module.id}/text/2").location == f"/study/modules/{module.id}/l2"
    for number in (0, 3):
        assert student.get(f"/study/modules/{module.id}/text/{number}").location == f"/study/modules/{module.id}"
    writing = factories.viewer(session, Role.TEACHER, by=teacher)
    versions.submit(session, writing, module, {"title": "Chacra"}, ["Abono\nEl estiércol abona."])
    session.commit()
    indexing.bring_up_to_date(index)
    assert index.search(query).total == 1, "what waits is not found, and what is published still is"
    review.publish(session, reviewing, module)
    session.commit()
    indexing.bring_up_to_date(index)
    assert index.search(query).total == 0
    assert index.search(Query("estiércol", query.audiences)).hits[0].title.text == "Chacra"
    review.withdraw(session, reviewing, module, "Un error")
    session.commit()
    indexing.bring_up_to_date(index)
    assert index.search(Query("estiércol", query.audiences)).total == 0


# Links of Moodle's courses


def test_a_link_opens_a_module_or_a_course(
    app: Flask, session: Session, teacher: Person, module: Resource, course: Resource
) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    assert student.get("/open/module/m1").location == place_of(module)
    assert student.get("/open/course/c1").location == place_of(course)
    for wrong in ("/open/resource/m1", "/open/course/m1", "/open/module/c1"):
        assert student.get(wrong).status_code == 404
    found = links.find(session, factories.viewer(session, Role.STUDENT), MODULE, "m1")
    assert links.place(found, Manner(READER, "text", 3)) == ("study.module", {"module_id": module.id})


def test_what_has_a_quiz_can_be_graded(session: Session, module: Resource, course: Resource) -> None:
    plain = factories.module(session, 'Uno|"type": "quiz"', record_id="m2")
    factories.course(session, plain, record_id="c2")
    viewer = factories.viewer(session, Role.TEACHER)
    found = links.find_all(session, viewer, [(MODULE, "m1"), (MODULE, "m2"), (COURSE, "c1"), (COURSE, "c2")])
    assert {target: each.can_be_graded for (_kind, target), each in found.items()} == {
        "m1": True,
        "m2": False,
        "c1": True,
        "c2": False,
    }
    module.state = ResourceState.WITHDRAWN
    assert quizzes.courses_with_any(session, [course.id]) == set()


def test_why_a_module_cannot_be_opened_is_known(session: Session, module: Resource, course: Resource) -> None:
    viewer = factories.viewer(session, Role.TEACHER)
    module.state, course.audience = ResourceState.WITHDRAWN, institution_audience(999)
    found = links.find_all(session, viewer, [(MODULE, "m1"), (COURSE, "c1"), (COURSE, "c9")])
    assert [(each.trouble, each.title) for each in found.values()] == [
        (Trouble.UNPUBLISHED, ""),
        (Trouble.FOR_OTHERS, ""),
        (Trouble.MISSING, ""),
    ]


@pytest.fixture
def at_home(app: Flask, session: Session, teacher: Person, context: Context) -> Browser:
    """The teacher in their own course."""
    return factories.signed_in(app, session, Role.TEACHER, by=teacher, where=context)


def test_the_class_page_names_what_is_studied_apart_from_what_is_opened(
    session: Session, context: Context, at_home: Browser, module: Resource, course: Resource
) -> None:
    enrolling.link(session, context, module, title="Unidad 1")
    enrolling.link(session, context, course)
    enrolling.link(session, context, factories.resource(session, "x", title="Guía"))
    session.commit()
    page = at_home.get("/course").text
    by_link = page[page.index('id="by-link"') :]
    opened, studied = by_link.split("Módulos y cursos de estudio")
    assert "Guía" in opened
    assert "Unidad 1" not in opened
    assert f'<a href="{place_of(course)}">Escribir</a>' in studied or "Escribir</a>" in studied
    assert "Unidad 1" in studied
    assert 'href="/study/class"' in studied


def test_links_to_modules_are_listed_and_stay_out_of_the_reader(
    session: Session, context: Context, at_home: Browser, module: Resource
) -> None:
    link = enrolling.link(session, context, module, title="Unidad 1")
    session.commit()
    page = words(at_home.get("/course/links").text)
    assert "Lleva a «Citar». Es un módulo de estudio." in page
    said = words(at_home.submit("/course/links", {"link": str(link.id), "do": "change", "place": "reader"}).text)
    assert "Unidad 1: abre un módulo o un curso, que no se leen en el lector." in said


def test_a_link_can_be_led_to_a_module(
    session: Session, context: Context, at_home: Browser, module: Resource, index: Index
) -> None:
    guide = factories.resource(session, "x", title="Guía")
    bare = factories.module(session, record_id="m2", title="Sin preguntas")
    link = enrolling.link(session, context, guide, title="Lectura", is_graded=True)
    session.commit()
    indexing.bring_up_to_date(index)
    for asked in ("citar", f"https://tool.example/study/modules/{module.id}/l1"):
        page = at_home.get("/course/links/target", query_string={"link": link.id, "q": asked}).text
        assert 'name="record" value="m1"' in page
        assert "Módulo de estudio" in page
    fields = {"link": str(link.id), "record": bare.record_id}
    said = words(at_home.submit("/course/links/target", fields).text)
    assert "Lectura: tiene nota, y eso no tiene cuestionarios que den una." in said
    at_home.submit("/course/links/target", {**fields, "record": "m1"})
    session.refresh(link)
    assert (link.kind, link.target) == ("module", "m1")


def test_the_gradebook_leads_to_the_work_in_a_module(
    session: Session, context: Context, at_home: Browser, module: Resource, course: Resource
) -> None:
    student = enrolling.came(session, context, "Ana Mamani")
    one, whole = (enrolling.link(session, context, each) for each in (module, course))
    session.commit()
    work = f"/study/class/modules/{module.id}/people/{student.person_id}"
    assert at_home.get(f"/course/work?link_id={one.id}&sub={student.sub}").location == work
    page = at_home.get(f"/course/work?link_id={whole.id}&sub={student.sub}").text
    assert f'<a href="{work}">Citar</a>' in page
    assert at_home.get(f"/course/work?link_id={one.id}&sub=nadie").status_code == 200


# The picker


@pytest.fixture
def picker(app: Flask, session: Session, teacher: Person, context: Context, course: Resource) -> Browser:
    return choosing(app, session, by=teacher, where=context)


def test_own_modules_and_courses_are_two_clicks_away(picker: Browser, session: Session, teacher: Person) -> None:
    helped = factories.module(session, record_id="m3", title="Con otra")
    factories.module(session, by=teacher, record_id="m4", state=ResourceState.WAITING)
    session.add(Authorship(resource_id=helped.id, person_id=teacher.id))
    factories.resource(session, "x", by=teacher, record_id="r1")
    session.add(Placement(item="i", person_id=teacher.id, kind=MODULE, target="m1", title="x"))
    session.commit()
    page = picker.get("/").text
    assert list(ticks(page)) == ["module:m1", "module:m3", "course:c1", "resource:r1"]
    heads = [page.index(f"<h2>{each}</h2>") for each in ("Usados hace poco", "Mis módulos y cursos", "Mis materiales")]
    assert heads == sorted(heads)


def test_hits_of_every_kind_can_be_ticked(picker: Browser, session: Session, index: Index) -> None:
    factories.resource(session, "x", record_id="r1", title="Citar bien")
    session.commit()
    indexing.bring_up_to_date(index)
    assert set(ticks(picker.get("/search?q=citar").text)) == {
        "resource:r1",
        "module:m1",
        "course:c1",  # which holds the module
        "search:citar",
    }
    assert set(ticks(picker.get("/search?q=citar&kind=module").text)) == {"module:m1"}


def test_a_module_goes_into_the_course_with_its_grade(picker: Browser, app: Flask, session: Session) -> None:
    for value in ("module:m1", "course:c1"):
        assert tick(picker, value).status_code == 303
    ids = {each.target: each.id for each in session.scalars(select(Pick))}
    page = picker.get("/picker/review").text
    assert "la nota es la de sus cuestionarios" in page
    fields: dict[str, Any] = {"do": "place"}
    for target, title in (("m1", "Unidad 1"), ("c1", "Todo el curso")):
        fields |= {f"title-{ids[target]}": title, f"text-{ids[target]}": "", f"maximum-{ids[target]}": "20"}
    fields[f"graded-{ids['m1']}"] = "on"
    _url, claims = sent_back(picker.submit("/picker/review", fields), app)
    one, whole = claims[f"{DL_CLAIM}content_items"]
    assert (one["title"], one["url"]) == ("Unidad 1", "https://tool.example/open/module/m1")
    assert {name: one["custom"][name] for name in ("lrc_kind", "lrc_id")} == {"lrc_kind": "module", "lrc_id": "m1"}
    assert (one["lineItem"]["scoreMaximum"], one["lineItem"]["tag"]) == (20, "module")
    assert (whole["custom"]["lrc_kind"], "lineItem" in whole) == ("course", False)


def test_a_module_that_students_could_not_open_is_not_picked(
    picker: Browser, session: Session, module: Resource
) -> None:
    module.state = ResourceState.WITHDRAWN
    session.commit()
    answer = tick(picker, "module:m1", **{"HX-Request": "true"})
    assert "Esto no está publicado: tus estudiantes no podrían verlo." in answer.text
    assert session.scalars(select(Pick)).all() == []


def test_a_launch_by_such_a_link_arrives_at_the_module(campus: Campus, session: Session) -> None:
    module = factories.module(session, quiz=True, title="Citar", record_id="m1")
    session.commit()
    custom = {"lrc_kind": "module", "lrc_id": "m1"}
    activity = campus.place(MOODLE_COURSE, title="Unidad 1", custom=custom, maximum=20)
    student = campus.launch(STUDENT, link=activity.link_id)
    assert student.get(student.landed, follow_redirects=True).request.path.endswith(place_of(module))
    kept = session.scalars(select(ResourceLink)).one()
    assert (kept.kind, kept.target) == ("module", "m1")
