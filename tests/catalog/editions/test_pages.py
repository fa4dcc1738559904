"""The pages of versions: handing one in by the form, looking at it, deciding on it, and who may read an earlier one."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review
from catalog.models import File, ResourceState, Version, VersionState
from lrc.config import Settings
from lti import linksettings, visits
from lti.linksettings import CARD, READER, Manner
from lti.models import ResourceLink
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer
from tests.factories import Browser
from tests.statements import queries


class Pages(Drawer):
    def __init__(self, app: Flask, session: Session) -> None:
        super().__init__(session)
        self.app = app
        self.at = f"/resources/{self.resource.id}"

    def teacher_in(self) -> Browser:
        return factories.signed_in(self.app, self.session, Role.TEACHER, by=self.teacher, where=self.course)

    def librarian_in(self) -> Browser:
        return factories.signed_in(self.app, self.session, Role.LIBRARIAN, by=self.librarian)

    def student_in(self, *, of_the_course: bool = True) -> Browser:
        person = factories.person(self.session, of=self.moodle)
        where = self.course if of_the_course else factories.context(self.session, of=self.moodle)
        return factories.signed_in(self.app, self.session, Role.STUDENT, by=person, where=where)

    def link(self, manner: Manner) -> ResourceLink:
        made = ResourceLink(
            context_id=self.course.id,
            resource_link_id="papa",
            title="Papas",
            kind="resource",
            target=self.resource.record_id,
        )
        self.session.add(made)
        self.session.flush()
        linksettings.set_manner(made, manner)
        self.session.flush()
        return made


@pytest.fixture
def pages(app: Flask, session: Session) -> Pages:
    return Pages(app, session)


def test_a_file_handed_in_by_the_form_waits_and_is_read(pages: Pages, s3: Settings) -> None:
    teacher = pages.teacher_in()
    sent = {"file": (io.BytesIO(b"Datos de la papa en 2026"), "nueva.txt"), "note": "Datos de 2026"}
    answer = teacher.submit(f"{pages.at}/versions/new", sent)
    assert (answer.status_code, answer.location) == (302, f"{pages.at}/versions/2")
    shown = teacher.get(answer.location).text
    assert "Esperando revisión" in shown
    assert "vieja.txt" in shown
    assert "nueva.txt" in shown
    assert "La versión nueva" not in pages.student_in().get(pages.at).text


def test_what_is_wrong_with_the_form_is_said_and_what_was_typed_stays(pages: Pages) -> None:
    teacher = pages.teacher_in()
    answer = teacher.submit(f"{pages.at}/versions/new", {"note": "Nada nuevo"})
    assert answer.status_code == 422
    assert "Nada nuevo</textarea>" in answer.text


def test_another_description_is_handed_in_by_its_form(pages: Pages) -> None:
    teacher = pages.teacher_in()
    form = teacher.get(f"{pages.at}/versions/describe").text
    assert "Qué hay de nuevo" in form
    answer = teacher.submit(f"{pages.at}/versions/describe", {"title": "Otro", "seen_version": "", "note": "El título"})
    assert answer.status_code == 302
    shown = pages.librarian_in().get(answer.location).text
    assert "<del>Papas nativas</del> <ins>Otro</ins>" in shown
    again = teacher.submit(f"{pages.at}/versions/describe", {"title": "Tercero", "seen_version": "", "note": ""})
    assert (again.status_code, 'value="Tercero"' in again.text) == (409, True)


def test_a_librarian_returns_it_field_by_field_and_publishes_it(pages: Pages) -> None:
    pages.hand_in("El título", file="", title="Otro")
    librarian = pages.librarian_in()
    assert f"{pages.at}/versions/2" in librarian.get("/review").text
    page = librarian.get(f"{pages.at}/versions/2").text
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    back = {"do": "return", "seen": seen, "remark": "", "on-title": "Muy corto"}
    assert librarian.submit(f"{pages.at}/versions/2", back | {"on-title": ""}).status_code == 422
    assert librarian.submit(f"{pages.at}/versions/2", back).status_code == 302
    teacher = pages.teacher_in()
    assert "Muy corto" in teacher.get(f"{pages.at}/versions/describe").text
    assert "Muy corto" in teacher.get(f"{pages.at}/versions/2").text
    assert teacher.submit(f"{pages.at}/versions/new", {"note": "Así se llama"}).status_code == 302
    assert librarian.submit(f"{pages.at}/versions/2", {"do": "publish", "seen": seen}).status_code == 302
    assert "<h1>Otro</h1>" in librarian.get(pages.at).text


def test_field_remarks_on_a_first_review_are_seen_in_the_form(pages: Pages) -> None:
    pages.resource.state = ResourceState.WAITING
    librarian = pages.librarian_in()
    seen = re.findall(r'name="file" value="([^"]+)"', librarian.get(pages.at).text)[0]
    sent = {"remark": "", "on-license": "Falta la licencia", "file": seen}
    assert librarian.submit(f"{pages.at}/return", sent).status_code == 302
    teacher = pages.teacher_in()
    for page in (pages.at, f"{pages.at}/describe"):
        assert "Falta la licencia" in teacher.get(page).text


def test_earlier_versions_are_read_by_those_involved_alone(pages: Pages) -> None:
    pages.second()
    for browser in (pages.teacher_in(), pages.librarian_in()):
        assert "Versión 1" in browser.get(f"{pages.at}/versions").text
        assert browser.get(f"{pages.at}/versions/1").status_code == 200
        assert "Texto viejo" in browser.get(f"{pages.at}/versions/1/read").text
    student = pages.student_in()
    assert student.get(f"{pages.at}/versions").status_code == 403
    for path in ("", "/read", "/file", "/link", "/print", "/cover"):
        assert student.get(f"{pages.at}/versions/1{path}").status_code == 404
    assert "Texto nuevo" in student.get(f"{pages.at}/read").text


def test_what_waits_is_read_by_those_involved_alone(pages: Pages) -> None:
    pages.read(pages.hand_in())
    pages.link(Manner(version=2))
    assert "Texto nuevo" in pages.librarian_in().get(f"{pages.at}/versions/2/read").text
    assert pages.student_in().get(f"{pages.at}/versions/2/read").status_code == 404


@pytest.mark.parametrize(
    ("manner", "leads_to"),
    [
        (Manner(version=1), "/versions/1"),
        (Manner(CARD, version=1), "/versions/1"),
        (Manner(READER, version=1), "/versions/1/read"),
        (Manner(READER, "", 1, 1), "/versions/1/read?page=1"),
        (Manner(version=2), ""),
        (Manner(READER, version=7), "/read"),
        (Manner(), ""),
    ],
)
def test_a_link_opens_the_version_that_it_stays_with(pages: Pages, manner: Manner, leads_to: str) -> None:
    pages.second()
    link = pages.link(manner)
    person = factories.person(pages.session, of=pages.moodle)
    visit = factories.launch(pages.session, Role.STUDENT, by=person, where=pages.course)
    visit.claims = {"link_id": link.id}
    student = factories.signed_in(pages.app, pages.session, Role.STUDENT, by=person, where=pages.course)
    with student.session_transaction(base_url=student.tool_url) as cookie:
        visits.enter(cookie, visit)
    answer = student.get(f"/open/resource/{pages.resource.record_id}")
    assert answer.location == pages.at + leads_to


def test_a_course_reads_the_version_it_stays_with_and_no_other_course_does(pages: Pages) -> None:
    pages.second(title="Papas de hoy")
    pages.link(Manner(version=1))
    student = pages.student_in()
    page = student.get(f"{pages.at}/versions/1").text
    assert "Papas nativas" in page
    assert "Tu docente eligió" in page
    text = student.get(f"{pages.at}/versions/1/read").text
    assert "Texto viejo" in text
    assert f'data-keep="{pages.at}/versions/1/place"' in text
    assert pages.student_in(of_the_course=False).get(f"{pages.at}/versions/1/read").status_code == 404


def test_a_takedown_ends_the_version_that_a_course_stays_with(pages: Pages) -> None:
    pages.second()
    pages.link(Manner(READER, version=1))
    review.withdraw(pages.session, pages.by_librarian(), pages.resource, "Tiene un error")
    student = pages.student_in()
    for path in ("", "/read", "/file", "/print"):
        assert student.get(f"{pages.at}/versions/1{path}").status_code in (404, 410)


def test_a_teacher_follows_the_newest_by_one_button(pages: Pages) -> None:
    pages.second()
    link = pages.link(Manner(READER, version=1))
    teacher = pages.teacher_in()
    assert "siempre la más nueva" in teacher.get(f"{pages.at}/versions/1").text
    assert teacher.submit(f"{pages.at}/versions/follow").status_code == 302
    pages.session.refresh(link)
    assert linksettings.manner_of(link.settings) == Manner(READER)


def test_the_page_follows_the_reading_of_the_file_and_is_asked_anew_in_the_end(pages: Pages) -> None:
    version = pages.hand_in()
    librarian = pages.librarian_in()
    at = f"{pages.at}/versions/2/status"
    assert f'hx-get="{at}"' in librarian.get(f"{pages.at}/versions/2").text
    assert "HX-Refresh" not in librarian.get(at).headers
    pages.read(version)
    pages.session.commit()
    assert librarian.get(at).headers["HX-Refresh"] == "true"


def test_versions_of_modules_are_not_looked_at_here(pages: Pages) -> None:
    module = factories.module(pages.session, by=pages.teacher)
    for browser in (pages.teacher_in(), pages.librarian_in()):
        for path in ("versions", "versions/1", "versions/new", "versions/describe"):
            assert browser.get(f"/resources/{module.id}/{path}").status_code == 404


def test_an_earlier_version_is_proposed_again_by_its_button(pages: Pages) -> None:
    pages.second()
    teacher = pages.teacher_in()
    assert "Proponer volver a esta versión" in teacher.get(f"{pages.at}/versions/1").text
    answer = teacher.submit(f"{pages.at}/versions/1/bring-back")
    assert "Vuelve a la versión 1." in teacher.get(answer.location).text


def test_a_version_is_given_up_by_its_button(pages: Pages) -> None:
    pages.hand_in()
    assert pages.teacher_in().submit(f"{pages.at}/versions/take-back").status_code == 302
    assert pages.session.scalars(select(Version.state)).all() == [VersionState.REPLACED]


def test_a_teacher_has_links_stay_with_the_version_of_today_and_follow_again(pages: Pages) -> None:
    pages.second()
    link = pages.link(Manner(READER))
    teacher = pages.teacher_in()
    teacher.submit("/course/links", {"link": [str(link.id)], "do": "change", "version": "stay"})
    pages.session.refresh(link)
    assert linksettings.manner_of(link.settings) == Manner(READER, version=2)
    assert "Hay una versión nueva" not in teacher.get("/course/links").text

    pages.read(pages.hand_in("Otra más", file="tercera.txt"))
    pages.publish()
    pages.session.commit()

    page = teacher.get("/course/links").text
    assert "Hay una versión nueva" in page
    assert "Se queda en la versión 2" in page
    answer = teacher.submit("/course/links", {"follow": str(link.id)})
    assert "Cambiamos 1 enlace" in answer.text
    pages.session.refresh(link)
    assert linksettings.manner_of(link.settings) == Manner(READER)


def test_a_teacher_sees_among_their_materials_how_the_new_version_stands(pages: Pages) -> None:
    pages.hand_in(file="", title="Otro")
    assert f"{pages.at}/versions/2" in pages.teacher_in().get("/mine").text


def test_the_one_in_force_stands_in_the_list_while_the_first_other_waits(pages: Pages) -> None:
    pages.hand_in(file="", title="Otro")
    page = pages.teacher_in().get(f"{pages.at}/versions").text
    assert page.index("Versión 2</a>") < page.index("Versión 1</a>") < page.index("La publicada")
    pages.second()
    assert pages.teacher_in().get(f"{pages.at}/versions").text.count("Versión 1</a>") == 1


def test_the_list_of_many_versions_takes_as_many_queries_as_that_of_few(pages: Pages, app: Flask) -> None:
    pages.second()
    librarian = pages.librarian_in()
    librarian.get(f"{pages.at}/versions")  # what is asked once and kept
    counts = []
    for round_ in range(2):
        for number in range(3 + 10 * round_, 3 + 10 * (round_ + 1)):
            file = File(key=f"files/{number}", name="x.txt", size_bytes=1, sha256="")
            author = factories.person(pages.session, of=pages.moodle)
            made = Version(resource_id=pages.resource.id, number=number, content={}, state=VersionState.REPLACED)
            made.file, made.author_id = file, author.id
            pages.session.add(made)
        pages.session.commit()
        with queries(app) as asked:
            assert "x.txt" in librarian.get(f"{pages.at}/versions").text
        counts.append(len(asked))
    assert counts[0] == counts[1]
