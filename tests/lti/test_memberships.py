"""Keeping a course's list of people beside what launches said: only a whole list tells who left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.celery import celery
from lrc.db import utcnow
from lti import memberships
from lti.memberships import ASKED_EVERY, AWAITED_FOR, FETCH_ROSTER, FRESH_FOR
from lti.models import Context, Membership, RosterState
from lti.rosters import Member, Roster, Shortfall
from lti.viewers import Role
from tests import factories

URL = "https://moodle.example/memberships"


@pytest.fixture
def context(session: Session) -> Context:
    made = factories.context(session)
    made.memberships_url = URL
    session.commit()
    return made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...]]]:
    """The tasks that went to the broker."""
    found: list[tuple[str, tuple[int, ...]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: found.append((name, args)))
    return found


def member(sub: str, name: str = "", groups: tuple[str, ...] | None = None, *, is_active: bool = True) -> Member:
    return Member(sub, name or f"Persona {sub}", (Role.STUDENT,), groups, is_active)


def came(*members: Member, shortfall: Shortfall | None = None) -> Roster:
    return Roster({each.sub: each for each in members}, shortfall=shortfall)


def take_in(session: Session, context: Context, roster: Roster, began_at: datetime | None = None) -> None:
    memberships.take_in(session, context.id, roster, began_at or utcnow())
    session.commit()


def kept(session: Session, context: Context) -> dict[str, Membership]:
    return {each.sub: each for each in session.scalars(select(Membership).where(Membership.context_id == context.id))}


def test_who_is_listed_is_kept_without_ever_having_come(session: Session, context: Context) -> None:
    take_in(session, context, came(member("4", "José Muñoz", ("12",))))
    [found] = kept(session, context).values()
    assert (found.name, found.folded_name, found.roster_roles, found.groups) == (
        "José Muñoz",
        "jose munoz",
        ["student"],
        ["12"],
    )
    assert (found.person_id, found.launched_at, found.launch_roles, found.left_at) == (None, None, [], None)
    assert found.listed_at is not None
    assert (context.roster_state, context.roster_failure) == (RosterState.READY, "")
    assert context.roster_fetched_at is not None


def test_what_launches_said_stays(session: Session, context: Context) -> None:
    person = factories.person(session, of=context.platform)
    launched_at = utcnow()
    session.add(
        Membership(
            context_id=context.id,
            sub="4",
            person_id=person.id,
            name="Asistente",
            launch_roles=["teacher"],
            launched_at=launched_at,
            groups=["7"],
        )
    )
    take_in(session, context, came(Member("4", "", (Role.STUDENT,), None, is_active=True)))
    [found] = kept(session, context).values()
    assert (found.name, found.launch_roles, found.roster_roles) == ("Asistente", ["teacher"], ["student"])
    assert (found.person_id, found.launched_at, found.groups) == (person.id, launched_at, ["7"])


def test_who_is_listed_no_more_has_left_and_may_come_back(session: Session, context: Context) -> None:
    take_in(session, context, came(member("4"), member("5")))
    take_in(session, context, came(member("5")))
    left_at = kept(session, context)["4"].left_at
    assert left_at is not None
    take_in(session, context, came(member("5")))
    assert kept(session, context)["4"].left_at == left_at
    take_in(session, context, came(member("4"), member("5")))
    assert {each.left_at for each in kept(session, context).values()} == {None}


def test_who_is_inactive_has_left_and_is_not_kept_where_unknown(session: Session, context: Context) -> None:
    take_in(session, context, came(member("4")))
    take_in(session, context, came(member("4", is_active=False), member("5", is_active=False)))
    found = kept(session, context)
    assert list(found) == ["4"]
    assert found["4"].left_at is not None


def test_part_of_a_list_or_an_empty_one_says_of_nobody_that_they_left(session: Session, context: Context) -> None:
    take_in(session, context, came(member("4"), member("5")))
    fetched_at = context.roster_fetched_at
    take_in(session, context, came(member("5"), member("6"), shortfall=Shortfall("forbidden", "said no")))
    assert {sub: each.left_at for sub, each in kept(session, context).items()} == {"4": None, "5": None, "6": None}
    assert (context.roster_state, context.roster_failure) == (RosterState.FAILED, "forbidden: said no")
    assert context.roster_fetched_at == fetched_at
    take_in(session, context, came())
    assert {each.left_at for each in kept(session, context).values()} == {None}
    assert context.roster_failure == ""


def test_who_came_and_was_never_listed_has_not_left(session: Session, context: Context) -> None:
    session.add(Membership(context_id=context.id, sub="2", launch_roles=["administrator"], launched_at=utcnow()))
    take_in(session, context, came(member("4")))
    assert kept(session, context)["2"].left_at is None


def test_a_list_that_was_asked_for_earlier_does_not_undo_a_later_one(session: Session, context: Context) -> None:
    began_at = utcnow()
    take_in(session, context, came(member("4"), member("5")))
    take_in(session, context, came(member("4")), began_at)
    assert kept(session, context)["5"].left_at is None


def test_a_course_that_is_gone_meanwhile_is_no_trouble(session: Session) -> None:
    memberships.take_in(session, 999, came(member("4")), utcnow())
    memberships.name_groups(session, 999, {"1": "A"})
    assert session.scalars(select(Membership)).all() == []


def test_a_list_is_asked_for_once_and_again_when_it_is_old(
    session: Session, context: Context, sent: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert memberships.is_stale(context)
    assert memberships.ask(session, context)
    assert not memberships.ask(session, context)
    assert sent == []
    session.commit()
    assert sent == [(FETCH_ROSTER, (context.id,))]
    assert (memberships.is_awaited(context), memberships.is_stale(context)) == (True, False)
    take_in(session, context, came(member("4")))
    assert (memberships.is_awaited(context), memberships.is_stale(context)) == (False, False)
    assert not memberships.ask(session, context)
    context.roster_asked_at = utcnow() - ASKED_EVERY
    assert memberships.ask(session, context)
    context.roster_state, context.roster_asked_at = RosterState.READY, utcnow() - FRESH_FOR
    assert memberships.is_stale(context)


def test_a_list_that_never_came_may_be_asked_for_again(session: Session, context: Context) -> None:
    context.roster_state, context.roster_asked_at = RosterState.ASKED, utcnow() - AWAITED_FOR - timedelta(seconds=1)
    assert (memberships.is_awaited(context), memberships.is_stale(context)) == (False, True)
    assert memberships.ask(session, context)


def test_a_platform_without_the_service_is_never_asked(session: Session, context: Context) -> None:
    context.memberships_url = ""
    assert not memberships.is_stale(context)
    assert not memberships.ask(session, context)
    assert context.roster_state is RosterState.NEVER
