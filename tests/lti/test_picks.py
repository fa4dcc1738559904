"""What can be picked, in which order it stays, and what may be said of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from lrc.errors import BadInput, Conflict
from lti import picks
from lti.models import Pick, StoredLaunch
from lti.picks import Described
from tests import factories

MANY = {"accept_types": ["ltiResourceLink"], "accept_multiple": True}
ONE = MANY | {"accept_multiple": False}
NONE = {"accept_types": ["link"], "accept_multiple": True}


def choosing(session: Session, settings: dict[str, Any] = MANY) -> StoredLaunch:
    made = factories.launch(session)
    made.claims = {"deep_linking": settings}
    return made


@pytest.fixture
def launch(session: Session) -> StoredLaunch:
    return choosing(session)


def add(session: Session, launch: StoredLaunch, *targets: str) -> list[Pick]:
    return [picks.add(session, launch, "resource", each, Described(f"Título {each}")) for each in targets]


def order(session: Session, launch: StoredLaunch) -> list[str]:
    return [each.target for each in session.scalars(picks.of(launch))]


def test_what_is_picked_stays_in_order_and_once(session: Session, launch: StoredLaunch) -> None:
    first, *_ = add(session, launch, "b", "a", "c")
    first.title = "Como lo llamó su docente"
    add(session, launch, "b")
    assert order(session, launch) == ["b", "a", "c"]
    assert first.title == "Como lo llamó su docente"


def test_each_visit_has_its_own(session: Session, launch: StoredLaunch) -> None:
    other = choosing(session)
    add(session, launch, "a", "b")
    add(session, other, "b")
    picks.take_out(session, other, "resource", "b")
    assert order(session, launch) == ["a", "b"]
    assert order(session, other) == []


def test_things_change_places_and_stay_at_the_ends(session: Session, launch: StoredLaunch) -> None:
    a, _b, c = add(session, launch, "a", "b", "c")
    picks.take_out(session, launch, "resource", "b")
    (d,) = add(session, launch, "d")
    picks.move(session, launch, d, -1)
    assert order(session, launch) == ["a", "d", "c"]
    picks.move(session, launch, a, -1)
    picks.move(session, launch, c, 1)
    assert order(session, launch) == ["a", "d", "c"]
    picks.move(session, launch, a, 1)
    assert order(session, launch) == ["d", "a", "c"]


def test_no_more_than_a_platform_can_take_at_once(session: Session, launch: StoredLaunch) -> None:
    add(session, launch, *map(str, range(picks.MOST)))
    with pytest.raises(Conflict, match="Conflict") as refusal:
        add(session, launch, "one more")
    assert str(picks.MOST) in str(refusal.value.message)
    add(session, launch, "0")
    picks.take_out(session, launch, "resource", "0")
    add(session, launch, "one more")
    assert order(session, launch)[-1] == "one more"


def test_where_one_is_taken_the_last_picked_counts(session: Session) -> None:
    launch = choosing(session, ONE)
    add(session, launch, "a", "b")
    assert order(session, launch) == ["b"]


def test_where_no_links_are_taken_none_is_picked(session: Session) -> None:
    with pytest.raises(Conflict):
        add(session, choosing(session, NONE), "a")


@pytest.mark.parametrize("target", ["", "$Context.id", "a\nb", "a  b", " a", "x" * 301, "a\x00"])
def test_what_moodle_would_not_give_back_as_it_was_is_refused(
    session: Session, launch: StoredLaunch, target: str
) -> None:
    with pytest.raises(BadInput):
        add(session, launch, target)


@pytest.mark.parametrize(
    ("described", "wrong"),
    [
        (Described("a"), []),
        (Described("a" * 255, "b" * 2000, 1), []),
        (Described("a", maximum=100), []),
        (Described(""), ["title"]),
        (Described("a" * 256), ["title"]),
        (Described("a", "b" * 2001), ["text"]),
        (Described("a", maximum=0), ["maximum"]),
        (Described("a", maximum=101), ["maximum"]),
        (Described("a", maximum=-5), ["maximum"]),
        (Described("", "b" * 2001, 200), ["title", "text", "maximum"]),
    ],
)
def test_names_texts_and_maxima_have_limits(described: Described, wrong: list[str]) -> None:
    assert list(picks.troubles_of(described)) == wrong
    pick = Pick(title="before")
    if wrong:
        with pytest.raises(BadInput):
            picks.describe(pick, described)
        assert pick.title == "before"
    else:
        picks.describe(pick, described)
        assert (pick.title, pick.text, pick.maximum) == (described.title, described.text, described.maximum)


@pytest.mark.parametrize(
    ("kind", "target"), [("resource", "a\x00"), ("a\x00", "1"), ("resource", "x" * 5000), ("", "")]
)
def test_what_could_never_be_picked_is_taken_out_without_a_word(
    session: Session, launch: StoredLaunch, kind: str, target: str
) -> None:
    add(session, launch, "1")
    picks.take_out(session, launch, kind, target)
    assert order(session, launch) == ["1"]
