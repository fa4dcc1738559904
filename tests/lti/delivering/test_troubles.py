"""What keeps a score from arriving: what passes is waited for, what does not is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lrc.db import transaction, utcnow
from lrc.practice.trouble import LOST
from lti import connector, delivery, grades
from lti.delivery import Trouble
from lti.grades import Reason
from lti.models import ScoreState
from tests.campus import COURSE, STUDENT, TEACHER, Campus
from tests.lti.delivering.happenings import later
from tests.lti.desks import Desk, desk
from tests.lti.scores import pair


def test_a_lost_answer_ends_accepted_and_is_put_once(student: Desk) -> None:
    student.campus.lms.quirks.fail("scores", LOST)
    score = student.deliver(student.owe(15))

    assert (score.state, score.reason) == (ScoreState.CREATED, Reason.NO_ANSWER)
    assert student.grade == 15

    later()
    score = student.deliver(score)

    assert (score.state, score.shown, student.grade) == (ScoreState.ACCEPTED, 15, 15)
    # The second was refused with 409: the gradebook was written once.
    assert [each.status for each in student.campus.lms.quirks.called("scores")] == [None, 409]


def test_a_lost_answer_for_a_grade_of_zero_ends_accepted(student: Desk) -> None:
    student.deliver(student.owe(15))
    student.campus.lms.quirks.fail("scores", LOST)
    score = student.deliver(student.owe(0))

    later()
    score = student.deliver(score)

    assert (score.state, score.reason, student.raw) == (ScoreState.ACCEPTED, "", 0)


@pytest.mark.parametrize(
    ("service", "how", "reason"),
    [
        ("scores", 500, Reason.PLATFORM_ERROR),
        ("scores", 503, Reason.PLATFORM_ERROR),
        ("scores", 429, Reason.BUSY),
        ("token", 500, Reason.TOKEN),
        ("token", 400, Reason.TOKEN),
        ("token", 404, Reason.TOKEN),
        ("token", LOST, Reason.TOKEN),
    ],
)
def test_trouble_that_passes_is_waited_for(student: Desk, service: str, how: int | str, reason: Reason) -> None:
    student.campus.lms.quirks.fail(service, how, times=connector.GET_TRIES)

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, score.attempts) == (ScoreState.CREATED, reason, 1)
    assert timedelta(seconds=40) < score.next_try_at - utcnow() < timedelta(seconds=80)
    student.campus.lms.quirks.recover()
    later()
    assert student.deliver(score).state is ScoreState.ACCEPTED
    assert student.grade == 15


def test_a_page_instead_of_an_answer_is_no_acceptance(student: Desk) -> None:
    student.campus.lms.quirks.fail("scores", 200)

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, student.grade) == (ScoreState.CREATED, Reason.UNREADABLE, None)


def test_a_platform_that_is_away_costs_one_try_for_all_that_waits(student: Desk, session: Session) -> None:
    neighbour = student.neighbour()
    first, second = student.owe(15), neighbour.owe(12)
    student.campus.lms.quirks.fail("scores", 503)

    student.deliver(first)
    held_back = student.deliver(second)

    assert len(student.sent()) == 1
    assert (held_back.state, held_back.attempts, held_back.reason) == (ScoreState.CREATED, 0, Reason.NO_ANSWER)


def test_what_waits_for_a_platform_goes_once_it_answers(student: Desk) -> None:
    waiting = student.elsewhere().owe(12)
    waiting.attempts, waiting.reason = 9, Reason.NO_ANSWER
    waiting.next_try_at = utcnow() + timedelta(hours=12)
    score = student.owe(15)
    score.attempts = 4  # it has failed before

    student.deliver(score)

    assert student.now(waiting).next_try_at <= utcnow()


def test_a_score_is_given_up_after_days_and_can_be_sent_by_hand(student: Desk, session: Session) -> None:
    score = student.owe(15)
    waited = timedelta()
    for _ in range(15):
        student.campus.lms.quirks.fail("scores", 503)
        began_at = utcnow()
        score = student.deliver(score)
        waited += score.next_try_at - began_at
        if score.state is ScoreState.REFUSED:
            break
        later()

    assert (score.state, score.reason, score.status) == (ScoreState.REFUSED, Reason.GAVE_UP, 503)
    assert timedelta(days=3.5) < waited < timedelta(days=6.5)

    grades.retry(session, score)
    assert student.deliver(score).state is ScoreState.ACCEPTED


def test_a_teacher_gets_no_grade_and_is_told_what_moodle_said(campus: Campus, session: Session) -> None:
    teacher = desk(campus, session, who=TEACHER.sub)

    score = teacher.deliver(teacher.owe(15))

    assert (score.state, score.reason, score.status) == (ScoreState.REFUSED, Reason.NOT_A_STUDENT, 400)
    assert "Incorrect score received" in score.said


@pytest.mark.parametrize("leave", [Campus.suspend, Campus.unenrol])
def test_who_left_the_course_is_refused_until_they_are_back(
    student: Desk, session: Session, leave: Callable[[Campus, str], None]
) -> None:
    leave(student.campus, STUDENT.sub)
    score = student.deliver(student.owe(15))
    assert (score.state, score.reason) == (ScoreState.REFUSED, Reason.NOT_A_STUDENT)

    with student.campus.lms.store.changing() as state:
        state.courses[COURSE].suspended.clear()
        state.courses[COURSE].enrolled[STUDENT.sub] = "student"
    grades.retry(session, score)
    assert student.deliver(score).state is ScoreState.ACCEPTED


@pytest.mark.parametrize(("asked_s", "least_s", "most_s"), [(7200, 7200, 7201), (10**7, 43_200, 43_201), (1, 40, 80)])
def test_a_busy_platform_says_how_long_to_wait(session: Session, asked_s: float, least_s: float, most_s: float) -> None:
    score = pair(session).owe(15)
    session.commit()
    with transaction() as own:
        parcel = delivery.take(own, score.id)
        assert parcel is not None
        delivery.postpone(own, parcel, Trouble(Reason.BUSY, 429, "", asked_s))

    session.refresh(score)
    assert least_s - 1 <= (score.next_try_at - utcnow()).total_seconds() <= most_s
