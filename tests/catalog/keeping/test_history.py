"""A history only for who asked for it, and forgotten when they say so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.keeping import history
from catalog.models import ReadingHabits, ResourceState, Visited
from lrc.db import utcnow
from tests import factories


def test_nobody_has_a_history_who_did_not_ask(session: Session) -> None:
    rosa, guide = factories.viewer(session), factories.resource(session)
    assert not history.is_kept(session, rosa)
    assert not history.is_due(session, rosa, guide)
    session.add(ReadingHabits(person_id=rosa.person_id, settings={"size": 120}))
    session.flush()
    assert not history.is_due(session, rosa, guide)


def test_what_was_opened_is_told_latest_first_while_it_can_be_seen(session: Session) -> None:
    rosa, luis = factories.viewer(session), factories.viewer(session)
    first, second, gone = (factories.resource(session, title=title) for title in ("Uno", "Dos", "Tres"))
    history.keep(session, rosa, kept=True)
    for each in (first, second, gone):
        assert history.is_due(session, rosa, each)
        history.note(session, rosa, each)
    assert not history.is_due(session, rosa, first)
    session.scalars(select(Visited).where(Visited.resource_id == second.id)).one().opened_at -= timedelta(hours=1)
    gone.state = ResourceState.WITHDRAWN
    session.flush()
    assert [each.resource.title for each in session.scalars(history.visited(rosa))] == ["Uno", "Dos"]
    assert list(session.scalars(history.visited(luis))) == []


def test_the_same_again_is_told_once_and_old_things_go(session: Session) -> None:
    rosa, guide, old = factories.viewer(session), factories.resource(session), factories.resource(session)
    history.keep(session, rosa, kept=True)
    history.note(session, rosa, old)
    session.scalars(select(Visited)).one().opened_at = utcnow() - history.KEPT - timedelta(days=1)
    session.flush()
    history.note(session, rosa, guide)
    history.note(session, rosa, guide)
    assert [each.resource_id for each in session.scalars(select(Visited))] == [guide.id]


def test_stopping_forgets_and_clearing_goes_on(session: Session) -> None:
    rosa, luis, guide = factories.viewer(session), factories.viewer(session), factories.resource(session)
    for each in (rosa, luis):
        history.keep(session, each, kept=True)
        history.note(session, each, guide)
    history.clear(session, rosa)
    assert history.is_kept(session, rosa)
    assert [each.person_id for each in session.scalars(select(Visited))] == [luis.person_id]
    history.keep(session, luis, kept=False)
    assert not history.is_kept(session, luis)
    assert list(session.scalars(select(Visited))) == []
