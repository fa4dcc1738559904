"""What descriptions mean: the concept is found by any name, shown in the index by its place, and counted."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import documents, indexing
from catalog.models import Concept, ConceptUse, Resource, VocabularyUse
from catalog.vocabularies import browsing, finding, linking, terms
from lrc.db import transaction
from lti.viewers import Role
from search import teaching
from search.documents import Query
from search.engine import Index
from tests import factories
from tests.catalog.vocabularies.files import BASE, concept, take
from tests.statements import queries

SUBJECTS, TYPES = VocabularyUse.SUBJECTS, VocabularyUse.TYPES


def meant(session: Session, text: str, use: VocabularyUse = SUBJECTS) -> str:
    found = finding.find(session, [text], use).get(text)
    return found.uri.removeprefix(BASE) if found else ""


def sciences(session: Session) -> None:
    take(
        session,
        concept("ciencia", "es:Ciencias naturales"),
        concept(
            "mate", "es:Matemáticas", "en:Mathematics", "qu:Yupay", "es:=Mates", "es:~matematika", broader=("ciencia",)
        ),
        concept("arte", "es:Arte"),
    )


def test_a_concept_is_meant_by_any_of_its_names_and_by_its_uri(session: Session) -> None:
    sciences(session)
    names = ("Matemáticas", "MATEMATICAS", "mathematics", "yupay", "mates", "Matematika", BASE + "mate")
    assert {meant(session, each) for each in (*names, "Ciencias -- Matemáticas")} == {"mate"}
    assert [meant(session, each) for each in ("Cocina", "", "--", "Mate")] == ["", "", "", ""]
    assert meant(session, "Matemáticas", TYPES) == ""


def test_of_two_with_the_same_name_the_one_in_its_place_is_meant_or_none(session: Session) -> None:
    take(
        session,
        concept("animal", "es:Animales"),
        concept("deporte", "es:Deportes"),
        concept("a", "es:Pesca", broader=("animal",)),
        concept("b", "es:Pesca", broader=("deporte",)),
    )
    assert meant(session, "Pesca") == ""
    assert meant(session, "Deportes > Pesca") == "b"
    assert meant(session, "Animales -- Pesca") == "a"


def test_a_preferred_name_goes_before_another_s_alternative(session: Session) -> None:
    take(session, concept("a", "es:Derecho civil", "es:=Derecho"), concept("b", "es:Derecho"))
    assert meant(session, "derecho") == "b"


def test_the_index_is_told_all_ways_down_and_one_name_for_a_type(session: Session) -> None:
    take(
        session,
        concept("x", "es:Arte"),
        concept("y", "es:Historia"),
        concept("z", "es:Música > coral", "en:Choir", broader=("x", "y")),
    )
    take(session, concept("libro", "es:libro", "en:book"), use=TYPES)
    resource = factories.resource(session, subjects=["choir", "Suelto -- Más"], type="Book")
    told = documents.document_of(resource, [], meant=terms.of(session, [resource]))
    assert told.subjects == ("Arte > Música › coral", "Historia > Música › coral", "Suelto -- Más")
    assert told.type == "libro"
    assert "Choir" in told.description


def test_what_is_narrower_is_found_under_what_is_broader_and_counted(
    session: Session, app: Flask, index: Index
) -> None:
    sciences(session)
    factories.resource(session, title="Sumas", subjects=["Mathematics"])
    factories.resource(session, title="Pintura", subjects=["Arte"])
    factories.resource(session, title="Ajeno", subjects=["Arte"], audience="institution:999")
    session.commit()
    indexing.bring_up_to_date(index)
    chosen = {"subject": frozenset({"Ciencias naturales"})}
    found = index.search(Query("", frozenset({"everyone"}), chosen=chosen))
    assert [hit.title.text for hit in found.hits] == ["Sumas"]
    stranger = factories.viewer(session, Role.LIBRARIAN)
    lines = browsing.lines(session, stranger, session.scalars(select(Concept.id)).all())
    # What is of another institution is not counted either.
    assert {line.labels["es"]: line.uses for line in lines} == {"Ciencias naturales": 0, "Matemáticas": 1, "Arte": 1}


def test_materials_that_were_there_before_follow_a_vocabulary_that_comes_and_changes(
    session: Session, app: Flask, index: Index
) -> None:
    resource = factories.resource(session, title="Sumas", subjects=["Mates"])
    other = factories.resource(session, title="Otro", subjects=["Cocina"])
    session.commit()
    indexing.bring_up_to_date(index)
    with transaction() as own:
        sciences(own)
    looked_through(index)
    assert subjects(index) == {"Ciencias naturales": 1, "Ciencias naturales > Matemáticas": 1, "Cocina": 1}
    with transaction() as own:
        take(
            own, concept("ciencia", "es:Ciencias"), concept("mate", "es:Matemática", "es:=Mates", broader=("ciencia",))
        )
    before = other.revision
    looked_through(index)
    assert subjects(index) == {"Ciencias": 1, "Ciencias > Matemática": 1, "Cocina": 1}
    with transaction() as own:
        assert own.get_one(Resource, other.id).revision == before  # nobody touches what means the same as before
        assert own.scalars(select(ConceptUse.resource_id)).all() == [resource.id]
        assert not linking.go_on(own)


def looked_through(index: Index) -> None:
    with transaction() as own:
        assert not linking.go_on(own)
    indexing.bring_up_to_date(index)


def subjects(index: Index) -> dict[str, int]:
    found = index.search(Query("", frozenset({"everyone"}), counted=("subject",)))
    return dict(found.facets["subject"].values)


def test_what_stands_for_the_same_is_sought_at_once_without_indexing(
    session: Session, app: Flask, index: Index
) -> None:
    factories.resource(session, "Cómo sembrar solanum en la puna.", title="Siembra")
    session.commit()
    indexing.bring_up_to_date(index)

    def found(text: str) -> list[str]:
        with transaction(writing=False) as own:
            asked = Query(text, frozenset({"everyone"}), dictionary=teaching.live(own))
        return [hit.title.text for hit in index.search(asked).hits]

    assert found("papa") == []
    with transaction() as own:
        take(own, concept("papa", "es:papa", "es:=solanum", "qu:akshu", "es:~papaz"))
    assert found("papa") == found("akshu") == found("papaz") == ["Siembra"]
    with transaction() as own:
        take(own, concept("papa", "es:papa"))
    assert found("papa") == []


def test_finding_takes_as_many_queries_for_two_hundred_texts_as_for_two(session: Session, app: Flask) -> None:
    names = [f"Tema {number}" for number in range(200)]
    take(
        session,
        concept("arriba"),
        *(concept(f"t{n}", f"es:{name}", broader=("arriba",)) for n, name in enumerate(names)),
    )
    session.commit()
    counts = []
    finding.find(session, names[:1], SUBJECTS)  # the transaction begins
    for some in (names[:2], names):
        with queries(app) as asked:
            assert len(finding.find(session, some, SUBJECTS)) == len(some)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


def test_what_was_found_is_remembered_until_vocabularies_change(session: Session, app: Flask) -> None:
    sciences(session)
    resource = factories.resource(session, subjects=["Mates", "Suelto"])
    session.commit()
    counts = []
    for _ in range(2):
        with queries(app) as asked:
            assert terms.of_many(session, [resource]).subjects_of(resource) == (
                "Ciencias naturales > Matemáticas",
                "Suelto",
            )
        counts.append(len(asked))
    assert counts[1] < counts[0]
    take(session, concept("mate", "es:Matemática", "es:=Mates"))
    session.commit()
    assert terms.of_many(session, [resource]).subjects_of(resource) == ("Matemática", "Suelto")
