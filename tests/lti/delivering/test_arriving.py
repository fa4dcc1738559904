"""Scores on their way into the gradebook of a practice LMS that behaves like Moodle, its quirks included."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import gradetasks
from lti.grades import Reason
from lti.models import ScoreState
from tests.campus import STUDENT, Campus
from tests.lti.delivering.happenings import later
from tests.lti.desks import Desk, desk


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
