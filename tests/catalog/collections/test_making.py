"""How librarians make collections: nesting, order, limits, deleting, what stands in one, and shelves."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.collections import contents, making, seeing, shelves
from catalog.collections.form import CollectionForm
from catalog.collections.making import Words
from catalog.models import Collection, CollectionItem, Merge, Resource, ResourceState
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.viewers import Role, Viewer
from tests import factories


@pytest.fixture
def librarian(session: Session) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN)


def made(session: Session, librarian: Viewer, title: str, parent: Collection | None = None) -> Collection:
    return making.make(session, librarian, Words(title, is_published=True, parent_id=parent.id if parent else None))


def moved_into(session: Session, librarian: Viewer, collection: Collection, parent: Collection) -> None:
    making.change(session, librarian, collection, Words(collection.title, parent_id=parent.id))
    session.flush()


def order(session: Session, librarian: Viewer) -> list[tuple[str, int]]:
    session.flush()
    return [(each.title, level) for each, level in making.tree(session, librarian)]


def test_only_librarians_make_them_and_only_their_own(session: Session, librarian: Viewer) -> None:
    with pytest.raises(NotAllowed):
        making.make(session, factories.viewer(session, Role.TEACHER), Words("Mía"))
    own = made(session, librarian, "Una")
    elsewhere = factories.viewer(session, Role.LIBRARIAN)
    with pytest.raises(NotFound):
        making.get_own(session, elsewhere, own.id)
    with pytest.raises(NotFound):
        making.make(session, elsewhere, Words("Dentro de otra", parent_id=own.id))
    with pytest.raises(NotAllowed):
        making.get_own(session, factories.viewer(session), own.id)


def test_none_is_part_of_itself_or_too_deep(session: Session, librarian: Viewer) -> None:
    one = made(session, librarian, "1")
    two = made(session, librarian, "2", one)
    three = made(session, librarian, "3", two)
    for collection, parent in ((one, one), (one, three), (one, two)):
        with pytest.raises(Conflict):
            moved_into(session, librarian, collection, parent)
    with pytest.raises(Conflict):
        made(session, librarian, "4", three)
    other = made(session, librarian, "otra")
    with pytest.raises(Conflict):
        moved_into(session, librarian, one, other)
    moved_into(session, librarian, two, other)
    assert order(session, librarian) == [("1", 0), ("otra", 0), ("2", 1), ("3", 2)]
    offered = [each.title for each, _level in making.parents_for(session, librarian, two)]
    assert offered == ["1", "otra"]


def test_they_change_places_among_their_own_kind(session: Session, librarian: Viewer) -> None:
    one, two = made(session, librarian, "1"), made(session, librarian, "2")
    inside = [made(session, librarian, title, one) for title in "ab"]
    making.move(session, librarian, two, up=True)
    making.move(session, librarian, inside[0], up=False)
    making.move(session, librarian, inside[0], up=False)
    assert order(session, librarian) == [("2", 0), ("1", 0), ("b", 1), ("a", 1)]


def test_what_was_part_of_a_deleted_one_comes_to_its_parent(session: Session, librarian: Viewer) -> None:
    one = made(session, librarian, "1")
    two = made(session, librarian, "2", one)
    made(session, librarian, "3", two)
    contents.add(session, two, factories.resource(session))
    making.delete(session, librarian, two)
    assert order(session, librarian) == [("1", 0), ("3", 1)]
    assert list(session.scalars(select(CollectionItem))) == []
    assert len(list(session.scalars(select(Resource)))) == 1


def test_they_and_what_stands_in_them_are_bounded(
    session: Session, librarian: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_COLLECTIONS", 1)
    monkeypatch.setattr(contents, "MOST_ITEMS", 1)
    one = made(session, librarian, "1")
    with pytest.raises(Conflict):
        made(session, librarian, "2")
    guide = factories.resource(session)
    contents.add(session, one, guide)
    contents.add(session, one, guide)
    with pytest.raises(Conflict):
        contents.add(session, one, factories.resource(session))
    assert contents.held_in(session, one) == {guide.id}


def test_only_what_is_published_comes_in(session: Session, librarian: Viewer) -> None:
    one = made(session, librarian, "1")
    with pytest.raises(Conflict):
        contents.add(session, one, factories.resource(session, state=ResourceState.WAITING))


def test_things_are_put_in_order(session: Session, librarian: Viewer) -> None:
    one = made(session, librarian, "1")
    ids = []
    for title in "abcd":
        ids.append(factories.resource(session, title=title).id)
        contents.add(session, one, session.get_one(Resource, ids[-1]))

    def titles() -> str:
        session.flush()
        return "".join(each.resource.title for each in session.scalars(contents.all_of(one)))

    contents.move(session, one, ids[3], 1)
    assert titles() == "dabc"
    contents.move(session, one, ids[3], 99)
    contents.move(session, one, ids[0], -5)
    assert titles() == "abcd"
    contents.move(session, one, ids[1], contents.place_of(session, one, ids[1]) + 1)
    assert titles() == "acbd"
    with pytest.raises(NotFound):
        contents.move(session, one, 999_999, 1)
    with pytest.raises(BadInput):
        contents.note(session, one, ids[0], "a" * (contents.NOTE_LIMIT + 1))


def test_the_form_says_what_cannot_be(session: Session, librarian: Viewer) -> None:
    def wrong(**fields: str) -> set[str]:
        form = CollectionForm.sent({"title": "x", "audience": "everyone", "state": "published"} | fields)
        assert form.words() is None
        return set(form.errors)

    assert wrong(title=" \n ") == {"title"}
    assert wrong(text="a" * 10_001, audience="course") == {"text", "audience"}
    assert wrong(shown_from="ayer", parent="1; DROP") == {"shown_from", "parent"}
    assert wrong(shown_from="2026-05-02", shown_until="2026-05-01") == {"shown_until"}
    said = Words("Una", audience="institutions", institution_ids=frozenset({7}), is_published=True)
    assert CollectionForm.of(said).words() == said


def test_home_shows_the_first_three_that_are_open_and_hold_something(session: Session, librarian: Viewer) -> None:
    guide = factories.resource(session, title="Guía")
    reader = factories.viewer(session)
    ours = [made(session, librarian, title) for title in ("vacía", "1", "2", "3", "4")]
    for each in ours[1:]:
        contents.add(session, each, guide)
    for each in ours:
        shelves.feature(session, librarian, each, featured=True)

    def shown() -> list[str]:
        session.flush()
        return [each.collection.title for each in shelves.on_home(session, librarian)]

    assert shown() == ["1", "2", "3"]
    assert shelves.on_home(session, reader) == []
    shelves.move(session, librarian, ours[2], up=True)
    ours[3].is_published = False
    assert shown() == ["2", "1", "4"]
    shelves.feature(session, librarian, ours[2], featured=False)
    assert [each.title for each in shelves.featured(session, librarian)] == ["vacía", "1", "3", "4"]
    with pytest.raises(NotAllowed):
        shelves.feature(session, reader, ours[1], featured=True)


def test_a_shelf_shows_the_first_things_that_the_reader_may_see(session: Session, librarian: Viewer) -> None:
    one = made(session, librarian, "1")
    hidden = factories.resource(session, title="Ajena", audience="institution:999")
    for each in (hidden, *(factories.resource(session, title=f"Libro {number}") for number in range(6))):
        contents.add(session, one, each)
    shelves.feature(session, librarian, one, featured=True)
    (shelf,) = shelves.on_home(session, librarian)
    assert [each.title for each in shelf.resources] == [f"Libro {number}" for number in range(shelves.A_SHELF)]


def test_only_so_many_are_featured_and_others_shared_ones_may_be(
    session: Session, librarian: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOST_FEATURED", 1)
    shared = made(session, factories.viewer(session, Role.LIBRARIAN), "De otros")
    shelves.feature(session, librarian, shared, featured=True)
    shelves.feature(session, librarian, shared, featured=True)
    assert shelves.is_featured(session, librarian, shared)
    with pytest.raises(Conflict):
        shelves.feature(session, librarian, made(session, librarian, "Mía"), featured=True)
    shared.audience = "institution:999"
    session.flush()
    assert shelves.featured(session, librarian) == []
    with pytest.raises(NotFound):
        seeing.get(session, librarian, shared.id)


def test_what_another_library_deletes_at_that_moment_is_not_featured(session: Session, librarian: Viewer) -> None:
    one, gone = (made(session, librarian, title) for title in ("Una", "Otra"))
    shelves.feature(session, librarian, one, featured=True)
    session.execute(delete(Collection).where(Collection.id == gone.id).execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        shelves.feature(session, librarian, gone, featured=True)
    assert [each.title for each in shelves.featured(session, librarian)] == ["Una"]


def test_what_was_taken_out_comes_back_as_it_stood_also_as_what_it_was_merged_into(
    session: Session, librarian: Viewer
) -> None:
    one = made(session, librarian, "1")
    ids = [factories.resource(session, title=title).id for title in "abc"]
    for each in ids:
        contents.add(session, one, session.get_one(Resource, each))
    contents.note(session, one, ids[1], "Para empezar")
    contents.choose_cover(session, one, ids[1])
    taken = contents.take_out(session, librarian, one, ids[1])
    assert taken is not None
    assert (contents.held_in(session, one), one.cover_resource_id) == ({ids[0], ids[2]}, None)
    kept, merged = factories.resource(session, title="d"), session.get_one(Resource, ids[1])
    merged.state = ResourceState.MERGED
    session.add(Merge(from_id=merged.id, into_id=kept.id))
    session.flush()

    contents.put_back(session, one, taken)
    assert [(each.resource.title, each.note) for each in session.scalars(contents.all_of(one))] == [
        ("a", ""),
        ("d", "Para empezar"),
        ("c", ""),
    ]
    assert one.cover_resource_id == kept.id
