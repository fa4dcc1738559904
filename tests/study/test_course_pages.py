"""The pages of courses as browsers get them: the catalogue, a course, what one studies, writing, tutoring."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import enrolments, indexing
from catalog.days import today
from catalog.models import Cohort, CourseModule, Resource, ResourceState
from lrc.db import engine_of, utcnow
from lrc.study import coursewriting
from lrc.study.models import Approval
from lti.models import Person
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser
from tests.study.walking import read


class House:
    """A teacher with a published course of two modules, a student, and their browsers."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.moodle = factories.platform(session)
        self.author: Person = factories.person(session, of=self.moodle, name="Rosa Quispe")
        self.author.last_roles = ["teacher"]
        self.pupil: Person = factories.person(session, of=self.moodle, name="Pedro Puma")
        self.modules = [factories.module(session, by=self.author, title=title) for title in ("Sembrar", "Cosechar")]
        self.course: Resource = factories.course(
            session, *self.modules, by=self.author, title="El cacao", published_at=utcnow(), subjects=["Cacao"]
        )

    def student(self) -> Browser:
        return factories.signed_in(self.app, self.session, by=self.pupil)

    def teacher(self) -> Browser:
        return factories.signed_in(self.app, self.session, Role.TEACHER, by=self.author)

    @property
    def page(self) -> str:
        return f"/study/courses/{self.course.id}"


@pytest.fixture
def house(app: Flask, session: Session) -> House:
    return House(app, session)


