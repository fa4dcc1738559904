"""The reading list as pages: from the first reading to the student's mark and the teacher's count."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import ReadingItem, ReadingList, ReadingMark, ReadingSection, Resource, ResourceState
from lrc.db import utcnow
from lti.models import Context, Membership, Person, Platform
from lti.people import fold
from lti.viewers import Role
from tests import factories
from tests.catalog.choosing import browser_of
from tests.factories import Browser
from tests.statements import queries

WRITE = "/course/readings/write"


@pytest.fixture
def teacher(app: Flask, session: Session, home: Platform, course: Context) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=factories.person(session, of=home), where=course)


@pytest.fixture
def rosa(session: Session, home: Platform, course: Context) -> Person:
    made = factories.person(session, of=home, name="Rosa Quispe")
    there = Membership(context_id=course.id, sub=made.sub, person_id=made.id, name=made.name, launched_at=utcnow())
    there.folded_name, there.launch_roles = fold(made.name), [Role.STUDENT.value]
    session.add(there)
    return made


@pytest.fixture
def student(app: Flask, session: Session, rosa: Person, course: Context) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=rosa, where=course)


@pytest.fixture
def guide(session: Session) -> Resource:
    made = factories.resource(session, "uno", "dos", title="Guía <b>de</b> quinua", creators=["Ana Ríos"])
    session.commit()
    return made


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def only_item(session: Session) -> ReadingItem:
    session.rollback()
    return session.scalars(select(ReadingItem)).one()


def change(browser: Browser, item: ReadingItem, **fields: object) -> int:
    sent = {"do": "save", "weight": "essential", "revision": item.revision, **fields}
    return browser.submit(f"/course/readings/items/{item.id}", sent).status_code


def test_by_one_button_with_and_without_scripts(session: Session, teacher: Browser, guide: Resource) -> None:
    path = f"/resources/{guide.id}"
    assert "A la lista de mi curso" in teacher.get(path).text
    part = teacher.submit(f"{path}/readings", {"title": guide.title}, headers={"HX-Request": "true"}).text
    assert "En la lista de mi curso" in part
    assert "Guía &lt;b&gt;de&lt;/b&gt; quinua" in part
    again = teacher.submit(f"{path}/readings")
    assert (again.status_code, again.location) == (303, f"/#reading-{guide.id}")
    assert only_item(session).resource_id == guide.id
    assert "En la lista de mi curso" in teacher.get(path).text


def test_from_the_first_reading_to_the_mark_of_a_student(
    session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    assert "Arma la lista de lecturas" in teacher.get(WRITE).text
    teacher.submit(f"/resources/{guide.id}/readings")
    item = only_item(session)
    assert change(teacher, item, weight="optional", note="Solo <2>", page="2") == 303
    assert student.get("/course/readings").status_code == 404
    assert "Lecturas del curso" not in student.get("/").text
    teacher.submit("/course/readings", {"do": "publish"})
    assert "/course/readings" in student.get("/").text
    page = student.get("/course/readings").text
    assert f'href="/resources/{guide.id}/read?page=2"' in page
    assert "Solo &lt;2&gt;" in page
    assert "Quienes enseñan en tu curso ven qué lecturas marcas" in page
    assert "A la lista de mi curso" not in student.get(f"/resources/{guide.id}").text
    mark = f"/course/readings/items/{item.id}/mark"
    part = student.submit(mark, headers={"HX-Request": "true"}).text
    assert "Leíste 1 de 1" in words(part)
    readers = f"/course/readings/items/{item.id}/readers"
    assert "1 de 1 estudiantes la leyó" in words(teacher.get(WRITE).text)
    assert "Rosa Quispe" in teacher.get(readers).text
    assert "Rosa Quispe" not in teacher.get(f"{readers}?missing=1").text
    assert student.submit(mark, {"remove": "1"}).location == f"/course/readings#item-{item.id}"
    session.rollback()
    assert list(session.scalars(select(ReadingMark))) == []


def test_students_and_strangers_write_nothing(
    app: Flask, session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    teacher.submit(f"/resources/{guide.id}/readings")
    item = only_item(session)
    stranger = factories.signed_in(app, session, Role.TEACHER, where=factories.context(session))
    for path in ("/course/readings", f"/course/readings/items/{item.id}", f"/resources/{guide.id}/readings"):
        assert student.submit(path, {"do": "drop"}).status_code == 403
    assert stranger.submit(f"/course/readings/items/{item.id}", {"do": "drop", "revision": 1}).status_code == 404
    assert stranger.get(f"/course/readings/items/{item.id}/readers").status_code == 404
    assert student.submit(f"/course/readings/items/{item.id}/mark").status_code == 404
    assert factories.signed_in(app, session, Role.TEACHER).get(WRITE).status_code == 403
    assert only_item(session).id == item.id


def test_of_two_who_write_the_second_is_shown_what_the_first_wrote(
    session: Session, teacher: Browser, guide: Resource
) -> None:
    teacher.submit(f"/resources/{guide.id}/readings")
    item = only_item(session)
    path = f"/course/readings/items/{item.id}"
    assert change(teacher, item, note="Primera") == 303
    late = teacher.submit(path, {"do": "save", "note": "Segunda", "revision": item.revision})
    assert (late.status_code, "Primera" in late.text, "Segunda" in late.text) == (409, True, False)
    assert "Otra persona de tu curso lo cambió" in late.text
    assert teacher.submit(path, {"do": "drop", "revision": item.revision}).status_code == 409
    assert only_item(session).note == "Primera"
    wrong = teacher.submit(path, {"do": "save", "note": "Tercera", "page": "x", "revision": 2})
    assert (wrong.status_code, "Tercera" in wrong.text) == (422, True)


def test_sections_from_beginning_to_end(session: Session, teacher: Browser) -> None:
    made = teacher.submit("/course/readings", {"do": "section", "title": "Semana 1", "starts_on": "2026-03-16"})
    assert made.status_code == 303
    section = session.scalars(select(ReadingSection).where(ReadingSection.title == "Semana 1")).one()
    path = f"/course/readings/sections/{section.id}"
    assert "desde el 16 de marzo" in teacher.get(WRITE).text
    wrong = teacher.submit(path, {"title": "Semana 1", "starts_on": "mañana", "revision": 1})
    assert (wrong.status_code, "Elige la fecha" in wrong.text) == (422, True)
    assert teacher.submit(path, {"title": "Muestreo", "revision": 1}).status_code == 303
    assert teacher.submit(path, {"title": "Otra", "revision": 1}).status_code == 409
    teacher.submit(path, {"do": "up"})
    session.rollback()
    titles = session.scalars(select(ReadingSection.title).order_by(ReadingSection.position)).all()
    assert titles == ["Muestreo", "Lecturas"]
    teacher.submit(path, {"do": "drop"})
    assert teacher.get(path).status_code == 404


def test_what_is_pasted_is_sought_here_first(
    session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    factories.resource(session, title="Con número", identifiers=["doi:10.1234/abc"])
    secret = factories.resource(session, title="Para otros", identifiers=["doi:10.1234/no"], audience="institution:999")
    session.commit()
    text = "https://doi.org/10.1234/ABC\n10.1234/no\nRíos, A. (2020). Guía <b>de</b> quinua. UNAP.\n10.9999/nuevo"
    page = teacher.submit("/course/readings/paste", {"do": "look", "text": text}).text
    assert "4 referencias" in page
    assert "Con número" in page
    assert secret.title not in page
    assert "<b>" not in page
    choices = {"entry-0": "resource", "entry-1": "reference", "entry-2": "skip", "entry-3": "reference"}
    choices |= {"title-3": "Un artículo nuevo"}
    assert teacher.submit("/course/readings/paste", {"do": "add", "text": text, **choices}).location == WRITE
    teacher.submit("/course/readings", {"do": "publish"})
    shown = student.get("/course/readings").text
    assert ["Con número" in shown, "Un artículo nuevo" in shown, "Guía" in shown] == [True, True, False]
    assert 'href="https://doi.org/10.9999/nuevo" target="_blank" rel="noopener noreferrer"' in shown
    assert "Abrir en doi.org" in shown
    asked = {"sought": "Un artículo nuevo", "details": "DOI 10.9999/nuevo"}
    assert f'name="sought" value="{asked["sought"]}"' in shown
    assert student.submit("/wishes", asked).status_code == 303
    assert "Ya lo pediste a la biblioteca" in student.get("/course/readings").text
    assert "Ya lo pediste" not in teacher.get(WRITE).text


@pytest.mark.parametrize("text", ["", " \n", "\n".join(["10.1234/x"] * 101), "x" * 200_001])
def test_what_cannot_be_pasted_is_said_beside_the_field(teacher: Browser, text: str) -> None:
    answer = teacher.submit("/course/readings/paste", {"do": "look", "text": text})
    assert (answer.status_code, 'id="text-error"' in answer.text) == (422, True)


def test_the_list_is_cited_exported_and_printed(
    session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    teacher.submit(f"/resources/{guide.id}/readings")
    text = "@article{a, title={La papa}, author={Quispe, Rosa}, journal={Agro}, year=2019, volume=3}"
    teacher.submit("/course/readings/paste", {"do": "add", "text": text, "entry-0": "reference"})
    teacher.submit("/course/readings", {"do": "publish"})
    cited = words(student.get("/course/readings/cite").text)
    assert "Quispe, R. (2019). La papa. Agro , 3" in cited
    ris = student.get("/course/readings/cite/ris").text
    assert ris.count("TY  - ") == 2
    assert "T2  - Agro\r\nVL  - 3" in ris
    assert "journal = {Agro}" in student.get("/course/readings/cite/bibtex").text
    assert student.get("/course/readings/cite/exe").status_code == 404
    assert "Agro." in student.get("/course/readings/print").text


def test_what_was_withdrawn_is_told_to_its_teacher_without_its_name(
    session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    teacher.submit(f"/resources/{guide.id}/readings")
    teacher.submit("/course/readings", {"do": "publish"})
    session.get_one(Resource, guide.id).state = ResourceState.WITHDRAWN
    session.commit()
    pages = ("", "/cite", "/cite/ris", "/print")
    shown = [student.get(f"/course/readings{each}").text for each in pages]
    assert not any("quinua" in each for each in shown)
    assert "1 lectura ya no está disponible" in shown[0]
    told = teacher.get(WRITE).text
    assert ["quinua" in told, "Ya no está disponible" in told] == [False, True]
    assert "quinua" not in teacher.get(f"/course/readings/items/{only_item(session).id}").text


def test_what_can_be_seen_is_bounded_in_queries(
    app: Flask, session: Session, teacher: Browser, student: Browser, guide: Resource
) -> None:
    def taken() -> list[int]:
        counts = []
        for browser, path in ((student, "/course/readings"), (teacher, WRITE), (student, "/course/readings/cite/ris")):
            with queries(app) as sent:
                assert browser.get(path).status_code == 200
            counts.append(len(sent))
        return counts

    teacher.submit(f"/resources/{guide.id}/readings")
    teacher.submit("/course/readings/paste", {"do": "add", "text": "10.1234/abc", "entry-0": "reference"})
    teacher.submit("/course/readings", {"do": "publish"})
    few = taken()
    assert max(few) <= 13
    reading_list = session.scalars(select(ReadingList)).one()
    section = session.scalars(select(ReadingSection).where(ReadingSection.list_id == reading_list.id)).one()
    for number in range(20):
        made = factories.resource(session, title=f"Libro {number}")
        session.add(ReadingItem(section_id=section.id, position=number + 2, resource_id=made.id))
        session.add(ReadingItem(section_id=section.id, position=number + 30, reference={"title": f"Ref {number}"}))
    session.commit()
    assert taken() == few


def test_what_the_library_has_by_now_takes_the_place_of_its_reference(
    session: Session, teacher: Browser, guide: Resource
) -> None:
    teacher.submit("/course/readings/paste", {"do": "add", "text": "10.1234/abc", "entry-0": "reference"})
    item = only_item(session)
    path = f"/course/readings/items/{item.id}"
    assert "Ya está en la biblioteca" not in teacher.get(WRITE).text
    assert teacher.submit(path, {"do": "hold"}).status_code == 404
    came = factories.resource(session, title="Lo que llegó", identifiers=["doi:10.1234/ABC"])
    session.commit()
    assert "Lo que llegó" in teacher.get(WRITE).text
    assert teacher.submit(path, {"do": "hold"}).status_code == 303
    session.expire_all()
    item = only_item(session)
    assert (item.resource_id, item.reference) == (came.id, {})


def test_readings_are_brought_from_the_term_before(
    app: Flask, session: Session, home: Platform, course: Context, teacher: Browser, guide: Resource
) -> None:
    teacher.submit(f"/resources/{guide.id}/readings")
    teacher.submit("/course/readings", {"do": "publish"})
    next_term = factories.context(session, of=home, label="2026-II")
    visit = factories.launch(session, Role.TEACHER, by=factories.person(session, of=home), where=next_term)
    visit.claims = {"earlier": [course.id]}
    heir = browser_of(app, session, visit)
    shown = heir.get("/course/readings").text
    assert ["quinua" in shown, "Traerla a mi curso" in shown] == [True, True]
    copy = f"/course/readings/copy?from={only_list(session).id}"
    assert html.escape(copy) in shown
    assert "1 lectura llega como estaba" in words(heir.get(copy).text)
    assert "Curso EST101" in heir.get("/course/readings/copy").text
    assert heir.submit("/course/readings/copy", {"from": only_list(session).id}).location == WRITE
    assert "quinua" in heir.get(WRITE).text
    session.rollback()
    stranger = factories.signed_in(app, session, Role.TEACHER, where=factories.context(session, of=home))
    assert stranger.get(copy).status_code == 404
    assert "Todavía no hay de dónde traer" in stranger.get("/course/readings/copy").text


def only_list(session: Session) -> ReadingList:
    session.rollback()
    return session.scalars(select(ReadingList).order_by(ReadingList.id).limit(1)).one()
