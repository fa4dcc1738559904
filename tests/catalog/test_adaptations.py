"""Materials made out of others: both tell of each other, to those who may see them, and licences are minded."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import adaptations
from catalog.describing import description
from catalog.merging import merges
from catalog.merging.merges import Choice
from catalog.models import Adaptation, Resource, ResourceState
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories

TOOL = "https://tool.example"


@pytest.fixture
def rosa(session: Session) -> Person:
    return factories.person(session, name="Rosa Quispe")


@pytest.fixture
def student(session: Session, rosa: Person) -> Viewer:
    return factories.viewer(session, Role.STUDENT, by=factories.person(session, of=rosa.platform))


@pytest.fixture
def book(session: Session) -> Resource:
    """Of another university, for everybody."""
    return factories.resource(
        session, "Texto", title="Papas nativas", license="CC BY-SA 4.0", creators=["Juana Mamani"]
    )


def made_from(session: Session, *sources: str, **columns: object) -> Resource:
    made = factories.resource(session, "Texto", **{"title": "Papas para niños", "license": "CC BY-SA 4.0", **columns})
    tell(session, made, *sources)
    return made


def tell(session: Session, resource: Resource, *sources: str) -> None:
    said = description.plain(description.of(resource)) | {"sources": list(sources)}
    description.write(resource, description.from_plain(said))
    session.commit()


def address(resource: Resource) -> str:
    return f"{TOOL}/r/{resource.record_id}"


def test_both_tell_of_each_other(session: Session, student: Viewer, book: Resource) -> None:
    other = "Mamani, J. (1998). Cuentos de la papa."
    made = made_from(session, address(book), other)

    sources = adaptations.sources_of(session, student, made)

    assert [(each.title, each.resource) for each in sources] == [("Papas nativas", book), (other, None)]
    assert adaptations.made_of(session, student, book) == [made]
    tell(session, made, other)
    assert adaptations.made_of(session, student, book) == []


@pytest.mark.parametrize("state", [ResourceState.DRAFT, ResourceState.WITHDRAWN])
def test_nothing_is_told_of_what_one_may_not_see(
    session: Session, student: Viewer, book: Resource, state: ResourceState
) -> None:
    made = made_from(session, address(book))

    made.state = state
    session.flush()
    assert adaptations.made_of(session, student, book) == []

    book.state = state
    session.flush()
    assert [each.title for each in adaptations.sources_of(session, student, made)] == [address(book)]


def test_what_was_merged_is_still_the_source(session: Session, student: Viewer, rosa: Person) -> None:
    librarian = factories.viewer(
        session, Role.LIBRARIAN, by=factories.person(session, of=rosa.platform, librarian=True)
    )
    book, copy = (factories.resource(session, "Texto", by=rosa, title="Papas nativas") for _ in range(2))
    made = made_from(session, address(copy))
    merges.merge(session, librarian, book, copy, Choice(description.of(book), book.audience))
    session.commit()

    assert adaptations.made_of(session, student, book) == [made]
    assert [each.resource for each in adaptations.sources_of(session, student, made)] == [book]


@pytest.mark.parametrize("odd", ["/r/%00", "/r/", "/r/a/b", "/r/" + "x" * 256, "/r/%0A", " /r/x"])
def test_odd_addresses_name_nothing(session: Session, odd: str) -> None:
    made_from(session, TOOL + odd)

    assert session.scalar(select(func.count()).select_from(Adaptation)) == 0


def test_it_does_not_name_itself(session: Session, student: Viewer, book: Resource) -> None:
    tell(session, book, address(book))

    assert adaptations.sources_of(session, student, book) == []
    assert adaptations.made_of(session, student, book) == []


@pytest.mark.parametrize(
    ("asked", "given", "field"),
    [
        ("CC BY 4.0", "Derechos reservados", ""),
        ("CC0 1.0", "", ""),
        ("", "CC BY 4.0", ""),
        ("CC BY-SA 4.0", "http://creativecommons.org/licenses/by-sa/4.0/", ""),
        ("CC BY-SA 4.0", "CC BY-NC-SA 4.0", "license"),
        ("CC BY-NC 4.0", "CC BY-NC-SA 4.0", ""),
        ("CC BY-NC 4.0", "CC BY 4.0", "license"),
        ("CC BY-NC 4.0", "", "license"),
        ("CC BY-ND 4.0", "CC BY-ND 4.0", "sources"),
        ("Derechos reservados", "CC BY 4.0", "sources"),
    ],
)
def test_a_reviewer_is_told_where_the_licence_of_the_source_is_not_minded(
    session: Session, student: Viewer, book: Resource, asked: str, given: str, field: str
) -> None:
    book.license = asked
    made = made_from(session, address(book), license=given)

    found = list(adaptations.breaches(made, adaptations.sources_of(session, student, made)))

    assert [name for name, _sentence in found] == [field] * bool(field)
    assert all("Papas nativas" in str(sentence) for _name, sentence in found)


def test_nobody_needs_a_licence_for_what_is_their_own(session: Session, student: Viewer, rosa: Person) -> None:
    book = factories.resource(session, "Texto", by=rosa, license="Derechos reservados")
    made = made_from(session, address(book), by=rosa)

    assert list(adaptations.breaches(made, adaptations.sources_of(session, student, made))) == []


def test_a_page_tells_how_to_name_who_made_it(app: Flask, session: Session, book: Resource) -> None:
    ana = factories.signed_in(app, session, Role.STUDENT)

    page = ana.get(f"/resources/{book.id}/reuse")

    assert "«Papas nativas», de Juana Mamani. Licencia CC BY-SA 4.0:" in page.text
    assert address(book) in page.text
    assert "Subir mi adaptación" not in page.text
    assert f"/resources/{book.id}/reuse" in ana.get(f"/resources/{book.id}").text


def test_what_may_not_be_adapted_has_no_such_page(app: Flask, session: Session, book: Resource) -> None:
    book.license = "CC BY-NC-ND 4.0"
    session.commit()
    ana = factories.signed_in(app, session, Role.STUDENT)

    assert ana.get(f"/resources/{book.id}/reuse").status_code == 404
    assert "/reuse" not in ana.get(f"/resources/{book.id}").text


def test_an_adaptation_is_brought_in_with_its_source_and_licence(
    app: Flask, session: Session, s3: Settings, book: Resource
) -> None:
    rosa = factories.signed_in(app, session, Role.TEACHER)
    assert "Subir mi adaptación" in rosa.get(f"/resources/{book.id}/reuse").text
    form = rosa.get(f"/upload?adapts={book.id}").text
    assert f'name="source" value="{address(book)}"' in form
    assert '<option value="CC BY-SA 4.0" selected>' in form

    typed = {"title": "Papas para niños", "license": "CC BY-SA 4.0", "language": "es", "audience": "everyone"}
    file = (io.BytesIO(b"Las papas de colores."), "papas.txt")
    answer = rosa.submit("/upload", {**typed, "source": address(book), "file": file})

    page = rosa.get(answer.location).text
    assert "Adaptado de" in page
    assert f'href="/resources/{book.id}"' in page


def test_what_one_may_not_see_cannot_be_adapted(app: Flask, session: Session, book: Resource) -> None:
    book.state = ResourceState.DRAFT
    session.commit()
    rosa = factories.signed_in(app, session, Role.TEACHER)

    assert rosa.get(f"/upload?adapts={book.id}").status_code == 404
    assert rosa.get(f"/upload?adapts={2**70}").status_code == 200


def test_what_was_told_of_sources_counts_again_where_the_step_was_undone(
    app: Flask, settings: Settings, session: Session, student: Viewer, book: Resource
) -> None:
    made = made_from(session, address(book), address(book), "https://tool.example/r/%00", "Un libro")
    factories.resource(session, profile={"keywords": ["sources"]})
    session.commit()
    session.close()
    engine_of(app).dispose()

    migrations.downgrade(settings, "0024")
    migrations.upgrade(settings)

    assert [each.id for each in adaptations.made_of(session, student, session.get_one(Resource, book.id))] == [made.id]
