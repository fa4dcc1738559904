"""What many tries tell of an address: dead only after some time, asked ever more rarely, and its host not pressed."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import cast

import pytest
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from catalog.library import Details
from catalog.models import Resource, ResourceState, WebLink, WebLinkState
from catalog.weblinks import lives, weblinks
from catalog.weblinks.asking import Life, Seen
from lrc.db import utcnow
from lti.viewers import Viewer
from tests import factories

GONE = Seen(Life.GONE, 404, "gone")
FAILED = Seen(Life.FAILED, 503, "error")
ANSWERED = Seen(Life.ANSWERED, 200)


def link(session: Session, who: Viewer, url: str = "https://riego.edu.pe/goteo") -> WebLink:
    return session.get_one(WebLink, weblinks.add(session, who, Details(title="Riego"), url).id)


def later(link: WebLink, by: timedelta) -> None:
    if link.failing_at is not None:
        link.failing_at -= by


@pytest.mark.parametrize(("seen", "tries", "days"), [(GONE, 2, 1), (FAILED, 4, 3)])
def test_what_fails_again_and_again_is_dead_after_some_days(
    session: Session, teacher: Viewer, seen: Seen, tries: int, days: int
) -> None:
    found = link(session, teacher)
    for _try in range(tries + 2):
        lives.note(found, seen)
    assert (found.state, found.tries) == (WebLinkState.UNKNOWN, tries + 2)  # all within a minute

    later(found, timedelta(days=days))
    lives.note(found, seen)
    assert (found.state, found.failure) == (WebLinkState.DEAD, seen.failure)
    assert utcnow() - found.since < timedelta(minutes=1)


def test_once_is_not_enough_however_long_ago(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    found.failing_at = utcnow() - timedelta(days=30)
    lives.note(found, GONE)
    assert found.state is WebLinkState.UNKNOWN


def test_what_answers_again_is_alive_and_its_failures_forgotten(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    lives.note(found, GONE)
    later(found, timedelta(days=2))
    lives.note(found, GONE)
    assert found.state is WebLinkState.DEAD
    lives.note(found, ANSWERED)
    assert (found.state, found.tries, found.failing_at, found.failure) == (WebLinkState.ALIVE, 0, None, "")
    since = found.since
    lives.note(found, ANSWERED)
    assert found.since == since


def test_who_does_not_let_us_look_is_unknown_and_not_dead(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    for _try in range(6):
        later(found, timedelta(days=3))
        lives.note(found, Seen(Life.UNSEEN, 403, "closed"))
    assert (found.state, found.tries) == (WebLinkState.UNKNOWN, 0)


def test_failures_are_tried_again_ever_later(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    waits = []
    for _try in range(7):
        lives.note(found, FAILED)
        waits.append(found.due_at - utcnow())
    assert waits[0] < timedelta(hours=2)
    assert timedelta(days=7) < waits[-1] < timedelta(days=10)
    assert all(one < other for one, other in pairwise(waits[:5]))


def test_where_it_moved_is_kept_until_it_answers_there_no_more(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    lives.note(found, Seen(Life.MOVED, 200, "", "https://riego.edu.pe/otra"))
    assert (found.state, found.moved_to) == (WebLinkState.MOVED, "https://riego.edu.pe/otra")
    lives.note(found, ANSWERED)
    assert (found.state, found.moved_to) == (WebLinkState.ALIVE, "")


def test_a_round_is_bounded_and_presses_no_host(session: Session, teacher: Viewer) -> None:
    for number in range(lives.MOST_A_HOST + 3):
        link(session, teacher, f"https://uno.edu.pe/{number}")
    for number in range(3):
        link(session, teacher, f"https://dos.edu.pe/{number}")
    handed = lives.due(session)
    assert [each.host for each in handed].count("uno.edu.pe") == lives.MOST_A_HOST
    assert len(handed) == lives.MOST_A_HOST + 3
    assert [each.host for each in lives.due(session)] == ["uno.edu.pe"] * 3  # the others are handed out


def test_what_an_import_changed_is_followed_when_its_turn_comes(session: Session, teacher: Viewer) -> None:
    moved, gone, same = (link(session, teacher, f"https://uno.edu.pe/{number}") for number in range(3))
    lives.note(moved, GONE)
    moved.due_at = utcnow()
    session.flush()
    rows = cast(Table, Resource.__table__)
    for each, told in ((moved, ["https://dos.edu.pe/"]), (gone, [])):
        session.execute(update(rows).where(rows.c.id == each.resource_id).values(identifiers=told))
    session.expire_all()
    assert [each.resource_id for each in lives.due(session)] == [same.resource_id]
    session.flush()
    session.expire_all()
    [handed] = lives.due(session)
    assert (handed.url, handed.host, handed.tries) == ("https://dos.edu.pe/", "dos.edu.pe", 0)
    assert len(session.scalars(select(WebLink)).all()) == 2


def test_what_was_withdrawn_is_asked_no_more(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    found.resource.state = ResourceState.WITHDRAWN
    session.flush()
    assert lives.due(session) == []


def test_librarians_have_only_their_own_to_mend(session: Session, teacher: Viewer) -> None:
    found = link(session, teacher)
    found.state = WebLinkState.DEAD
    session.flush()
    other = factories.institution(session)
    assert lives.count(session, teacher.institution_id, [WebLinkState.DEAD]) == 1
    assert lives.count(session, teacher.institution_id, [WebLinkState.MOVED]) == 0
    assert lives.count(session, other.id, [WebLinkState.DEAD]) == 0