def text(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_an_empty_catalogue_says_what_could_be_there(app: Flask, session: Session) -> None:
    assert "Aquí estarán los cursos" in text(factories.signed_in(app, session), "/courses")


def test_the_catalogue_shows_cards_and_chips_at_addresses_to_share(house: House, session: Session) -> None:
    factories.course(session, title="Álgebra", published_at=utcnow(), subjects=["Matemática"], level="beginner")
    student = house.student()
    every = text(student, "/courses")
    assert "El cacao" in every
    assert "Álgebra" in every
    assert "Empieza cuando quieras" in every
    some = student.get("/courses?subject=matematica&level=beginner").text
    assert "El cacao" not in some
    assert 'href="/courses?level=beginner"' in re.sub(r"/v/[^/]+", "", some)
    none = text(student, "/courses?subject=matematica&level=advanced&subject=%00x")
    assert "Ningún curso cumple todo eso" in none
    assert "Quitar Tema: Matemática" in none


def test_words_go_through_the_index(house: House, session: Session) -> None:
    session.commit()
    indexing.bring_up_to_date(current_index())
    student = house.student()
    assert "El cacao" in text(student, "/courses?q=cacaos")
    assert "Ningún curso cumple todo eso" in text(student, "/courses?q=quinua")


def test_dates_are_told_only_where_there_is_a_tutor(house: House, session: Session) -> None:
    student = house.student()
    for path in ("/courses", house.page):
        assert "inscripciones" not in text(student, path)
    factories.cohort(session, house.course, tutor=house.author, places=2)
    session.commit()
    for path in ("/courses", house.page):
        assert "quedan 2 lugares" in text(student, path)


def test_one_enrols_stops_goes_on_leaves_and_comes_back(house: House, session: Session) -> None:
    student = house.student()
    assert "Inscribirme" in text(student, house.page)
    assert student.submit(f"{house.page}/enrol").status_code == 303
    assert "Empezar: Sembrar" in text(student, house.page)
    read(session, factories.viewer(session, by=house.pupil), house.modules[0], "l1")
    session.commit()
    assert "Seguir: Citar" in text(student, house.page)
    mine = student.get("/study/").text
    assert f"/study/modules/{house.modules[0].id}/l2" in mine
    assert student.submit(f"{house.page}/leave").status_code == 303
    assert "1 curso que dejaste" in text(student, "/study/")
    assert "Dejaste este curso" in text(student, house.page)
    assert student.submit(f"{house.page}/return").status_code == 303
    assert "Seguir: Citar" in text(student, house.page)


def test_a_finished_module_leads_on_to_the_course_of_who_is_in_it(house: House, session: Session) -> None:
    student, page = house.student(), f"/study/modules/{house.modules[0].id}"
    read(session, factories.viewer(session, by=house.pupil), house.modules[0])
    session.commit()
    assert "Forma parte de El cacao" in text(student, page)
    assert "Seguir: El cacao" not in text(student, page)
    student.submit(f"{house.page}/enrol")
    assert "Seguir: El cacao" in text(student, page)
    student.submit(f"{house.page}/leave")
    assert "Seguir: El cacao" not in text(student, page)


def test_a_full_group_is_refused_with_a_sentence(house: House, session: Session) -> None:
    group = factories.cohort(session, house.course, tutor=house.author, places=1)
    enrolments.enrol(session, factories.viewer(session), house.course, group)
    student = house.student()
    answer = student.submit(f"{house.page}/enrol", {"cohort": str(group.id)})
    assert answer.status_code == 409
    assert "Este grupo ya no tiene lugares." in answer.text


def test_a_withdrawn_module_is_told_and_does_not_hinder(house: House, session: Session) -> None:
    student = house.student()
    student.submit(f"{house.page}/enrol")
    read(session, factories.viewer(session, by=house.pupil), house.modules[0])
    house.modules[1].state = ResourceState.WITHDRAWN
    session.commit()
    page = text(student, house.page)
    assert "Retirado por la biblioteca No hace falta para terminar el curso." in page
    assert "Terminaste este curso" in page


def test_a_withdrawn_course_says_so_to_who_is_in_it_and_nothing_to_others(house: House, session: Session) -> None:
    student = house.student()
    student.submit(f"{house.page}/enrol")
    house.course.state = ResourceState.WITHDRAWN
    session.commit()
    assert "Lo que hiciste queda guardado" in text(student, house.page, 409)
    assert "La biblioteca lo retiró" in text(student, "/study/")
    assert factories.signed_in(house.app, session).get(house.page).status_code == 404
    assert student.submit(f"{house.page}/leave").status_code == 303


def test_the_tutors_remark_is_read_by_the_member(house: House, session: Session) -> None:
    group = factories.cohort(session, house.course, tutor=house.author)
    student = house.student()
    student.submit(f"{house.page}/enrol", {"cohort": str(group.id)})
    place = enrolments.find(session, house.pupil.id, house.course.id)
    assert place is not None
    session.add(Approval(enrolment_id=place.id, is_approved=False, remark="Revisa la **segunda** parte."))
    session.commit()
    assert "Revisa la segunda parte." in text(student, house.page)


def test_the_grade_in_moodle_is_told_where_the_course_is_linked(house: House, session: Session) -> None:
    context = factories.context(session, of=house.moodle)
    enrolling.link(session, context, house.course, kind="course", is_graded=True, maximum=20.0)
    student = factories.signed_in(house.app, session, by=house.pupil, where=context)
    assert "Moodle recibirá tu nota" in text(student, house.page)
    teacher = factories.signed_in(house.app, session, Role.TEACHER, by=house.author, where=context)
    assert "Los docentes no reciben notas" in text(teacher, house.page)
    assert "Nota en Moodle" not in text(house.student(), house.page)


def test_pages_take_the_same_number_of_queries_however_much_there_is(house: House, session: Session) -> None:
    student = house.student()

    def count(path: str) -> int:
        # The contents of modules are kept by the process once they were read.
        return min(enrolling.statements(engine_of(house.app), lambda: student.get(path)) for _ in range(3))

    pupil = factories.viewer(session, by=house.pupil)
    enrolments.enrol(session, pupil, house.course)
    read(session, pupil, house.modules[0], "l1")
    session.commit()
    paths = ("/courses", house.page, "/study/")
    few = [count(path) for path in paths]
    for position in range(3, 9):
        module = factories.module(session)
        session.add(CourseModule(course_id=house.course.id, module_id=module.id, position=position))
        course = factories.course(session, factories.module(session), published_at=utcnow())
        enrolments.enrol(session, pupil, course, factories.cohort(session, course))
        factories.cohort(session, house.course, tutor=house.author)
        read(session, pupil, module, "l1")
    session.commit()
    assert [count(path) for path in paths] == few


def test_a_course_is_written_and_conflicts_show_both(house: House, session: Session) -> None:
    teacher = house.teacher()
    path = teacher.submit("/study/writing/courses", {"title": "Quinua"}).location
    about = teacher.get(f"{path}/about").text
    based_on = re.search(r'name="based_on" value="(\w+)"', about)
    assert based_on
    fields = {"title": "Quinua", "language": "es", "license": "CC BY 4.0", "audience": "everyone", "self_study": "yes"}
    fields["based_on"] = based_on[1]
    assert teacher.submit(f"{path}/about", {**fields, "summary": "Una pestaña"}).status_code == 303
    refused = teacher.submit(f"{path}/about", {**fields, "summary": "Otra pestaña"})
    assert refused.status_code == 409
    assert "Una pestaña" in refused.text
    assert "Otra pestaña" in refused.text
    wrong = teacher.submit(f"{path}/about", {**fields, "title": "", "hours": "doce"})
    assert wrong.status_code == 422
    assert wrong.text.count('class="error"') == 2
    assert teacher.submit(f"{path}/modules", {"add": str(house.modules[0].id)}).status_code == 303
    assert "Sembrar" in text(teacher, path)
    assert teacher.submit(f"{path}/hand-in", {"note": ""}).status_code == 303
    assert "En revisión" in text(teacher, path)
    assert house.student().get(path).status_code == 403


def test_groups_are_opened_changed_and_cancelled(house: House, session: Session) -> None:
    teacher = house.teacher()
    path = f"/study/writing/courses/{house.course.id}/groups"
    day = today()
    fields = {
        "title": "Grupo de mayo",
        "tutor": str(house.author.id),
        "enrol_until_on": day.isoformat(),
        "starts_on": (day + timedelta(days=3)).isoformat(),
        "ends_on": (day + timedelta(days=30)).isoformat(),
        "places": "",
    }
    assert "Todavía no hay grupos" in text(teacher, path)
    for wrong in ({"starts_on": "mañana"}, {"tutor": ""}, {"places": "-3"}, {"ends_on": "2020-01-01"}):
        assert teacher.submit(path, {**fields, **wrong}).status_code == 422
    helper = factories.person(session, of=house.moodle, name="Ana Mamani", librarian=True)
    session.commit()
    found = teacher.submit(path, {**fields, "tutor_words": "mamani", "find": "1"})
    assert f'value="{helper.id}"' in found.text
    assert teacher.submit(path, fields).status_code == 303
    assert "Grupo de mayo" in text(teacher, path)
    (group,) = session.scalars(select(Cohort)).all()
    session.commit()
    assert teacher.submit(f"{path}/{group.id}", {**fields, "title": "Otro nombre"}).status_code == 303
    assert "Otro nombre" in text(house.student(), house.page)
    assert teacher.submit(f"{path}/{group.id}/cancel").status_code == 303
    assert "cancelado" in text(teacher, path)
    stranger = factories.signed_in(house.app, session, Role.TEACHER)
    assert stranger.get(path).status_code == 403


def test_a_tutor_sees_the_group_and_decides(house: House, session: Session) -> None:
    group = factories.cohort(session, house.course, tutor=house.author)
    place = enrolments.enrol(session, factories.viewer(session, by=house.pupil), house.course, group)
    place.finished_at = utcnow()
    teacher = house.teacher()
    assert "Los grupos que acompañas" in text(teacher, "/study/")
    assert "Grupo de marzo" in text(teacher, "/study/tutoring")
    path = f"/study/tutoring/{group.id}"
    assert "Pedro Puma Terminó Espera tu revisión" in text(teacher, path)
    refused = teacher.submit(f"{path}/{place.id}", {"decision": "not-yet", "remark": " "})
    assert refused.status_code == 422
    assert "Escribe qué le falta" in refused.text
    assert teacher.submit(f"{path}/{place.id}", {"decision": "approve", "remark": "¡Muy bien!"}).status_code == 303
    assert "Aprobado" in text(teacher, path)
    assert "¡Muy bien!" in text(house.student(), house.page)
    assert house.student().get(path).status_code == 404


def test_a_course_that_was_never_published_leads_its_author_to_the_editor(house: House, session: Session) -> None:
    draft = coursewriting.create(session, factories.viewer(session, Role.TEACHER, by=house.author), "Borrador")
    answer = house.teacher().get(f"/study/courses/{draft.id}")
    assert answer.location.endswith(f"/study/writing/courses/{draft.id}")
