"""Scores on their way into the gradebook of a practice LMS that behaves like Moodle, its quirks included."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lrc.db import transaction, utcnow
from lrc.practice.state import Column
from lrc.practice.trouble import LOST
from lti import connector, delivery, grades, gradetasks
from lti.delivery import Trouble
from lti.grades import Reason
from lti.models import Score, ScoreState
from tests.campus import COURSE, STUDENT, TEACHER, Campus
from tests.lti.desks import Desk, desk
from tests.lti.scores import pair


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "PAUSE_S", 0.0)


@pytest.fixture
def student(campus: Campus, session: Session) -> Desk:
    return desk(campus, session)


def later() -> None:
    """Time passes: what waits is due."""
    with transaction() as own:
        own.execute(update(Score).values(next_try_at=utcnow() - timedelta(seconds=1), claimed_at=None))


def test_a_score_arrives(student: Desk) -> None:
    score = student.deliver(student.owe(15, comment="Leíste la guía"))

    assert (score.state, score.reason, score.status, score.shown) == (ScoreState.ACCEPTED, "", 200, 15)
    assert student.grade == 15
    sent = student.sent()
    assert sent == [
        {
            "userId": STUDENT.sub,
            "scoreGiven": 15,
            "scoreMaximum": 20,
            "comment": "Leíste la guía",
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": score.scored_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    ]
    assert score.settled_at is not None


def test_a_score_is_scaled_by_the_platform_and_shown_in_our_points(student: Desk) -> None:
    score = student.deliver(student.owe(33, 100))

    assert student.grade == pytest.approx(6.6)
    assert score.shown == pytest.approx(33)


def test_a_task_that_comes_twice_sends_once(student: Desk) -> None:
    score = student.deliver(student.owe(15))
    student.deliver(score)

    assert len(student.sent()) == 1


def test_many_tasks_for_one_score_send_it_once(app: Flask, student: Desk) -> None:
    score = student.owe(15)
    student.session.commit()
    student.campus.lms.quirks.slow("scores", 0.5)
    ready = Barrier(6)

    def deliver(_number: int) -> None:
        with app.app_context():
            ready.wait(30)
            gradetasks.deliver_score(score.id)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(deliver, range(6)))

    assert (student.now(score).state, student.now(score).attempts, len(student.sent())) == (ScoreState.ACCEPTED, 1, 1)


def test_two_scores_in_one_second_both_arrive_in_their_order(student: Desk) -> None:
    first = student.deliver(student.owe(10))
    second = student.owe(15)
    second.scored_at = first.scored_at
    second = student.deliver(second)

    assert student.grade == 15
    assert [each["timestamp"] for each in student.sent()] == sorted({str(each["timestamp"]) for each in student.sent()})
    assert first.stamped_at is not None
    assert second.stamped_at == first.stamped_at + timedelta(seconds=1)


def test_an_older_score_is_never_sent_over_a_newer(student: Desk) -> None:
    older = student.owe(10)
    newer = student.deliver(student.owe(15))
    older = student.deliver(older)

    assert (older.state, newer.state) == (ScoreState.SUPERSEDED, ScoreState.ACCEPTED)
    assert [each["scoreGiven"] for each in student.sent()] == [15]


def test_a_newer_score_waits_for_the_one_being_sent(student: Desk) -> None:
    older = student.owe(10)
    older.state, older.claim, older.claimed_at = ScoreState.SENDING, "another task", utcnow()

    newer = student.deliver(student.owe(15))

    assert newer.state is ScoreState.CREATED
    assert student.sent() == []


def test_a_score_that_comes_after_a_later_timestamp_is_stamped_anew(student: Desk) -> None:
    with student.campus.lms.store.changing() as state:
        column = next(each for each in state.columns.values() if each.maximum == 20)
        grade = student.campus.grade(student.link.resource_link_id, STUDENT.sub)
        grade.stamped = int(utcnow().timestamp()) - 5
        column.grades[STUDENT.sub] = grade
    score = student.owe(15)
    score.scored_at = utcnow() - timedelta(hours=1)

    score = student.deliver(score)

    assert (score.state, student.grade, len(student.sent())) == (ScoreState.ACCEPTED, 15, 2)
    assert score.stamped_at is not None
    assert utcnow() - score.stamped_at < timedelta(seconds=10)


def test_a_grade_dated_in_the_future_is_waited_for(student: Desk) -> None:
    until = utcnow() + timedelta(hours=3)
    with student.campus.lms.store.changing() as state:
        column = next(each for each in state.columns.values() if each.maximum == 20)
        grade = student.campus.grade(student.link.resource_link_id, STUDENT.sub)
        grade.stamped = int(until.timestamp())
        column.grades[STUDENT.sub] = grade

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, score.status) == (ScoreState.CREATED, Reason.LOCKED, 409)
    assert "earlier timestamp" in score.said
    assert score.next_try_at > utcnow() + timedelta(seconds=40)
    assert len(student.sent()) == 2

    with student.campus.lms.store.changing() as state:
        state.columns[column.id].grades[STUDENT.sub].stamped = 0
    later()
    assert student.deliver(score).state is ScoreState.ACCEPTED
    assert student.grade == 15


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


def _lose_column(student: Desk) -> str:
    with student.campus.lms.store.changing() as state:
        column = next(each for each in state.columns.values() if each.maximum == 20)
        del state.columns[column.id]
    return column.id


def _give_column(student: Desk) -> None:
    activity = student.campus.activity(student.link.resource_link_id)
    with student.campus.lms.store.changing() as state:
        state.columns["900"] = Column("900", COURSE, activity.tool_id, "Lectura", 20.0, activity.id, activity.link_id)


def test_without_a_column_the_score_is_refused(student: Desk) -> None:
    _lose_column(student)

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, score.status) == (ScoreState.REFUSED, Reason.NO_COLUMN, 404)
    assert student.link.lineitem_url == ""


def test_a_column_that_came_back_elsewhere_is_found(student: Desk) -> None:
    before = student.link.lineitem_url
    lost = _lose_column(student)
    _give_column(student)
    assert lost != "900"

    score = student.deliver(student.owe(15))

    assert score.state is ScoreState.ACCEPTED
    assert student.now(score).link.lineitem_url != before
    assert "/900/" in student.now(score).link.lineitem_url


def test_a_column_whose_address_is_too_long_to_be_kept_is_not_taken(student: Desk) -> None:
    _lose_column(student)
    activity = student.campus.activity(student.link.resource_link_id)
    longest = "9" * 3000
    with student.campus.lms.store.changing() as state:
        made = Column(longest, COURSE, activity.tool_id, "Lectura", 20.0, activity.id, activity.link_id)
        state.columns[longest] = made

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason) == (ScoreState.REFUSED, Reason.NO_COLUMN)


def test_a_launch_that_names_no_column_is_no_hindrance(student: Desk) -> None:
    student.link.lineitem_url = ""

    score = student.deliver(student.owe(15))

    assert score.state is ScoreState.ACCEPTED
    assert student.now(score).link.lineitem_url.startswith(student.campus.lms.url)


def test_a_column_that_a_tool_made_for_an_activity_is_found(campus: Campus, session: Session) -> None:
    student = desk(campus, session, maximum=None)
    activity = campus.activity(student.link.resource_link_id)
    with campus.lms.store.changing() as state:
        state.columns["900"] = Column("900", COURSE, activity.tool_id, "Hecha aparte", 20.0, link_id=activity.link_id)
    campus.launch(STUDENT, link=activity.link_id)  # with an empty "lineitem"
    session.rollback()
    assert student.link.lineitem_url == ""
    session.rollback()

    score = student.deliver(student.owe(15))

    assert (score.state, campus.gradebook()[activity.link_id]) == (ScoreState.ACCEPTED, {STUDENT.sub: 15})


def test_the_column_of_another_activity_with_the_same_material_is_left_alone(student: Desk) -> None:
    other = student.campus.place(title="La misma lectura", maximum=20)
    with student.campus.lms.store.changing() as state:
        for column in state.columns.values():
            column.resource_id = "lrc:1"
    student.link.target = "lrc:1"
    with student.campus.lms.store.changing() as state:
        own = next(each for each in state.columns.values() if each.activity_id != other.id and each.maximum == 20)
        del state.columns[own.id]

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason) == (ScoreState.REFUSED, Reason.NO_COLUMN)
    assert student.campus.gradebook()[other.link_id] == {}


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


def test_a_launch_that_brings_a_column_has_the_score_sent(student: Desk) -> None:
    lost = _lose_column(student)
    score = student.deliver(student.owe(15))
    assert score.reason == Reason.NO_COLUMN

    _give_column(student)
    student.campus.launch(STUDENT, link=student.link.resource_link_id)
    gradetasks.deliver_due()

    assert lost != "900"
    assert student.now(score).state is ScoreState.CREATED
    assert student.deliver(score).state is ScoreState.ACCEPTED


def test_a_teachers_own_grade_stays_and_is_known(student: Desk) -> None:
    student.deliver(student.owe(10))
    student.campus.override(student.link.resource_link_id, STUDENT.sub, 18)

    score = student.deliver(student.owe(15))

    assert (score.state, score.given, score.shown, student.grade) == (ScoreState.ACCEPTED, 15, 18, 18)


def test_a_column_that_shows_nothing_is_told(student: Desk) -> None:
    with student.campus.lms.store.changing() as state:
        next(each for each in state.columns.values() if each.maximum == 20).type = "text"

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, score.shown) == (ScoreState.ACCEPTED, Reason.NOT_SHOWN, None)


def test_a_result_that_cannot_be_read_changes_nothing(student: Desk) -> None:
    student.campus.lms.quirks.fail("results", 500, times=connector.GET_TRIES)

    score = student.deliver(student.owe(15))

    assert (score.state, score.shown, score.reason) == (ScoreState.ACCEPTED, None, "")


def test_a_task_that_was_killed_while_it_waited_is_taken_up_again(student: Desk) -> None:
    score = student.owe(15)
    score.state, score.claim, score.attempts = ScoreState.SENDING, "of a dead task", 1
    score.claimed_at = utcnow() - timedelta(hours=1)
    student.session.commit()

    gradetasks.deliver_due()

    assert student.now(score).state is ScoreState.CREATED
    assert student.deliver(score).state is ScoreState.ACCEPTED


def test_a_platform_never_gets_anothers_score(campus: Campus, session: Session, tmp_path: Path) -> None:
    other = campus.another(tmp_path / "other")
    here, there = desk(campus, session), desk(other, session)
    assert (here.person.sub, here.link.resource_link_id) == (there.person.sub, there.link.resource_link_id)
    assert here.link.context.context_id == there.link.context.context_id

    here.deliver(here.owe(15))

    assert (here.grade, there.grade) == (15, None)
    assert there.sent() == []
    there.deliver(there.owe(9))
    assert (here.grade, there.grade) == (15, 9)


def test_a_column_on_another_server_is_not_asked(campus: Campus, session: Session, tmp_path: Path) -> None:
    other = campus.another(tmp_path / "other")
    here, there = desk(campus, session), desk(other, session)
    here.link.lineitem_url = there.link.lineitem_url

    score = here.deliver(here.owe(15))

    assert (score.state, score.reason) == (ScoreState.REFUSED, Reason.REJECTED)
    assert there.sent() == []
    assert there.campus.lms.quirks.called("token") == []


def test_a_row_that_mixes_two_platforms_is_never_sent(campus: Campus, session: Session, tmp_path: Path) -> None:
    other = campus.another(tmp_path / "other")
    here, there = desk(campus, session), desk(other, session)
    mixed = here.owe(15)
    mixed.person_id = there.person.id

    assert here.deliver(mixed).state is ScoreState.REFUSED
    assert (here.sent(), there.sent()) == ([], [])
