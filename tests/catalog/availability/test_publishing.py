"""Publishing on a day: done when the day comes, and only of what was reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import review, versions
from catalog.availability import publishing, schedules
from catalog.availability.tasks import open_what_has_its_day
from catalog.days import today
from catalog.describing import description, editing
from catalog.models import RemarkKind, Rendition, RenditionKind, ResourceState, Scheduling
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.viewers import Role, Viewer
from tests import factories

TOMORROW = timedelta(days=1)


class Desk:
    """What waits at a university, and who reviews it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.teacher = factories.person(session, of=self.moodle)
        self.librarian = factories.person(session, of=self.moodle, librarian=True)
        self.viewer = factories.viewer(session, Role.LIBRARIAN, by=self.librarian)
        self.resource = factories.resource(session, "Texto", by=self.teacher, state=ResourceState.WAITING)

    def schedule(self, day: date | None = None) -> None:
        reviewed = review.fingerprint(self.session, self.resource)
        publishing.schedule(self.session, self.viewer, self.resource, day or today() + TOMORROW, reviewed=reviewed)

    def let_its_day_come(self) -> None:
        self.session.flush()
        scheduling = self.session.get_one(Scheduling, self.resource.id)
        scheduling.publish_on = today()
        self.session.commit()
        open_what_has_its_day()
        self.session.expire_all()

    def misses_its_day(self) -> None:
        self.schedule()
        scheduling = self.session.get_one(Scheduling, self.resource.id)
        scheduling.fingerprint = "0" * 64
        self.let_its_day_come()

    def missed(self, viewer: Viewer) -> list[int]:
        return [each.resource_id for each in self.session.scalars(schedules.missed(viewer))]


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return Desk(session)


def test_it_is_published_when_its_day_comes_in_the_name_of_who_reviewed_it(desk: Desk) -> None:
    desk.schedule()
    desk.session.commit()
    open_what_has_its_day()
    desk.session.expire_all()
    assert desk.resource.state is ResourceState.WAITING

    desk.let_its_day_come()
    assert desk.resource.state is ResourceState.PUBLISHED
    assert desk.resource.published_at is not None
    assert [(each.kind, each.author_id) for each in desk.resource.remarks] == [
        (RemarkKind.PUBLISHED, desk.librarian.id)
    ]
    assert schedules.of(desk.session, [desk.resource.id]) == {}


def test_what_changed_since_it_was_reviewed_goes_on_waiting_and_keeps_no_other_from_its_day(desk: Desk) -> None:
    desk.schedule()
    other = factories.resource(desk.session, "Otro", by=desk.teacher, state=ResourceState.WAITING)
    schedules.put(desk.session, other, desk.librarian.id, today(), review.fingerprint(desk.session, other))
    said = replace(description.of(desk.resource), title="Otra cosa")
    editing.describe(
        desk.session, factories.viewer(desk.session, Role.TEACHER, by=desk.teacher), desk.resource, said, seen=0
    )

    desk.let_its_day_come()
    assert desk.resource.state is ResourceState.WAITING
    assert other.state is ResourceState.PUBLISHED
    assert schedules.of(desk.session, [desk.resource.id, other.id]).keys() == {desk.resource.id}
    assert desk.session.scalars(schedules.due()).all() == []


def test_a_lighter_version_made_meanwhile_is_no_change(desk: Desk) -> None:
    desk.schedule()
    light = Rendition(kind=RenditionKind.PDF, key="files/light", media_type="application/pdf", size_bytes=9)
    assert desk.resource.file is not None
    desk.resource.file.renditions.append(light)
    desk.let_its_day_come()
    assert desk.resource.state is ResourceState.PUBLISHED


def test_what_missed_its_day_is_told_to_its_teacher_and_to_who_chose_the_day_until_it_is_decided(desk: Desk) -> None:
    stranger = factories.viewer(desk.session, Role.LIBRARIAN)
    teacher = factories.viewer(desk.session, Role.TEACHER, by=desk.teacher)
    desk.misses_its_day()
    told = {who: desk.missed(who) for who in (desk.viewer, teacher, stranger)}
    assert told == {desk.viewer: [desk.resource.id], teacher: [desk.resource.id], stranger: []}
    desk.schedule()
    assert desk.missed(teacher) == []
    desk.misses_its_day()
    review.publish(desk.session, desk.viewer, desk.resource)
    assert desk.missed(teacher) == []


def test_what_was_merged_meanwhile_is_told_to_nobody(desk: Desk) -> None:
    desk.schedule()
    desk.resource.state = ResourceState.MERGED
    desk.let_its_day_come()
    assert desk.missed(desk.viewer) == []


