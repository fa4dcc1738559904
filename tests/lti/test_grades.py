"""The ledger: what may be owed, that nothing is owed twice, and which score takes which one's place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.celery import celery
from lrc.db import transaction
from lrc.errors import Conflict, NotFound
from lti import grades
from lti.grades import ImpossibleScore, Reason
from lti.models import ResourceLink, Score, ScoreState
from tests.lti.scores import Pair, pair


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks.append((name, list(args))))
    return tasks


@pytest.fixture
def student(session: Session) -> Pair:
    return pair(session)


def states(session: Session, student: Pair) -> list[tuple[float, str]]:
    """The pair's scores, oldest first."""
    session.expire_all()
    found = session.scalars(grades.of_person(student.link.id, student.person.id)).all()
    return [(each.given, each.state.value) for each in reversed(found)]


def settled(session: Session, score: Score, state: ScoreState, reason: str = "") -> None:
    score.state, score.reason = state, reason
    session.commit()


def test_a_score_is_owed_and_handed_out_after_the_commit(
    session: Session, student: Pair, sent: list[tuple[str, list[Any]]]
) -> None:
    score = student.owe(15)
    assert sent == []
    session.commit()

    assert sent == [("lti.deliver_score", [score.id])]
    assert (score.given, score.maximum, score.state, score.origin) == (15, 20, ScoreState.CREATED, "quiz:1")


@pytest.mark.parametrize(
    ("given", "maximum"),
    [
        (-1, 20),
        (-0.001, 20),
        (21, 20),
        (0, 0),
        (1, -1),
        (float("nan"), 20),
        (1, float("nan")),
        (float("inf"), float("inf")),
        (1, float("inf")),
        (True, 20),
        ("10", 20),
        (None, 20),
        (10**400, 10**400),
    ],
)
def test_what_no_gradebook_can_hold_is_refused(session: Session, student: Pair, given: Any, maximum: Any) -> None:
    with pytest.raises(ImpossibleScore):
        student.owe(given, maximum)

    assert states(session, student) == []


@pytest.mark.parametrize(("given", "maximum"), [(0, 20), (20, 20), (0.1, 0.1), (33.33, 100)])
def test_the_ends_of_the_scale_are_taken(session: Session, student: Pair, given: float, maximum: float) -> None:
    assert student.owe(given, maximum).given == given


@pytest.mark.parametrize("origin", ["", "x" * 101])
def test_an_origin_must_say_what_earned_it(student: Pair, origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        student.owe(1, origin=origin)


def test_a_comment_may_hold_anything(session: Session, student: Pair) -> None:
    score = student.owe(1, comment="Bien\0 hecho " + "x" * 5000)
    session.commit()

    assert score.comment.startswith("Bien hecho ")
    assert len(score.comment) == 2000


@pytest.mark.parametrize("state", list(ScoreState))
def test_the_same_score_of_the_same_origin_is_owed_once(session: Session, student: Pair, state: ScoreState) -> None:
    first = student.owe(15)
    settled(session, first, state)

    again = student.owe(15)

    assert again.id == first.id
    assert len(states(session, student)) == 1


def test_a_refused_score_that_is_owed_again_is_tried_again(
    session: Session, student: Pair, sent: list[tuple[str, list[Any]]]
) -> None:
    first = student.owe(15)
    settled(session, first, ScoreState.REFUSED, Reason.NOT_A_STUDENT)
    sent.clear()

    student.owe(15)
    session.commit()

    assert states(session, student) == [(15, "created")]
    assert sent == [("lti.deliver_score", [first.id])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("created", "superseded"),
        ("refused", "superseded"),
        ("sending", "sending"),  # it settles first
        ("accepted", "accepted"),
        ("superseded", "superseded"),
    ],
)
def test_a_newer_score_takes_the_place_of_what_was_not_accepted(
    session: Session, student: Pair, before: str, after: str
) -> None:
    settled(session, student.owe(10), ScoreState(before))

    student.owe(15)
    session.commit()

    assert states(session, student) == [(10, after), (15, "created")]


def test_a_score_that_fell_back_is_owed_anew(session: Session, student: Pair) -> None:
    for given in (10, 15, 10):
        settled(session, student.owe(given), ScoreState.ACCEPTED)

    assert [given for given, _ in states(session, student)] == [10, 15, 10]


def test_many_who_owe_the_same_at_once_owe_it_once(app: Flask, session: Session, student: Pair) -> None:
    owe_at_once(app, student, [15] * 8)

    assert states(session, student) == [(15, "created")]


def test_of_many_scores_owed_at_once_one_is_left_to_send(app: Flask, session: Session, student: Pair) -> None:
    owe_at_once(app, student, [1, 2, 3, 4, 5, 6])

    found = states(session, student)
    assert [state for _, state in found] == ["superseded"] * 5 + ["created"]
    assert sorted(given for given, _ in found) == [1, 2, 3, 4, 5, 6]


def owe_at_once(app: Flask, student: Pair, scores: list[float]) -> None:
    link_id, person_id = student.link.id, student.person.id
    student.session.rollback()
    ready = Barrier(len(scores))

    def owe(given: float) -> None:
        with app.app_context():
            ready.wait(30)
            with transaction() as own:
                link = own.get_one(ResourceLink, link_id)
                grades.owe(own, link, person_id, given, 20, origin="quiz:1")

    with ThreadPoolExecutor(len(scores)) as threads:
        list(threads.map(owe, scores))


def test_other_people_and_links_keep_their_scores(session: Session, student: Pair) -> None:
    neighbour = student.neighbour()
    elsewhere = student.elsewhere()
    neighbour.owe(5)
    elsewhere.owe(6)

    student.owe(10)
    student.owe(15)
    session.commit()

    assert states(session, neighbour) == [(5, "created")]
    assert states(session, elsewhere) == [(6, "created")]


def test_nothing_is_owed_to_another_platforms_person(session: Session, student: Pair) -> None:
    stranger = pair(session, sub=student.person.sub)

    with pytest.raises(NotFound):
        grades.owe(session, student.link, stranger.person.id, 1, 20, origin="quiz:1")


@pytest.mark.parametrize("state", [ScoreState.REFUSED, ScoreState.CREATED])
def test_what_was_refused_or_waits_can_be_sent_at_once(
    session: Session, student: Pair, sent: list[tuple[str, list[Any]]], state: ScoreState
) -> None:
    score = student.owe(15)
    score.attempts = 15
    settled(session, score, state, Reason.GAVE_UP)
    sent.clear()

    grades.retry(session, score)
    session.commit()

    assert (score.state, score.reason, score.attempts) == (ScoreState.CREATED, "", 0)
    assert sent == [("lti.deliver_score", [score.id])]


@pytest.mark.parametrize("state", [ScoreState.ACCEPTED, ScoreState.SENDING, ScoreState.SUPERSEDED])
def test_what_is_settled_or_being_sent_is_not_sent_again(session: Session, student: Pair, state: ScoreState) -> None:
    score = student.owe(15)
    settled(session, score, state)

    with pytest.raises(Conflict):
        grades.retry(session, score)


def test_an_older_score_is_not_sent_again_over_a_newer(session: Session, student: Pair) -> None:
    older = student.owe(10)
    settled(session, older, ScoreState.SENDING)
    student.owe(15)
    settled(session, older, ScoreState.REFUSED)

    with pytest.raises(Conflict):
        grades.retry(session, older)
