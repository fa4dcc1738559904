"""Who may make one of two materials, and what is not merged so that readers lose nothing and gain nothing by it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from catalog import library
from catalog.days import today
from catalog.describing import description
from catalog.merging import leading, merges
from catalog.merging.merges import Choice
from catalog.models import Merge, ResourceState, Version
from lrc.db import transaction
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.viewers import EVERYONE, Role, institution_audience
from tests import factories
from tests.catalog.merging.desks import Desk


def test_a_file_that_nobody_reviewed_or_that_has_versions_is_not_taken(desk: Desk) -> None:
    draft = desk.has(record_id="c", state=ResourceState.WAITING)
    with pytest.raises(Conflict):
        desk.merges(merged=draft, takes_file=True)
    desk.session.add(Version(resource_id=desk.kept.id, number=1, content={}, state="published"))
    desk.session.flush()
    with pytest.raises(Conflict):
        desk.merges(takes_file=True)
    assert desk.kept.state is desk.merged.state is ResourceState.PUBLISHED


def test_who_may_see_it_is_one_of_both(desk: Desk) -> None:
    own = institution_audience(desk.librarian.institution_id)
    desk.kept.audience = own
    desk.session.flush()
    with pytest.raises(BadInput):
        desk.merges(audience="context:1")
    made = desk.merges(audience=EVERYONE)
    assert desk.kept.audience == EVERYONE
    desk.parts(made)
    assert desk.kept.audience == own


@pytest.mark.parametrize(
    ("kept", "merged"),
    [
        (ResourceState.WITHDRAWN, ResourceState.PUBLISHED),
        (ResourceState.WAITING, ResourceState.PUBLISHED),
    ],
)
def test_what_readers_have_is_not_merged_into_what_they_have_not(
    desk: Desk, kept: ResourceState, merged: ResourceState
) -> None:
    desk.kept.state, desk.merged.state = kept, merged
    desk.session.flush()
    with pytest.raises(Conflict):
        desk.merges()


def test_an_embargo_neither_shuts_what_was_open_nor_is_opened(desk: Desk) -> None:
    desk.kept.embargo_until = today() + timedelta(days=9)
    desk.session.flush()
    with pytest.raises(Conflict):
        desk.merges()
    desk.merges(kept=desk.merged, merged=desk.kept, takes_file=False)
    assert desk.merged.file
    with pytest.raises(Conflict):
        desk.merges(kept=desk.merged, merged=desk.has(embargo_until=desk.kept.embargo_until), takes_file=True)


def test_one_whose_new_version_waits_is_not_merged(desk: Desk) -> None:
    desk.session.add(Version(resource_id=desk.merged.id, number=1, content={}))
    desk.session.flush()
    with pytest.raises(Conflict):
        desk.merges()


def test_it_is_for_librarians_of_the_university_that_has_both(desk: Desk) -> None:
    elsewhere = factories.resource(desk.session)
    shared = factories.resource(desk.session, institution_id=None)
    module = factories.module(desk.session, by=desk.teacher)
    for other in (elsewhere, shared, module, desk.kept):
        with pytest.raises(NotFound):
            merges.get_both(desk.session, desk.viewer, desk.kept.id, other.id)
    teacher = factories.viewer(desk.session, Role.TEACHER, by=desk.teacher)
    with pytest.raises(NotAllowed):
        merges.get_both(desk.session, teacher, desk.kept.id, desk.merged.id)
    made = desk.merges()
    foreign = factories.viewer(desk.session, Role.LIBRARIAN)
    with pytest.raises(NotFound):
        merges.get_for_change(desk.session, foreign, made.id)
    with pytest.raises(NotFound):
        merges.get_both(desk.session, desk.viewer, desk.kept.id, desk.merged.id)


def test_a_reader_who_may_not_see_the_one_that_stays_is_not_led_there(desk: Desk) -> None:
    desk.kept.audience = institution_audience(desk.librarian.institution_id)
    desk.session.flush()
    desk.merges(audience=desk.kept.audience)
    with pytest.raises(NotFound) as absent:
        library.get(desk.session, factories.viewer(desk.session), desk.merged.id)
    assert not isinstance(absent.value, leading.Moved)


def test_of_two_librarians_who_unite_them_at_once_one_comes_too_late(app: Flask, desk: Desk) -> None:
    desk.session.commit()
    ids = desk.kept.id, desk.merged.id
    together = Barrier(2)

    def unites(one_id: int, other_id: int) -> str:
        with app.app_context():
            together.wait(timeout=30)
            try:
                with transaction() as session:
                    one, other = merges.get_both(session, desk.viewer, one_id, other_id, held=True)
                    merges.merge(session, desk.viewer, one, other, Choice(description.of(one), one.audience))
            except NotFound:
                return "late"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(unites, *each) for each in (ids, ids[::-1])]
        assert sorted(each.result(timeout=60) for each in tried) == ["done", "late"]
    desk.session.expire_all()
    assert len(desk.session.scalars(select(Merge)).all()) == 1


def test_what_readers_lost_since_they_do_not_get_back_by_taking_both_apart(desk: Desk) -> None:
    own, day = institution_audience(desk.librarian.institution_id), today() + timedelta(days=9)
    made = desk.merges(audience=EVERYONE)
    desk.kept.audience, desk.kept.embargo_until, desk.kept.state = own, day, ResourceState.WITHDRAWN
    desk.session.flush()
    desk.parts(made)
    assert [desk.kept.audience, desk.merged.audience] == [own, own]
    assert desk.merged.embargo_until == day
    assert desk.merged.state is ResourceState.WITHDRAWN
