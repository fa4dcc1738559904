"""Materials that may be the same are found by their files, identifiers and titles, and shown until somebody said no."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog import checks
from catalog.merging import choosing, likeness
from catalog.merging.tasks import look_for_duplicates
from catalog.models import Likeness, Resource, ResourceState
from lti.models import Person
from lti.viewers import Role, Viewer
from search.engine import Index
from tests import factories


@pytest.fixture
def librarian(session: Session) -> Person:
    return factories.person(session, librarian=True)


@pytest.fixture
def asking(session: Session, librarian: Person) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN, by=librarian)


def finds(session: Session) -> dict[tuple[int, int], str]:
    return {pair: reason for pair, (_, reason) in likeness.find(session).items()}


def pair(one: Resource, other: Resource) -> tuple[int, int]:
    return min(one.id, other.id), max(one.id, other.id)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"sha256": "f" * 64, "title": "Uno"}, {"sha256": "f" * 64, "title": "Dos"}, "sha256"),
        ({"identifiers": ["doi:10.1590/A"]}, {"identifiers": ["https://doi.org/10.1590/a"], "title": "Otro"}, "doi"),
        (
            {"identifiers": ["84-376-0494-X"], "title": "Cien años de soledad"},
            {"identifiers": ["9788437604947"], "title": "Cien años de soledad: novela"},
            "isbn",
        ),
        ({"identifiers": ["hdl:20.500/1"]}, {"identifiers": ["hdl:20.500/1"], "title": "Otro"}, "handle"),
        ({"title": "La ética del agua"}, {"title": "Etica del AGUA"}, "title"),
        ({"title": "Manejo de suelos andinos en ladera"}, {"title": "Manejo de suelos andinos en laderas"}, "title"),
        (
            {"title": "Hidrología", "creators": ["Quispe Mamani, Rosa"], "date": "2019"},
            {"title": "Hidrologia", "creators": ["R. Quispe"], "date": "2019-05-01"},
            "title",
        ),
    ],
)
def test_two_that_may_be_the_same_are_found_with_the_strongest_reason(
    session: Session, librarian: Person, one: dict[str, object], other: dict[str, object], reason: str
) -> None:
    made = [factories.resource(session, by=librarian, **each) for each in (one, other)]  # type: ignore[arg-type]
    factories.resource(session, by=librarian, title="Química orgánica", identifiers=["10.1590/z"])
    assert finds(session) == {pair(*made): reason}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Cálculo, tomo 1"}, {"title": "Cálculo, tomo 2"}),
        ({"title": "Historia del Perú republicano II"}, {"title": "Historia del Perú republicano III"}),
        (
            {"title": "Introducción", "creators": ["Quispe, Rosa"]},
            {"title": "Introducción", "creators": ["Huamán, A."]},
        ),
        ({"title": "Memoria anual", "date": "2018"}, {"title": "Memoria anual", "date": "2019"}),
        (
            {"title": "Los suelos de la puna", "identifiers": ["9788437604947"]},
            {"title": "La papa y su cultivo", "identifiers": ["9788437604947"]},
        ),
        ({"title": "Suelos", "identifiers": ["issn:2049-3630"]}, {"title": "Papas", "identifiers": ["issn:2049-3630"]}),
        ({"title": "Suelos"}, {"title": "Suelos", "state": ResourceState.WITHDRAWN}),
        ({"title": "Suelos"}, {"title": "Suelos", "institution_id": None}),
    ],
)
def test_volumes_years_chapters_namesakes_and_what_is_gone_are_not_the_same(
    session: Session, librarian: Person, one: dict[str, object], other: dict[str, object]
) -> None:
    for each in (one, other):
        factories.resource(session, by=librarian, **each)  # type: ignore[arg-type]
    assert finds(session) == {}


def test_what_very_many_share_says_nothing(session: Session, librarian: Person) -> None:
    for _ in range(likeness.MOST_TOGETHER + 1):
        factories.resource(session, by=librarian, title="Presentación")
    assert finds(session) == {}


def test_universities_are_not_compared_with_each_other(session: Session) -> None:
    for _ in range(2):
        factories.resource(session, title="Suelos", identifiers=["10.1590/a"])
    assert finds(session) == {}


def looks(session: Session) -> None:
    session.commit()
    look_for_duplicates()


def shown(session: Session, asking: Viewer) -> list[tuple[int, int]]:
    return [(each.one_id, each.other_id) for each in session.scalars(likeness.open_of(asking))]


def test_what_was_said_not_to_be_the_same_stays_so(session: Session, asking: Viewer, librarian: Person) -> None:
    one, other, third = (factories.resource(session, by=librarian, title="Suelos") for _ in range(3))
    looks(session)
    assert shown(session, asking) == [pair(one, other), pair(one, third), pair(other, third)]
    likeness.dismiss(session, asking, other, one)
    looks(session)
    assert shown(session, asking) == [pair(one, third), pair(other, third)]
    assert likeness.is_dismissed(session, one, other)
    assert not shown(session, factories.viewer(session, Role.LIBRARIAN))
    likeness.call_back(session, one, other)
    looks(session)
    assert len(shown(session, asking)) == 3


def test_a_pair_that_another_round_wrote_or_that_is_gone_does_no_harm(session: Session, librarian: Person) -> None:
    one, other = (factories.resource(session, by=librarian, title="Suelos") for _ in range(2))
    found = likeness.find(session)
    likeness.keep(session, found | {(one.id, 999_999): found[pair(one, other)]})
    likeness.keep(session, found)
    assert [(each.one_id, each.other_id) for each in session.query(Likeness)] == [pair(one, other)]


def test_what_is_no_longer_alike_is_no_longer_shown(session: Session, asking: Viewer, librarian: Person) -> None:
    one, other = (factories.resource(session, by=librarian, title="Suelos") for _ in range(2))
    looks(session)
    other.state = ResourceState.WITHDRAWN
    session.flush()
    assert shown(session, asking) == []
    other.state, other.title = ResourceState.PUBLISHED, "Papas"
    looks(session)
    assert session.get(Likeness, 1) is None
    one.title = "Papas"
    looks(session)
    assert shown(session, asking) == [pair(one, other)]


def test_before_publishing_a_doi_or_isbn_that_another_has_is_told_unless_they_are_not_the_same(
    session: Session, index: Index, asking: Viewer, librarian: Person
) -> None:
    one = factories.resource(session, by=librarian, title="Suelos", identifiers=["10.1590/a"])
    waiting = factories.resource(
        session, by=librarian, title="Otra cosa", identifiers=["10.1590/A"], state=ResourceState.WAITING
    )

    def twins() -> list[Resource]:
        return [each.twin for each in checks.of(session, asking, waiting, index) if each.twin]

    assert twins() == [one]
    likeness.dismiss(session, asking, one, waiting)
    assert twins() == []


def test_of_a_field_one_value_both_or_the_only_one_is_chosen() -> None:
    kept = choosing.description.Description("Suelos", subjects=("a", "b"), date="", keywords=("x",))
    merged = choosing.description.Description("Los suelos", subjects=("b", "c"), date="2019", keywords=("x",))
    assert {each.name: each.choices for each in choosing.lines(kept, merged)} == {
        "title": ("kept", "merged"),
        "subjects": ("both", "kept", "merged"),
        "date": ("merged", "kept"),
    }
    said = choosing.settled(kept, merged, {"title": "merged", "date": "nonsense"})
    assert (said.title, said.subjects, said.date, said.keywords) == ("Los suelos", ("a", "b", "c"), "2019", ("x",))
    assert choosing.settled(kept, merged, {"subjects": "merged"}).subjects == ("b", "c")
