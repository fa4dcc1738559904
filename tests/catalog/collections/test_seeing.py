"""Who sees a collection and what in it, the way to it, its cover, and finding words within it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from catalog.collections import contents, making, seeing
from catalog.collections.making import Words
from catalog.days import today
from catalog.models import Collection, Resource, ResourceState
from lrc.errors import BadInput, NotFound
from lti.models import Platform
from lti.viewers import Role, Viewer
from tests import factories


@pytest.fixture
def home(session: Session) -> Platform:
    return factories.platform(session)


@pytest.fixture
def librarian(session: Session, home: Platform) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=home, librarian=True))


@pytest.fixture
def rosa(session: Session, home: Platform) -> Viewer:
    return factories.viewer(session, by=factories.person(session, of=home))


@pytest.fixture
def stranger(session: Session) -> Viewer:
    return factories.viewer(session)


def made(session: Session, librarian: Viewer, title: str = "Estadística", **words: Any) -> Collection:
    given: dict[str, Any] = {"title": title, "is_published": True}
    return making.make(session, librarian, Words(**given | words))


def seen_by(session: Session, viewer: Viewer) -> set[str]:
    return {each.title for each in session.scalars(seeing.visible_to(viewer))}


def titles(session: Session, viewer: Viewer, collection: Collection, words: str = "") -> list[str]:
    found = seeing.answering(session, viewer, collection, words)
    return [each.resource.title for each in session.scalars(found)]


def test_one_for_chosen_universities_is_seen_by_their_people_alone(session: Session, librarian: Viewer) -> None:
    partner, other = (factories.platform(session) for _ in range(2))
    chosen = frozenset({partner.institution_id})
    collection = made(session, librarian, audience="institutions", institution_ids=chosen)
    inner = made(session, librarian, "Dentro", parent_id=collection.id)

    theirs, others = (factories.viewer(session, by=factories.person(session, of=each)) for each in (partner, other))
    assert seen_by(session, theirs) == {"Estadística", "Dentro"}
    assert seen_by(session, others) == set()
    said = making.words_of(session, collection)
    assert said.institution_ids == chosen | {librarian.institution_id}
    making.change(session, librarian, collection, replace(said, audience="institution"))
    session.flush()
    assert seen_by(session, theirs) == set()
    assert seeing.get(session, librarian, inner.id) is inner
    with pytest.raises(BadInput):
        made(session, librarian, audience="institutions", institution_ids=frozenset({librarian.institution_id}))


def test_a_draft_is_its_librarians_alone(session: Session, librarian: Viewer, rosa: Viewer, stranger: Viewer) -> None:
    draft = made(session, librarian, is_published=False)
    assert seeing.get(session, librarian, draft.id) is draft
    for other in (rosa, stranger, factories.viewer(session, Role.LIBRARIAN)):
        with pytest.raises(NotFound):
            seeing.get(session, other, draft.id)


def test_one_institutions_own_are_not_anothers(
    session: Session, librarian: Viewer, rosa: Viewer, stranger: Viewer
) -> None:
    made(session, librarian, "De casa", audience="institution")
    made(session, librarian, "De todos")
    assert seen_by(session, rosa) == {"De casa", "De todos"}
    assert seen_by(session, stranger) == {"De todos"}


@pytest.mark.parametrize(
    ("since", "until", "is_seen"),
    [(0, 0, True), (1, None, False), (None, -1, False), (-3, 3, True), (None, None, True)],
)
def test_it_is_seen_between_its_days(
    session: Session, librarian: Viewer, rosa: Viewer, since: int | None, until: int | None, is_seen: bool
) -> None:
    days = [None if each is None else today() + timedelta(days=each) for each in (since, until)]
    made(session, librarian, shown_from=days[0], shown_until=days[1])
    assert bool(seen_by(session, rosa)) is is_seen
    assert seen_by(session, librarian) == {"Estadística"}


def test_what_is_in_a_hidden_one_is_hidden_too(session: Session, librarian: Viewer, rosa: Viewer) -> None:
    outer = made(session, librarian, "Ciencias")
    middle = made(session, librarian, "Matemática", parent_id=outer.id)
    inner = made(session, librarian, "Álgebra", parent_id=middle.id)
    assert seen_by(session, rosa) == {"Ciencias", "Matemática", "Álgebra"}
    outer.is_published = False
    session.flush()
    assert seen_by(session, rosa) == set()
    assert [each.title for each in seeing.way_to(session, inner)] == ["Ciencias", "Matemática"]
    outer.is_published, middle.shown_until = True, today() - timedelta(days=1)
    session.flush()
    assert seen_by(session, rosa) == {"Ciencias"}


def test_own_collections_come_before_those_of_others(session: Session, librarian: Viewer, rosa: Viewer) -> None:
    elsewhere = factories.viewer(session, Role.LIBRARIAN)
    made(session, elsewhere, "De otros")
    one = made(session, librarian, "Uno")
    made(session, librarian, "Dos")
    made(session, librarian, "Parte", parent_id=one.id)
    assert [each.title for each in session.scalars(seeing.outermost(rosa))] == ["Uno", "Dos", "De otros"]
    assert [each.title for each in session.scalars(seeing.inside(rosa, one))] == ["Parte"]
    assert [each.parts for each in seeing.cards(session, rosa, [one])] == [1]


def filled(session: Session, collection: Collection, *resources: Resource) -> None:
    for each in resources:
        contents.add(session, collection, each)


def test_each_reader_sees_what_is_for_them(session: Session, librarian: Viewer, rosa: Viewer, stranger: Viewer) -> None:
    collection = made(session, librarian)
    own = factories.resource(session, title="De casa", audience=f"institution:{rosa.institution_id}")
    gone = factories.resource(session, title="Retirado", institution_id=rosa.institution_id)
    filled(session, collection, own, factories.resource(session, title="De todos"), gone)
    gone.state = ResourceState.WITHDRAWN
    session.flush()
    assert titles(session, rosa, collection) == ["De casa", "De todos"]
    assert seeing.holding(session, stranger, own) == [collection]
    collection.is_published = False
    session.flush()
    assert seeing.holding(session, stranger, own) == []
    collection.is_published = True
    assert titles(session, stranger, collection) == ["De todos"]
    assert titles(session, librarian, collection) == ["De casa", "De todos"]
    (card,) = seeing.cards(session, stranger, [collection])
    assert card.count == 1


def test_words_are_found_in_any_form_in_titles_people_subjects_and_notes(
    session: Session, librarian: Viewer, rosa: Viewer
) -> None:
    collection = made(session, librarian)
    potato = factories.resource(session, title="Plagas de la papa", subjects=["Agronomía"], creators=["Ana Ríos"])
    other = factories.resource(session, title="Maíz")
    filled(session, collection, potato, other)
    contents.note(session, collection, other.id, "Léelo después de las papas")
    session.flush()
    assert titles(session, rosa, collection, "PAPAS") == ["Plagas de la papa", "Maíz"]
    assert titles(session, rosa, collection, "agronomia rios") == ["Plagas de la papa"]
    assert titles(session, rosa, collection, "papa quinua") == []
    assert titles(session, rosa, collection, " ¿? ") == ["Plagas de la papa", "Maíz"]


def covered(session: Session, title: str, thumbnail: bytes, **columns: Any) -> Resource:
    resource = factories.resource(session, title=title, **columns)
    assert resource.file
    resource.file.thumbnail, resource.file.cover_key = thumbnail, f"covers/{title}"
    session.flush()
    return resource


def test_its_cover_is_its_own_else_the_chosen_else_the_first_that_is_seen(
    session: Session, librarian: Viewer, rosa: Viewer
) -> None:
    collection = made(session, librarian)
    hidden = covered(session, "hidden", b"0", audience="institution:999")
    one, two = covered(session, "one", b"1"), covered(session, "two", b"2")
    filled(session, collection, hidden, factories.resource(session), one, two)

    def cover() -> tuple[bytes, str]:
        session.flush()
        (card,) = seeing.cards(session, rosa, [collection])
        file = seeing.cover_file(session, rosa, collection)
        return card.thumbnail, file.cover_key if file else ""

    assert cover() == (b"1", "covers/one")
    contents.choose_cover(session, collection, two.id)
    assert cover() == (b"2", "covers/two")
    two.state = ResourceState.WITHDRAWN
    assert cover() == (b"1", "covers/one")
    collection.thumbnail = b"own"
    assert cover()[0] == b"own"
    contents.drop(session, collection, two.id)
    assert collection.cover_resource_id is None
