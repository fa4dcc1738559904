"""What was put into courses: its id, what is offered first, and the grade that a link begins with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import claims, launches, placements
from lti.linksettings import manner_of
from lti.messages import Launch
from lti.models import Person, Pick, Placement, ResourceLink, StoredLaunch
from tests import factories


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session)


def picked(session: Session, launch: StoredLaunch, target: str, maximum: int | None = None) -> Pick:
    made = Pick(launch_id=launch.id, position=1, kind="resource", target=target, title=target, maximum=maximum)
    session.add(made)
    session.flush()
    return made


def launched(session: Session, person: Person, item: str, link: str = "7", **services: str) -> ResourceLink:
    """The link as a student's launch makes it known."""
    launch = Launch(
        sub="s1",
        roles=frozenset(),
        context_id="c1",
        resource_link_id=link,
        kind="resource",
        target="r1",
        item=item,
        message_type=claims.RESOURCE_LINK_REQUEST,
        services=services,
    )
    stored = launches.receive(session, person.platform, launch, 60)
    return session.get_one(ResourceLink, stored.claims["link_id"])


def test_an_item_is_hard_to_guess_and_the_same_when_sent_again(session: Session, person: Person) -> None:
    launch, other = factories.launch(session, by=person), factories.launch(session, by=person)
    items = {placements.item_of(picked(session, each, target)) for each in (launch, other) for target in ("a", "b")}
    assert len(items) == 4
    assert all(len(each) == 32 for each in items)
    again = placements.item_of(Pick(launch_id=launch.id, kind="resource", target="a", position=9, title="z"))
    assert again in items


def test_sending_again_brings_what_was_kept_up_to_date(session: Session, person: Person) -> None:
    launch = factories.launch(session, by=person)
    first, second = picked(session, launch, "a"), picked(session, launch, "b", 20)
    placements.record(session, launch, [first, second])
    first.title, first.maximum = "Otro nombre", 15
    placements.record(session, launch, [first])
    kept = {each.target: (each.title, each.maximum) for each in session.scalars(select(Placement))}
    assert kept == {"a": ("Otro nombre", 15), "b": ("b", 20)}


def test_the_last_used_comes_first_each_once_and_only_ones_own(session: Session, person: Person) -> None:
    others = factories.person(session)
    for number, (who, target) in enumerate([(person, "a"), (person, "b"), (person, "a"), (others, "c"), (person, "d")]):
        session.add(
            Placement(
                item=str(number),
                person_id=who.id,
                kind="resource",
                target=target,
                title="x",
                placed_at=utcnow() + timedelta(seconds=number),
            )
        )
    session.flush()
    assert [target for _, target in session.execute(placements.recent(person.id, 2))] == ["d", "a"]


def test_a_link_begins_with_the_maximum_with_which_it_was_placed(session: Session, person: Person) -> None:
    launch = factories.launch(session, by=person)
    graded, plain = picked(session, launch, "r1", 20), picked(session, launch, "r2")
    placements.record(session, launch, [graded, plain])
    link = launched(session, person, placements.item_of(graded))
    assert (link.is_graded, link.maximum) == (True, 20.0)
    copied = launched(session, person, placements.item_of(graded), link="copy")
    assert (copied.is_graded, copied.maximum) == (True, 20.0)
    other = launched(session, person, placements.item_of(plain), link="8")
    assert not other.is_graded


def test_an_activity_for_which_the_teacher_chose_anew_has_the_new_maximum(session: Session, person: Person) -> None:
    launch = factories.launch(session, by=person)
    graded, plain = picked(session, launch, "r1", 20), picked(session, launch, "r2")
    placements.record(session, launch, [graded, plain])
    launched(session, person, placements.item_of(graded))
    assert not launched(session, person, placements.item_of(plain)).is_graded
    column = launched(session, person, placements.item_of(plain), lineitem="https://moodle.example/1")
    assert column.is_graded, "the platform names a column all the same"


def test_it_stays_with_the_version_with_which_it_was_placed_and_a_copy_does_as_its_original(
    session: Session, person: Person
) -> None:
    launch = factories.launch(session, by=person)
    pinned, plain = picked(session, launch, "r1"), picked(session, launch, "r2")
    pinned.version = 3
    placements.record(session, launch, [pinned, plain])
    link = launched(session, person, placements.item_of(pinned))
    assert manner_of(link.settings).version == 3
    assert launched(session, person, placements.item_of(plain)).settings == {}
    assert manner_of(launched(session, person, placements.item_of(pinned)).settings).version == 3
    link.settings = {}
    assert launched(session, person, placements.item_of(pinned), link="copy").settings == {}


def test_an_unknown_item_says_nothing_of_grades(session: Session, person: Person) -> None:
    link = launched(session, person, "unknown")
    assert (link.is_graded, link.maximum) == (False, 100.0)
