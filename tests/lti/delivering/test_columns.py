"""The columns of a gradebook into which scores go: lost, found again, another's, and what they show."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lrc.practice.state import Column
from lti import connector, gradetasks
from lti.grades import Reason
from lti.models import ScoreState
from tests.campus import COURSE, STUDENT, Campus
from tests.lti.delivering.happenings import give_column, lose_column
from tests.lti.desks import Desk, desk


def test_without_a_column_the_score_is_refused(student: Desk) -> None:
    lose_column(student)

    score = student.deliver(student.owe(15))

    assert (score.state, score.reason, score.status) == (ScoreState.REFUSED, Reason.NO_COLUMN, 404)
    assert student.link.lineitem_url == ""


def test_a_column_that_came_back_elsewhere_is_found(student: Desk) -> None:
    before = student.link.lineitem_url
    lost = lose_column(student)
    give_column(student)
    assert lost != "900"

    score = student.deliver(student.owe(15))

    assert score.state is ScoreState.ACCEPTED
    assert student.now(score).link.lineitem_url != before
    assert "/900/" in student.now(score).link.lineitem_url


def test_a_column_whose_address_is_too_long_to_be_kept_is_not_taken(student: Desk) -> None:
    lose_column(student)
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


def test_a_launch_that_brings_a_column_has_the_score_sent(student: Desk) -> None:
    lost = lose_column(student)
    score = student.deliver(student.owe(15))
    assert score.reason == Reason.NO_COLUMN

    give_column(student)
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
