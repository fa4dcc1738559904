"""Fetching a course's people from the practice LMS, with Moodle's quirks."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.practice.classroom import NEVER_COMES
from lti import connector
from lti.models import Context, Membership, Person, RosterState
from lti.rostertasks import fetch_roster
from tests.campus import ADMINISTRATOR, ASSISTANT, CLASS, STUDENT, TEACHER, Campus


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "PAUSE_S", 0.01)


def fetched(session: Session) -> tuple[Context, dict[str, Membership]]:
    """The course after its list was asked for."""
    session.rollback()
    context_id = session.scalars(select(Context.id)).one()
    session.rollback()
    fetch_roster(context_id)
    context = session.scalars(select(Context).execution_options(populate_existing=True)).one()
    session.expire_all()
    found = session.scalars(select(Membership).where(Membership.context_id == context.id))
    return context, {each.sub: each for each in found}


def test_everybody_enrolled_is_known_with_the_roles_of_both_sides(campus: Campus, session: Session) -> None:
    for person in (TEACHER, ASSISTANT, STUDENT, ADMINISTRATOR):
        campus.launch(person)
    context, people = fetched(session)
    assert context.roster_state is RosterState.READY
    assert {each.sub for each in CLASS} | {NEVER_COMES} < set(people)
    assistant, administrator, absent = people[ASSISTANT.sub], people[ADMINISTRATOR.sub], people[NEVER_COMES]
    assert (assistant.launch_roles, assistant.roster_roles) == (["teacher"], ["student"])
    assert (administrator.listed_at, administrator.left_at) == (None, None)
    assert (absent.launched_at, absent.person_id, absent.name) == (None, None, "Estudiante 13")
    assert len(session.scalars(select(Person)).all()) == 4


def test_who_is_unenrolled_or_suspended_has_left(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    fetched(session)
    campus.unenrol("21")
    campus.suspend("22")
    _, people = fetched(session)
    assert {sub for sub, each in people.items() if each.left_at} == {"21", "22"}


def test_withheld_names_do_not_take_away_known_ones(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    campus.privacy(name=False, email=False)
    _, people = fetched(session)
    assert (people[STUDENT.sub].name, people[TEACHER.sub].name) == ("", TEACHER.name)


def test_a_failing_service_is_noted_and_forgotten_once_it_works(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    campus.lms.quirks.fail("memberships", 503, times=connector.GET_TRIES)
    context, people = fetched(session)
    assert (context.roster_state, context.roster_failure[:4]) == (RosterState.FAILED, "down")
    assert list(people) == [TEACHER.sub]
    context, people = fetched(session)
    assert (context.roster_state, context.roster_failure) == (RosterState.READY, "")
    assert STUDENT.sub in people


def test_keys_that_moodle_cannot_fetch_are_told_of(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    campus.lms.quirks.blocks_keys = True
    context, _ = fetched(session)
    assert context.roster_failure.startswith("keys-blocked")


def test_a_course_without_a_roster_is_left_alone(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    context = session.scalars(select(Context)).one()
    context.memberships_url = ""
    session.commit()
    context, people = fetched(session)
    assert (context.roster_state, list(people)) == (RosterState.NEVER, [TEACHER.sub])
    fetch_roster(999)
