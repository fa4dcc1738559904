"""The report of what was sought: sums, what is shown of it, and of whom nothing may be told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lti.viewers import Role, Viewer
from search import soughtlog, soughtreport
from search.models import Sought
from search.soughtreport import Choice, Scope, View
from tests import factories


@pytest.fixture
def me(session: Session) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN)


def count(session: Session, me: Viewer, words: str, *, days_ago: int = 0, **counts: int) -> None:
    row = {"times": 5, "askers": 4, "without_hits": 0, "clicks": 0, "hits": 3} | counts
    day = soughtlog.today() - timedelta(days=days_ago)
    session.add(Sought(day=day, institution_id=me.institution_id, words=words, typed=words.capitalize(), **row))
    session.flush()


def words(session: Session, me: Viewer, view: View = View.ASKED, days: int = 30, scope: Scope = Scope.OWN) -> list[str]:
    stretch = soughtreport.report(session, me, Choice(view, days, scope), 1)
    assert stretch.total == len(stretch.items)
    return [row.words for row in stretch.items]


def test_days_are_added_up_and_the_last_one_tells_how_many_are_found(session: Session, me: Viewer) -> None:
    count(session, me, "riego", days_ago=3, times=2, askers=2, clicks=1, without_hits=2, hits=0)
    count(session, me, "riego", times=3, askers=1, clicks=1, hits=9)
    count(session, me, "riego", days_ago=40)
    (row,) = soughtreport.report(session, me, Choice(), 1).items
    assert (row.typed, row.times, row.askers, row.in_vain, row.clicks, row.hits) == ("Riego", 5, 3, 2, 2, 9)


def test_a_period_ends_with_its_last_day(session: Session, me: Viewer) -> None:
    for days in (0, 6, 7, 29, 30, 89, 90):
        count(session, me, f"hace {days}", days_ago=days)
    assert len(words(session, me, days=7)) == 2
    assert len(words(session, me, days=30)) == 4
    assert len(words(session, me, days=90)) == 6


def test_views_show_what_they_promise(session: Session, me: Viewer) -> None:
    count(session, me, "mucho", times=50, clicks=9)
    count(session, me, "en vano", without_hits=5, hits=0)
    count(session, me, "a medias", without_hits=1, times=9)
    assert words(session, me) == ["mucho", "a medias", "en vano"]
    assert words(session, me, View.IN_VAIN) == ["en vano", "a medias"]
    assert words(session, me, View.UNOPENED) == ["a medias"]


def test_what_one_person_alone_may_have_sought_is_not_shown(session: Session, me: Viewer) -> None:
    for days in range(5):
        count(session, me, "siempre yo", days_ago=days, askers=1, without_hits=1)
    count(session, me, "dos", askers=2)
    count(session, me, "dos en vano", askers=2, without_hits=2, hits=0)
    count(session, me, "uno en vano", askers=1, without_hits=2, hits=0)
    count(session, me, "dos y uno", askers=2)
    count(session, me, "dos y uno", askers=1, days_ago=1)
    assert words(session, me) == ["dos y uno"]
    assert words(session, me, View.IN_VAIN) == ["dos en vano"]


def test_another_institution_is_seen_only_in_sums_of_two_or_more(session: Session, me: Viewer) -> None:
    other = factories.viewer(session, Role.LIBRARIAN)
    count(session, other, "de otros")
    count(session, me, "de todos", times=2, askers=1)
    count(session, other, "de todos", times=3, askers=2)
    count(session, me, "solo de dos", askers=1)
    count(session, other, "solo de dos", askers=1)
    assert words(session, me) == []
    assert words(session, me, scope=Scope.HOUSE) == ["de todos"]
    (row,) = soughtreport.report(session, me, Choice(scope=Scope.HOUSE), 1).items
    assert (row.times, row.askers) == (5, 3)
    assert words(session, other) == ["de otros"]


def test_long_reports_come_in_pages_and_whole_as_a_file(session: Session, me: Viewer) -> None:
    for number in range(45):
        count(session, me, f"palabra {number:02}", times=100 - number)
    last = soughtreport.report(session, me, Choice(), 99)
    assert (last.number, last.count, last.total, len(last.items)) == (3, 3, 45, 5)
    assert len(soughtreport.everything(session, me, Choice())) == 45
    assert soughtreport.most_asked(session, me, 2) == ["Palabra 00", "Palabra 01"]
