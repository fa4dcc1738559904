"""A class in a module: who is stuck, which questions are hard, and what a teacher may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import engine_of, utcnow
from lrc.study import attempts, classroom, hardquestions, lines, studies
from lrc.study.classroom import State
from lrc.study.models import Attempt, EntryKind, Study
from lti.models import Context, Membership, Person, ResourceLink
from lti.viewers import Role
from tests import factories
from tests.factories import Browser, signed_in
from tests.study import learners


@dataclass(frozen=True)
class Class:
    """A Moodle course that links a module of a lesson and a quiz of two questions."""

    session: Session
    context: Context
    module: Resource
    teacher: Person

    def student(self, name: str) -> Person:
        made = factories.person(self.session, name=name)
        made.platform_id = self.context.platform_id
        self.join(made, Role.STUDENT)
        return made

    def join(self, person: Person, role: Role) -> None:
        self.session.add(
            Membership(
                context_id=self.context.id,
                person_id=person.id,
                sub=person.sub,
                name=person.name,
                folded_name=person.folded_name,
                launch_roles=[role.value],
                launched_at=utcnow(),
                roster_roles=[],
                groups=[],
            )
        )
        self.session.flush()

    def begun(self, person: Person) -> Study:
        return learners.study(self.session, self.module, factories.viewer(self.session, by=person, where=self.context))

    def tried(self, person: Person, *answers: str) -> Attempt:
        """An attempt that was submitted with these answers to the two questions."""
        study = self.begun(person)
        attempt = attempts.begin(self.session, study, "prueba")
        said = [
            lines.new(EntryKind.ANSWERED, "prueba", question=key, attempt_number=attempt.number, response=given)
            for key, given in zip(("q1", "q2"), answers, strict=False)
        ]
        return attempts.submit(self.session, attempt, said)

    def rows(self) -> dict[str, State]:
        return {each.membership.name: each.state for each in classroom.rows(self.session, self.context.id, self.module)}


@pytest.fixture
def klass(session: Session) -> Class:
    context = factories.context(session)
    module = learners.module(session, learners.lesson(), learners.quiz(), audience="everyone")
    link = ResourceLink(context_id=context.id, resource_link_id="7", kind="module", target=module.record_id, title="M")
    session.add(link)
    teacher = factories.person(session, name="Docente")
    teacher.platform_id = context.platform_id
    made = Class(session, context, module, teacher)
    made.join(teacher, Role.TEACHER)
    return made


def test_each_student_is_where_they_are_and_who_needs_help_comes_first(klass: Class) -> None:
    done, still, failing = (klass.student(name) for name in ("Ana", "Beto", "Carla"))
    klass.student("Dora")
    klass.begun(klass.student("Elmer"))
    klass.begun(done).finished_at = utcnow()
    klass.begun(still).last_at = utcnow() - timedelta(days=8)
    klass.tried(failing, "no", "no")
    klass.tried(failing, "no", "no")

    assert klass.rows() == {
        "Beto": State.STUCK,
        "Carla": State.STUCK,
        "Dora": State.NOT_BEGUN,
        "Elmer": State.UNDER_WAY,
        "Ana": State.DONE,
    }
    assert list(klass.rows())[:2] == ["Beto", "Carla"]


def test_one_failure_is_no_reason_to_worry(klass: Class) -> None:
    klass.tried(klass.student("Ana"), "no", "no")

    assert klass.rows() == {"Ana": State.UNDER_WAY}


def test_an_authors_trial_is_nobodys_beginning(klass: Class) -> None:
    klass.begun(klass.student("Ana")).is_trial = True

    assert klass.rows() == {"Ana": State.NOT_BEGUN}


def test_a_module_within_a_course_that_is_linked_counts_too(klass: Class) -> None:
    inner = learners.module(klass.session, learners.lesson(), title="Otro")
    course = learners.course(klass.session, inner)
    klass.session.add(
        ResourceLink(context_id=klass.context.id, resource_link_id="8", kind="course", target=course.record_id)
    )

    found = klass.session.scalars(classroom.modules(klass.context.id)).all()

    assert {each.id for each in found} == {klass.module.id, inner.id}


def test_the_hardest_question_comes_first_with_what_was_answered(klass: Class) -> None:
    people = [klass.student(name) for name in ("Ana", "Beto", "Carla")]
    for person, second in zip(people, ("tal vez", "tal vez", "casi"), strict=True):
        klass.tried(person, "si", second)

    hard = hardquestions.of_module(klass.session, klass.module, [each.id for each in people])

    assert [each.question.key for each in hard] == ["q2"]
    assert hard[0].given == [("tal vez", 2), ("casi", 1)]
    assert hard[0].mean == pytest.approx(0.5 / 3)


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """Every statement that is sent while the test runs."""
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    event.listen(engine_of(app), "before_cursor_execute", note)
    yield seen
    event.remove(engine_of(app), "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow_with_the_class(klass: Class, queries: list[str]) -> None:
    for number in range(3):
        klass.tried(klass.student(f"P{number}"), "no", "no")
    classroom.rows(klass.session, klass.context.id, klass.module)
    queries.clear()
    classroom.rows(klass.session, klass.context.id, klass.module)
    few = len(queries)
    for number in range(12):
        klass.tried(klass.student(f"Q{number}"), "no", "no")

    queries.clear()
    classroom.rows(klass.session, klass.context.id, klass.module)

    assert len(queries) == few


@pytest.fixture
def teacher(app: Flask, klass: Class) -> Browser:
    return signed_in(app, klass.session, Role.TEACHER, by=klass.teacher, where=klass.context)


def address(klass: Class, rest: str = "") -> str:
    return f"/study/class/modules/{klass.module.id}{rest}"


def test_a_teacher_sees_the_class_and_has_it_as_a_table(klass: Class, teacher: Browser) -> None:
    klass.tried(klass.student("Ana =1+1"), "no", "no")
    klass.session.commit()

    assert "Módulo" in teacher.get("/study/class").text
    page = teacher.get(address(klass)).text
    table = teacher.get(address(klass, "/table.csv"))

    assert "En camino: 1" in page
    assert "¿Sí o no, q1?" in page
    assert table.text.count("\n") == 2
    assert table.headers["Cache-Control"] == "no-store"


def test_only_who_is_in_the_state_is_shown(klass: Class, teacher: Browser) -> None:
    klass.begun(klass.student("Ana"))
    klass.student("Beto")
    klass.session.commit()

    page = teacher.get(address(klass, "?state=not-begun")).text

    assert "Beto" in page
    assert "Ana" not in page


def test_a_teacher_puts_other_points_with_a_reason(klass: Class, teacher: Browser) -> None:
    person = klass.student("Ana")
    attempt = klass.tried(person, "no", "no")
    klass.session.commit()
    work = address(klass, f"/people/{person.id}")

    refused = teacher.submit(f"{work}/attempts/{attempt.id}/override", {"points": "2"})
    too_many = teacher.submit(f"{work}/attempts/{attempt.id}/override", {"points": "3", "reason": "x"})
    teacher.submit(f"{work}/attempts/{attempt.id}/override", {"points": "1,5", "reason": "Se entendía."})

    klass.session.expire_all()
    assert (refused.status_code, too_many.status_code) == (422, 422)
    assert (attempt.override, attempt.override_reason) == (1.5, "Se entendía.")
    assert "Se entendía." in teacher.get(work).text


@pytest.mark.parametrize("given", ["-1", "cincuenta", "9999", "1e3"])
def test_extra_time_that_cannot_be_is_refused_in_words(klass: Class, teacher: Browser, given: str) -> None:
    person = klass.student("Ana")
    klass.begun(person)
    klass.session.commit()

    answer = teacher.submit(
        address(klass, f"/people/{person.id}/grant"), {"extra_time_percent": given, "reason": "Lee con lupa."}
    )

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


def test_extra_time_and_attempts_are_granted(klass: Class, teacher: Browser) -> None:
    person = klass.student("Ana")
    klass.begun(person)
    klass.session.commit()
    fields = {"extra_time_percent": "50", "extra_attempts": "2", "reason": "Lee con lupa."}

    teacher.submit(address(klass, f"/people/{person.id}/grant"), fields)

    page = teacher.get(address(klass, f"/people/{person.id}")).text
    assert 'value="50"' in page
    assert "Lee con lupa." in page


def test_another_courses_teacher_sees_nothing(app: Flask, klass: Class) -> None:
    person = klass.student("Ana")
    attempt = klass.tried(person, "no", "no")
    stranger = signed_in(
        app, klass.session, Role.TEACHER, by=factories.person(klass.session), where=factories.context(klass.session)
    )
    work = address(klass, f"/people/{person.id}")

    assert stranger.get(address(klass)).status_code == 404
    assert stranger.get(work).status_code == 404
    fields = {"points": "2", "reason": "x"}
    assert stranger.submit(f"{work}/attempts/{attempt.id}/override", fields).status_code == 404


def test_students_do_not_see_the_class(app: Flask, klass: Class) -> None:
    student = signed_in(app, klass.session, Role.STUDENT, by=klass.student("Ana"), where=klass.context)

    assert student.get(address(klass)).status_code == 403
    assert studies.find(klass.session, klass.teacher.id, klass.module.id) is None
