"""Documents of the index are made from rows in a few queries and with a bounded amount of text."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog import documents
from catalog.models import Course, FileState, Resource, ResourceState, Version
from search.documents import ASIDE, Document, Page
from tests import factories
from tests.catalog import shelves
from tests.statements import queries


def everything(session: Session) -> list[Resource]:
    session.expire_all()
    return list(session.scalars(select(Resource).order_by(Resource.id).options(joinedload(Resource.file))))


def test_other_titles_keywords_and_people_are_sought_below_the_description(session: Session) -> None:
    profile = {
        "alternative_titles": ["Llaqta papa"],
        "keywords": ["tubérculo"],
        "contributors": [{"name": "Mamani, Luis", "role": "editor", "orcid": ""}],
    }
    for text in ("Un libro.", ""):
        shelves.resource(session, "Papas", description=text, profile=profile)
    told = [each.description for each in documents.load(session, everything(session))]
    aside = f"{ASIDE}Llaqta papa; tubérculo; Mamani, Luis"
    assert told == [f"Un libro.{aside}", aside]


def test_a_document_says_all_that_the_resource_says(session: Session) -> None:
    made = shelves.resource(
        session,
        "Álgebra lineal",
        record_id="oai:7",
        creators=["Ana Quispe"],
        subjects=["Matemática"],
        description="Un curso.",
        language="es",
        type="libro",
        date="2020",
        publisher="Una editorial",
        license="CC BY 4.0",
        audience="institution:3",
    )
    shelves.file(session, made, ["uno", "dos"], thumbnail=b"webp")

    (document,) = documents.load(session, everything(session))

    assert document == Document(
        id=str(made.id),
        record_id="oai:7",
        title="Álgebra lineal",
        description="Un curso.",
        creators=("Ana Quispe",),
        subjects=("Matemática",),
        language="es",
        type="libro",
        date="2020",
        publisher="Una editorial",
        license="CC BY 4.0",
        audience="institution:3",
        size_bytes=1000,
        media_type="application/pdf",
        thumbnail=b"webp",
        page_count=2,
        pages=[Page(1, "uno", "Parte 1"), Page(2, "dos", "Parte 2")],
        institution=str(made.institution_id or ""),
        access="here",
        added=int((made.published_at or made.created_at).timestamp()),
        revision=made.revision,
    )


def test_a_record_without_a_file_has_no_pages(session: Session) -> None:
    shelves.resource(session, "Solo una ficha")
    (document,) = documents.load(session, everything(session))
    assert (document.pages, document.size_bytes, document.media_type) == ((), 0, "")


@pytest.mark.parametrize("state", [FileState.RECEIVED, FileState.READING, FileState.FAILED])
def test_pages_of_a_file_that_is_not_read_to_the_end_are_left_out(session: Session, state: FileState) -> None:
    shelves.file(session, shelves.resource(session, "A medias"), ["a medio leer"], state)
    (document,) = documents.load(session, everything(session))
    assert list(document.pages) == []


def test_many_resources_take_as_many_queries_as_few(app: Flask, session: Session) -> None:
    for number in range(40):
        shelves.file(session, shelves.resource(session, f"Libro {number}"), ["uno", "dos"])
    session.commit()
    resources = everything(session)
    with queries(app) as for_few:
        documents.load(session, resources[:2])
    with queries(app) as for_many:
        loaded = documents.load(session, resources)
    assert len(for_many) == len(for_few) == 4
    assert [len(document.pages) for document in loaded] == [2] * 40


def load_in_turns(session: Session) -> list[list[Document]]:
    """Loads everything as indexing does: what did not fit is asked for again."""
    waiting, turns = everything(session), []
    while waiting:
        turns.append(documents.load(session, waiting))
        waiting = waiting[len(turns[-1]) :]
    return turns


def test_no_more_text_is_loaded_at_once_than_allowed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "TEXT_AT_ONCE", 100)
    for length in (40, 40, 40, 500, 10, 10):
        shelves.file(session, shelves.resource(session, f"{length} letras"), ["x" * (length // 2)] * 2)
    shelves.resource(session, "Sin páginas")

    turns = load_in_turns(session)

    sizes = [[sum(len(page.text) for page in document.pages) for document in turn] for turn in turns]
    assert sizes == [[40, 40], [40], [500], [10, 10, 0]]


def test_a_very_long_document_is_loaded_once(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PAGES_AT_ONCE", 100)
    for pages in (60, 60, 300, 10):
        shelves.file(session, shelves.resource(session, f"{pages} páginas"), ["texto"] * pages)
    session.commit()
    with queries(app) as sent:
        turns = load_in_turns(session)
    assert [[len(document.pages) for document in turn] for turn in turns] == [[60], [60], [300], [10]]
    assert sum("pages.number" in each.split("FROM")[0] for each in sent) == 4


def test_a_module_is_made_of_the_lessons_of_its_version_in_force(session: Session) -> None:
    module = factories.module(
        session, "Citar|Citar es dar las gracias.", quiz=True, level="beginner", effort_minutes=90
    )
    session.add(Version(resource_id=module.id, number=2, content={}, texts=["Otra\nTodavía no."]))
    waiting = factories.module(session, state=ResourceState.WAITING)
    gone = factories.module(session, title="Retirado", state=ResourceState.WITHDRAWN)
    course = factories.course(session, module, gone, certificate=True)
    session.get_one(Course, course.id).objectives = ["Citar bien"]
    session.flush()

    found = {each.id: each for each in documents.load(session, everything(session))}

    made = found[str(module.id)]
    assert (made.kind, made.level, made.effort_minutes, made.gives_certificate) == ("module", "beginner", 90, False)
    assert made.pages == [Page(1, "Citar es dar las gracias.", "Citar"), Page(2, "", "¿Qué aprendiste?")]
    assert made.page_count == 2
    assert (found[str(course.id)].kind, found[str(course.id)].gives_certificate) == ("course", True)
    assert found[str(course.id)].pages == [Page(1, "Citar bien\n\nBuscar y citar fuentes")]
    assert found[str(waiting.id)].pages == ()