def test_who_is_concerned_reads_it_on_the_home_page_and_where_the_material_is(app: Flask, desk: Desk) -> None:
    teacher = factories.signed_in(app, desk.session, Role.TEACHER, by=desk.teacher)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    desk.misses_its_day()
    for who, pages in ((teacher, ("/", "/mine")), (librarian, ("/", "/review", f"/resources/{desk.resource.id}"))):
        for page in pages:
            assert "No se publicó el" in who.get(page).text.replace("no se", "No se"), page
    assert "Publicarlo otro día" in librarian.get(f"/resources/{desk.resource.id}").text


def test_what_is_returned_loses_its_day(desk: Desk) -> None:
    desk.schedule()
    review.send_back(desk.session, desk.viewer, desk.resource, "Falta la licencia")
    review.answer(desk.session, factories.viewer(desk.session, Role.TEACHER, by=desk.teacher), desk.resource, "Ya")
    assert desk.resource.state is ResourceState.WAITING
    assert schedules.of(desk.session, [desk.resource.id]) == {}


def test_the_day_can_be_changed_and_taken_away(desk: Desk) -> None:
    desk.schedule()
    desk.schedule(today() + timedelta(days=9))
    desk.session.flush()
    assert schedules.of(desk.session, [desk.resource.id])[desk.resource.id].publish_on == today() + timedelta(days=9)
    publishing.cancel(desk.session, desk.viewer, desk.resource)
    assert schedules.of(desk.session, [desk.resource.id]) == {}


@pytest.mark.parametrize("days", [-1, 0, 366 * 6])
def test_only_a_day_to_come_and_not_too_far_away_can_be_chosen(desk: Desk, days: int) -> None:
    with pytest.raises(BadInput):
        desk.schedule(today() + timedelta(days=days))


def test_who_may_not_publish_may_not_choose_a_day(desk: Desk) -> None:
    reviewed = review.fingerprint(desk.session, desk.resource)
    own = factories.viewer(desk.session, Role.TEACHER, Role.LIBRARIAN, by=desk.teacher)
    for nobody in (own, factories.viewer(desk.session, Role.LIBRARIAN), factories.viewer(desk.session)):
        with pytest.raises(NotAllowed):
            publishing.schedule(desk.session, nobody, desk.resource, today() + TOMORROW, reviewed=reviewed)
        with pytest.raises(NotAllowed):
            publishing.cancel(desk.session, nobody, desk.resource)


def test_nothing_else_than_what_was_seen_and_waits_gets_a_day(desk: Desk) -> None:
    with pytest.raises(Conflict):
        publishing.schedule(desk.session, desk.viewer, desk.resource, today() + TOMORROW, reviewed="0" * 64)
    desk.resource.state = ResourceState.PUBLISHED
    with pytest.raises(Conflict):
        desk.schedule()


def test_a_version_of_a_module_is_published_on_its_day_too(desk: Desk) -> None:
    module = factories.module(desk.session, by=desk.teacher, state=ResourceState.WAITING)
    reviewed = review.fingerprint(desk.session, module)
    publishing.schedule(desk.session, desk.viewer, module, today() + TOMORROW, reviewed=reviewed)
    desk.resource = module
    desk.let_its_day_come()
    assert module.state is ResourceState.PUBLISHED
    assert versions.published(desk.session, module.id) is not None


def test_the_day_is_chosen_and_taken_away_on_the_page_and_stands_in_the_queue(app: Flask, desk: Desk) -> None:
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    path = f"/resources/{desk.resource.id}"
    fields = {"on": str(today() + TOMORROW), "file": review.fingerprint(desk.session, desk.resource)}
    desk.session.commit()

    assert librarian.submit(f"{path}/schedule", {**fields, "on": "ayer"}).status_code == 422
    assert librarian.submit(f"{path}/schedule", {**fields, "on": ""}).status_code == 422
    assert librarian.submit(f"{path}/schedule", fields).status_code == 302
    assert "sin que hagas nada más" in librarian.get(path).text
    teacher = factories.signed_in(app, desk.session, Role.TEACHER, by=desk.teacher)
    assert "La biblioteca lo publicará el" in teacher.get(path).text
    assert "La biblioteca lo publicará el" not in librarian.get(path).text
    assert "Se publicará el" in librarian.get("/review").text
    assert librarian.submit(f"{path}/schedule", {"cancel": "yes"}).status_code == 302
    assert "Se publicará" not in librarian.get("/review").text
