"""Two materials become one, and two again: what hangs on them goes along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog import classes, identities, library, links, named, openings, sweeping
from catalog.describing import bulk, description, editing
from catalog.describing.description import Description
from catalog.keeping import lists
from catalog.merging import leading, merges, moving
from catalog.models import (
    Authorship,
    Cohort,
    Course,
    CourseModule,
    Enrolment,
    Opening,
    OwnListItem,
    Place,
    RemarkKind,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
from lrc.db import Base, utcnow
from lrc.errors import Conflict
from lti.models import Context, Person, ResourceLink
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.merging.desks import Desk

OF_COURSES = {Authorship, Cohort, Course, CourseModule, Enrolment}
"""What names courses and modules alone, which are never merged."""


def test_the_one_that_stays_says_what_was_chosen_and_the_other_leads_to_it(desk: Desk) -> None:
    desk.merges()
    assert (desk.kept.title, desk.kept.subjects, desk.kept.date) == ("Suelos andinos", ["Suelos", "Andes"], "2019")
    assert (desk.kept.state, desk.merged.state) == (ResourceState.PUBLISHED, ResourceState.MERGED)
    reader = factories.viewer(desk.session)
    for ask in (
        lambda: library.get(desk.session, reader, desk.merged.id),
        lambda: library.get(desk.session, desk.viewer, desk.merged.id),
        lambda: library.get_for_change(desk.session, desk.viewer, desk.merged.id),
        lambda: library.get_by_record(desk.session, reader, "b"),
    ):
        with pytest.raises(leading.Moved) as led:
            ask()
        assert led.value.kept is desk.kept


def test_each_keeps_in_its_trail_what_was_done(desk: Desk) -> None:
    made = desk.merges()
    desk.parts(made)
    for each, other in ((desk.kept, desk.merged), (desk.merged, desk.kept)):
        said = [(remark.kind, remark.author_id) for remark in each.remarks]
        assert said == [(RemarkKind.MERGED, desk.librarian.id), (RemarkKind.PARTED, desk.librarian.id)]
        assert other.record_id in each.remarks[0].text


def test_lists_and_places_go_along_without_doubles_and_come_back(desk: Desk) -> None:
    one, two = (factories.viewer(desk.session, by=desk.somebody()) for _ in range(2))
    lists.add(desk.session, one, desk.merged)
    for each in (desk.kept, desk.merged):
        lists.add(desk.session, two, each)
    desk.session.add(Place(person_id=one.person_id, resource_id=desk.merged.id, page=3))
    desk.session.flush()
    made = desk.merges()
    assert favourites(desk, one) == favourites(desk, two) == [desk.kept.id]
    assert desk.session.scalars(select(Place.resource_id)).all() == [desk.kept.id]
    desk.parts(made)
    assert favourites(desk, one) == [desk.merged.id]
    assert sorted(favourites(desk, two)) == sorted([desk.kept.id, desk.merged.id])
    assert desk.session.scalars(select(Place.resource_id)).all() == [desk.merged.id]


def favourites(desk: Desk, viewer: Viewer) -> list[int]:
    mine = lists.mine(desk.session, viewer)[0].own_list
    return [each.resource_id for each in desk.session.scalars(lists.visible_items(viewer, mine))]


def opened(desk: Desk, where: Context, who: Person, what: Resource, times: int, *, read: bool = False) -> Opening:
    made = Opening(context_id=where.id, person_id=who.id, resource_id=what.id, times=times)
    made.read_at = utcnow() if read else None
    desk.session.add(made)
    desk.session.flush()
    return made


def test_what_was_opened_is_added_up_and_taken_apart_again(desk: Desk) -> None:
    course = factories.context(desk.session)
    both, one = desk.somebody(), desk.somebody()
    kept = opened(desk, course, both, desk.kept, 2)
    opened(desk, course, both, desk.merged, 3, read=True)
    opened(desk, course, one, desk.merged, 1)
    made = desk.merges()
    desk.session.refresh(kept)
    assert (kept.times, kept.read_at is not None) == (5, True)
    told = desk.session.execute(openings.of_person(course.id, both.id, 9)).all()
    assert [(opening.times, resource.id) for opening, resource in told] == [(5, desk.kept.id)]
    assert [each.resource_id for each, _ in desk.session.execute(openings.of_person(course.id, one.id, 9))] == [
        desk.kept.id
    ]
    desk.parts(made)
    desk.session.refresh(kept)
    assert kept.times == 2
    rows = desk.session.execute(select(Opening.person_id, Opening.resource_id, Opening.times))
    assert {tuple(row) for row in rows} == {
        (both.id, desk.kept.id, 2),
        (both.id, desk.merged.id, 3),
        (one.id, desk.merged.id, 1),
    }


def test_links_in_courses_open_the_one_that_stays_and_its_class_counts_there(desk: Desk) -> None:
    course = factories.context(desk.session)
    link = ResourceLink(context_id=course.id, resource_link_id="7", kind="resource", target="b", title="Lectura")
    link.is_graded, link.maximum = True, 100
    desk.session.add(link)
    desk.session.flush()
    desk.merges()
    student = factories.viewer(desk.session, Role.STUDENT, by=desk.somebody(), where=course)
    found = links.find(desk.session, student, "resource", "b")
    assert (found.exists, found.target, found.values) == (True, "b", {"resource_id": desk.kept.id})
    assert [each.resource_id for each in classes.links(desk.session, course.id)] == [desk.kept.id]
    assert openings.is_due(desk.session, student, desk.kept)
    mark = openings.find_mark(desk.session, student, desk.kept)
    assert mark is not None
    assert mark.link is link
    assert moving.count(desk.session, desk.kept).links == 1


def test_the_file_of_the_other_one_is_known_as_that_of_the_one_that_stays(desk: Desk) -> None:
    assert desk.merged.file
    desk.merges()
    with pytest.raises(library.AlreadyHeld) as held:
        library.refuse_twin(desk.session, factories.viewer(desk.session), desk.merged.file.sha256)
    assert held.value.twin is desk.kept


def test_a_table_of_many_has_no_line_for_what_was_merged(desk: Desk) -> None:
    desk.merges()
    assert desk.session.scalars(bulk.chosen(desk.viewer, "all")).all() == [desk.kept]


def test_what_names_the_other_one_by_its_id_is_shown_the_one_that_stays(desk: Desk) -> None:
    desk.merges()
    for visible in (select(Resource), library.visible_to(factories.viewer(desk.session))):
        found = leading.by_record(desk.session, visible, ["a", "b", "c"])
        assert found == {"a": desk.kept, "b": desk.kept}
    told = named.known(desk.session, desk.viewer, ["b"])["b"]
    assert (told.record_id, told.title, told.is_found) == ("b", "Suelos andinos", False)


def test_it_is_found_by_what_the_other_was_known_by(desk: Desk) -> None:
    desk.merged.identifiers = ["10.1590/b"]
    desk.session.flush()
    desk.merges(said=description.of(desk.kept))
    found = identities.find_all(desk.session, factories.viewer(desk.session), [("doi", "10.1590/b")])
    assert found == {("doi", "10.1590/b"): desk.kept}


def test_what_was_merged_goes_on_with_what_takes_it_in(desk: Desk) -> None:
    third = desk.has(record_id="c", title="Suelos")
    first = desk.merges()
    second = desk.merges(kept=third, merged=desk.kept)
    reader = factories.viewer(desk.session)
    with pytest.raises(leading.Moved) as led:
        library.get_by_record(desk.session, reader, "b")
    assert led.value.kept is third
    assert not merges.can_part(first)
    with pytest.raises(Conflict):
        desk.parts(first)
    desk.parts(second)
    desk.parts(first)
    assert library.get_by_record(desk.session, reader, "b") is desk.merged


def test_parting_takes_the_description_back_unless_it_was_changed_since(desk: Desk) -> None:
    made = desk.merges()
    assert desk.parts(made)
    assert (desk.kept.subjects, desk.kept.date, desk.merged.state) == (["Suelos"], "", ResourceState.PUBLISHED)
    made = desk.merges()
    said = Description("Suelos", date="2020")
    editing.describe(desk.session, desk.viewer, desk.kept, said, seen=editing.last_edit(desk.session, desk.kept))
    assert not desk.parts(made)
    assert desk.kept.date == "2020"


def test_its_file_may_be_taken_and_goes_back(desk: Desk) -> None:
    own, other = desk.kept.file, desk.merged.file
    assert own
    assert other
    made = desk.merges(takes_file=True)
    assert (desk.kept.file, desk.merged.file) == (other, own)
    desk.parts(made)
    desk.session.expire_all()
    assert (desk.kept.file, desk.merged.file) == (own, other)


def test_after_thirty_days_it_is_settled_and_nothing_is_left_twice(desk: Desk) -> None:
    reader = factories.viewer(desk.session, by=desk.somebody())
    for each in (desk.kept, desk.merged):
        lists.add(desk.session, reader, each)
    made = desk.merges()
    merges.forget_old(desk.session)
    assert merges.can_part(made)
    made.at = utcnow() - timedelta(days=31)
    merges.forget_old(desk.session)
    assert (made.undoing, made.is_settled) == ({}, True)
    assert desk.session.scalars(select(OwnListItem.resource_id)).all() == [desk.kept.id]
    with pytest.raises(Conflict):
        desk.parts(made)


def test_the_file_of_what_was_merged_goes_once_it_is_settled_and_its_bytes_still_lead_to_what_was_kept(
    desk: Desk,
) -> None:
    file = desk.merged.file
    assert file
    sha256 = file.sha256
    made = desk.merges()
    assert merges.let_files_go(desk.session) == 0
    made.at = utcnow() - timedelta(days=31)
    merges.forget_old(desk.session)
    assert merges.let_files_go(desk.session) == 1
    assert sweeping.drop_unused(desk.session) == 1
    desk.session.flush()
    desk.session.expire_all()
    assert (desk.merged.file, desk.kept.file is None) == (None, False)
    with pytest.raises(library.AlreadyHeld) as held:
        library.refuse_twin(desk.session, factories.viewer(desk.session), sha256)
    assert held.value.twin is desk.kept


def test_a_file_of_which_versions_are_kept_stays_with_what_was_merged(desk: Desk) -> None:
    desk.session.add(Version(resource_id=desk.merged.id, number=1, state=VersionState.PUBLISHED, content={}))
    made = desk.merges()
    made.at = utcnow() - timedelta(days=31)
    merges.forget_old(desk.session)
    assert merges.let_files_go(desk.session) == 0
    assert desk.merged.file is not None


def test_every_table_that_names_materials_either_follows_or_stays() -> None:
    naming = {
        f"{mapper.local_table.name}.{column.name}"
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("catalog.models.") and mapper.class_ not in OF_COURSES
        for column in mapper.local_table.columns
        if any(key.column.table.name == "resources" for key in column.foreign_keys)
    }
    assert naming == {each.name for each in moving.FOLLOWERS} | moving.STAYING
