"""Attempts: begun one at a time, submitted once, ended by the server's clock, changed by teachers with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Cohort, Enrolment, Resource
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import allowances, attempts, journal, scoring, studies
from lrc.study.allowances import Grant
from lrc.study.models import Attempt, EntryKind, Study
from lti.models import Context, Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog import enrolling
from tests.study import learners
from tests.study.learners import answer, submitting


@pytest.fixture
def course(session: Session) -> Context:
    """In Moodle."""
    return factories.context(session)


@pytest.fixture
def student(session: Session, course: Context) -> Viewer:
    membership = enrolling.came(session, course, "Ana")
    person = session.get_one(Person, membership.person_id)
    return factories.viewer(session, Role.STUDENT, by=person, where=course)


@pytest.fixture
def teacher(session: Session, course: Context) -> Viewer:
    return factories.viewer(session, Role.TEACHER, by=enrolling.teacher(session, course), where=course)


def studying(session: Session, viewer: Viewer, course: Context, **rules: object) -> Study:
    """A quiz of two points with these rules, linked in the course."""
    module = learners.module(session, learners.quiz(**rules))
    enrolling.link(session, course, module, kind="module")
    return studies.begin(session, viewer, module)


def done(session: Session, study: Study, *responses: str) -> Attempt:
    """One more attempt, with these answers."""
    attempt = attempts.begin(session, study, "prueba")
    lines = [answer(f"q{n}", each, attempt_number=attempt.number) for n, each in enumerate(responses, 1)]
    return attempts.submit(session, attempt, lines)


def end_time(session: Session, attempt: Attempt, ago: timedelta = timedelta(minutes=2)) -> None:
    attempt.due_at = utcnow() - ago
    session.flush()


def test_an_attempt_that_is_open_is_gone_on_with(session: Session, student: Viewer, course: Context) -> None:
    study = studying(session, student, course)

    assert attempts.begin(session, study, "prueba") is attempts.begin(session, study, "prueba")


def test_submitting_again_changes_nothing(session: Session, student: Viewer, course: Context) -> None:
    study = studying(session, student, course)
    attempt = done(session, study, "si", "casi")
    first = (attempt.submitted_at, attempt.given, attempt.marks)

    attempts.submit(session, attempt, [answer("q2", "si", 99)])

    assert (attempt.submitted_at, attempt.given, attempt.marks) == first
    assert attempt.given == 1.5
    assert attempt.marks["q2"]["fraction"] == 0.5


def test_an_attempt_at_what_is_no_quiz_is_not_found(session: Session) -> None:
    study = learners.study(session)
    for key in ("leccion", "nada"):
        with pytest.raises(NotFound):
            attempts.begin(session, study, key)


@pytest.mark.parametrize(("counts", "points"), [("best", 2), ("last", 0)])
def test_the_best_or_the_last_attempt_counts(
    session: Session, student: Viewer, course: Context, counts: str, points: float
) -> None:
    study = studying(session, student, course, counts=counts)
    for responses in (["si", "no"], ["si", "si"], ["no", "no"]):
        done(session, study, *responses)

    counting = attempts.counting(session, study, studies.get_quiz(studies.module_of(study), "prueba"))

    assert counting is not None
    assert scoring.points(counting) == points
    assert study.percent == points * 50


def test_one_has_as_many_attempts_as_the_quiz_and_the_teacher_give(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    study = studying(session, student, course, attempts=1)
    quiz = studies.get_quiz(studies.module_of(study), "prueba")
    done(session, study)
    with pytest.raises(Conflict):
        attempts.begin(session, study, "prueba")

    allowances.grant(
        session, teacher, study.module, student.person_id, Grant(extra_attempts=1, reason="Se cayó la red")
    )

    assert attempts.left(session, study, quiz) == 1
    assert attempts.begin(session, study, "prueba").number == 2
    assert attempts.left(session, study, quiz) == 0


def test_more_time_lengthens_also_the_attempt_that_is_open(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    study = studying(session, student, course, time_limit_minutes=30)
    attempt = attempts.begin(session, study, "prueba")
    assert attempt.due_at == attempt.begun_at + timedelta(minutes=30)

    allowances.grant(session, teacher, study.module, student.person_id, Grant(50, 0, "Baja visión"))
    assert attempt.due_at == attempt.begun_at + timedelta(minutes=45)

    attempts.submit(session, attempt, [])
    again = attempts.begin(session, study, "prueba")
    assert again.due_at == again.begun_at + timedelta(minutes=45)


def test_what_comes_within_the_grace_counts(session: Session, student: Viewer, course: Context) -> None:
    attempt = attempts.begin(session, studying(session, student, course, time_limit_minutes=5), "prueba")
    end_time(session, attempt, timedelta(seconds=40))

    attempts.submit(session, attempt, [answer("q1", "si")])

    assert attempt.given == 1


def test_the_server_submits_what_stood_when_the_time_was_over(
    session: Session, student: Viewer, course: Context
) -> None:
    study = studying(session, student, course, time_limit_minutes=5)
    attempt = attempts.begin(session, study, "prueba")
    journal.write(session, study, [answer("q1", "si")])
    assert not attempts.close_if_over(session, attempt)
    end_time(session, attempt)
    assert list(session.scalars(attempts.over(utcnow()))) == [attempt]

    assert attempts.close_if_over(session, attempt)

    assert (attempt.given, attempt.submitted_at, study.percent) == (1, attempt.due_at, 50)
    assert list(session.scalars(attempts.over(utcnow()))) == []
    assert attempts.begin(session, study, "prueba").number == 2


def test_a_teacher_may_accept_what_came_late(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    study = studying(session, student, course)
    attempt = done(session, study, "si")
    with pytest.raises(Conflict):
        attempts.accept_late(session, teacher, attempt, "No hay nada")
    journal.write(session, study, [answer("q2", "si")])

    attempts.accept_late(session, teacher, attempt, "Se fue la luz")

    assert (attempt.given, study.percent) == (2, 100)
    assert (attempt.override_reason, attempt.overridden_by_id) == ("Se fue la luz", teacher.person_id)


def test_a_teachers_points_take_the_place_of_those_that_were_earned(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    study = studying(session, student, course)
    attempt = done(session, study, "no", "no")

    attempts.override(session, teacher, attempt, 1.5, " Lo explicó en clase ")
    assert (attempt.given, scoring.points(attempt), study.percent) == (0, 1.5, 75)
    assert (attempt.override_reason, attempt.overridden_by_id) == ("Lo explicó en clase", teacher.person_id)

    attempts.override(session, teacher, attempt, None, "Me equivoqué")
    assert study.percent == 0


@pytest.mark.parametrize(("points", "reason"), [(3, "x"), (-1, "x"), (float("nan"), "x"), (1, " ")])
def test_points_that_cannot_be_and_no_reason_are_refused(
    session: Session, student: Viewer, teacher: Viewer, course: Context, points: float, reason: str
) -> None:
    attempt = done(session, studying(session, student, course))

    with pytest.raises(BadInput):
        attempts.override(session, teacher, attempt, points, reason)


def test_an_attempt_that_is_open_has_no_points_to_change(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    attempt = attempts.begin(session, studying(session, student, course), "prueba")

    with pytest.raises(Conflict):
        attempts.override(session, teacher, attempt, 1, "Porque sí")


def test_only_who_teaches_the_person_with_the_module_may_change_their_points(
    session: Session, student: Viewer, teacher: Viewer, course: Context
) -> None:
    linked = studying(session, student, course)
    unlinked = studies.begin(session, student, learners.module(session, learners.quiz()))
    other_course = factories.context(session, of=course.platform)
    stranger = factories.viewer(session, Role.TEACHER, by=enrolling.teacher(session, other_course), where=other_course)
    own = factories.viewer(session, Role.TEACHER, by=session.get_one(Person, student.person_id), where=course)

    for study, viewer in ((linked, student), (linked, stranger), (unlinked, teacher), (linked, own)):
        with pytest.raises(NotAllowed):
            attempts.override(session, viewer, done(session, study), 1, "Porque sí")


def test_the_tutor_of_ones_cohort_may_grant_what_a_teacher_may(session: Session, student: Viewer) -> None:
    module = learners.module(session, learners.quiz())
    tutor = factories.viewer(session, Role.TEACHER)
    enrol(session, learners.course(session, module), student, tutor)

    allowance = allowances.grant(session, tutor, module, student.person_id, Grant(25, 1, "Lo pidió"))

    assert (allowance.extra_time_percent, allowance.extra_attempts, allowance.granted_by_id) == (25, 1, tutor.person_id)


@pytest.mark.parametrize("wish", [Grant(-1, 0, "x"), Grant(401, 0, "x"), Grant(0, 101, "x"), Grant(10, 0, "")])
def test_what_cannot_be_granted_is_refused(
    session: Session, student: Viewer, teacher: Viewer, course: Context, wish: Grant
) -> None:
    study = studying(session, student, course)

    with pytest.raises(BadInput):
        allowances.grant(session, teacher, study.module, student.person_id, wish)


def test_a_submission_that_a_browser_repeats_counts_once(session: Session, student: Viewer, course: Context) -> None:
    study = studying(session, student, course)
    attempts.begin(session, study, "prueba")
    message = [submitting(sequence=2), answer("q1", "si", 1)]

    for _ in range(2):
        journal.write(session, study, message)

    assert study.percent == 50
    assert [each.number for each in session.scalars(select(Attempt).where(Attempt.study_id == study.id))] == [1]
    assert message[0].kind is EntryKind.SUBMITTED


def enrol(session: Session, in_course: Resource, student: Viewer, tutor: Viewer) -> None:
    today = utcnow().date()
    cohort = Cohort(
        course_id=in_course.id, institution_id=tutor.institution_id, title="Grupo 1", tutor_id=tutor.person_id
    )
    cohort.enrol_until_on = cohort.starts_on = cohort.ends_on = today
    cohort.places = 0
    session.add(cohort)
    session.flush()
    session.add(Enrolment(course_id=in_course.id, person_id=student.person_id, cohort_id=cohort.id))
    session.flush()
