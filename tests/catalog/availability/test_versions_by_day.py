"""A version of a published material is published on a day as anything else: only what was reviewed, and it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.availability import publishing, schedules
from catalog.availability.tasks import open_what_has_its_day
from catalog.days import today
from catalog.editions import deciding, handing
from catalog.models import RemarkKind, ResourceState, Scheduling, Version, VersionState
from lrc.errors import Conflict, NotAllowed
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer

TOMORROW = timedelta(days=1)


class Calendar(Drawer):
    """A version that was read waits."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.version: Version = self.hand_in(title="Papas del Perú")
        self.read(self.version)

    def schedule(self) -> None:
        reviewed = deciding.fingerprint(self.session, self.resource, self.version)
        publishing.schedule(self.session, self.by_librarian(), self.resource, today() + TOMORROW, reviewed=reviewed)

    def has_a_day(self) -> bool:
        return bool(schedules.of(self.session, [self.resource.id]))

    def let_its_day_come(self) -> None:
        self.session.flush()
        self.session.get_one(Scheduling, self.resource.id).publish_on = today()
        self.session.commit()
        open_what_has_its_day()
        self.session.expire_all()


@pytest.fixture
def calendar(app: Flask, session: Session) -> Calendar:
    return Calendar(session)


def test_what_is_published_stays_until_the_day_comes_and_then_the_version_takes_its_place(calendar: Calendar) -> None:
    calendar.schedule()
    calendar.session.commit()
    open_what_has_its_day()
    calendar.session.expire_all()
    assert (calendar.resource.title, calendar.text()) == ("Papas nativas", "Texto viejo")

    calendar.let_its_day_come()
    assert calendar.standing() == {1: VersionState.REPLACED, 2: VersionState.PUBLISHED}
    assert (calendar.resource.title, calendar.text()) == ("Papas del Perú", "Texto nuevo")
    last = calendar.resource.remarks[-1]
    assert (last.kind, last.author_id, last.version_number) == (RemarkKind.PUBLISHED, calendar.librarian.id, 2)
    assert not calendar.has_a_day()


def test_what_changed_since_goes_on_waiting_and_is_told(calendar: Calendar) -> None:
    calendar.schedule()
    calendar.hand_in(file="", title="Papas de los Andes")
    calendar.let_its_day_come()

    assert calendar.version.state is VersionState.WAITING
    assert calendar.resource.title == "Papas nativas"
    for viewer in (calendar.by_teacher(), calendar.by_librarian()):
        missed = calendar.session.scalars(schedules.missed(viewer)).all()
        assert [each.resource_id for each in missed] == [calendar.resource.id]


def test_what_was_merged_meanwhile_is_not_published_again(calendar: Calendar) -> None:
    calendar.schedule()
    calendar.resource.state = ResourceState.MERGED
    calendar.let_its_day_come()
    assert calendar.resource.state is ResourceState.MERGED
    assert calendar.version.state is VersionState.WAITING


def test_whatever_is_decided_before_the_day_takes_the_day_away(calendar: Calendar) -> None:
    calendar.schedule()
    deciding.send_back(calendar.session, calendar.by_librarian(), calendar.resource, "Falta una página")
    assert not calendar.has_a_day()
    calendar.hand_in("Ya está", file="")
    calendar.schedule()
    handing.take_back(calendar.session, calendar.by_teacher(), calendar.resource)
    assert not calendar.has_a_day()
    calendar.read(calendar.hand_in())
    calendar.version = calendar.session.get_one(Version, calendar.version.id + 1)
    calendar.schedule()
    calendar.publish()
    assert not calendar.has_a_day()


def test_only_a_reviewer_gives_a_day_and_only_to_what_was_seen_and_read(calendar: Calendar) -> None:
    seen = deciding.fingerprint(calendar.session, calendar.resource, calendar.version)
    day = today() + TOMORROW
    for nobody in (calendar.by_teacher(), factories.viewer(calendar.session, Role.LIBRARIAN)):
        with pytest.raises(NotAllowed):
            publishing.schedule(calendar.session, nobody, calendar.resource, day, reviewed=seen)
    with pytest.raises(Conflict):
        publishing.schedule(calendar.session, calendar.by_librarian(), calendar.resource, day, reviewed="otra")
    calendar.version = calendar.hand_in()
    with pytest.raises(Conflict) as refused:
        calendar.schedule()
    assert "todavía no se leyó" in str(refused.value.message)


def test_the_day_is_chosen_on_the_page_of_the_version_and_told_to_its_teacher(app: Flask, calendar: Calendar) -> None:
    fields = {"on": str(today() + TOMORROW)}
    fields["file"] = deciding.fingerprint(calendar.session, calendar.resource, calendar.version)
    librarian = factories.signed_in(app, calendar.session, Role.LIBRARIAN, by=calendar.librarian)
    teacher = factories.signed_in(app, calendar.session, Role.TEACHER, by=calendar.teacher)
    resource, page = (f"/resources/{calendar.resource.id}", f"/resources/{calendar.resource.id}/versions/2")

    assert fields["file"] in librarian.get(page).text
    assert librarian.submit(f"{resource}/schedule", fields).location == page
    assert "sin que hagas nada más" in librarian.get(page).text
    assert "La biblioteca la publicará el" in teacher.get(page).text
    assert "La biblioteca la publicará el" in teacher.get(resource).text
    assert librarian.submit(f"{resource}/schedule", {"cancel": "yes"}).location == page
    assert "La biblioteca la publicará el" not in teacher.get(page).text
