"""Librarians' pages of vocabularies: taking one in, looking through it, changing a concept, taking it away."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import Concept, ConceptMerge, Vocabulary, VocabularyFile
from catalog.vocabularies import tasks
from lti.viewers import Role
from tests import factories
from tests.catalog.vocabularies.files import SCIENCES, concept, take
from tests.factories import Browser
from tests.statements import queries


@pytest.fixture
def librarian(app: Flask, session: Session) -> Browser:
    return factories.signed_in(app, session, Role.LIBRARIAN)


def send(browser: Browser, text: str, do: str = "take") -> TestResponse:
    fields = {"file": (io.BytesIO(text.encode()), "v.ttl"), "do": do, "use": ""}
    return browser.submit("/vocabularies", fields, content_type="multipart/form-data")


def read(session: Session) -> None:
    """What a worker does with the last file that was sent."""
    tasks.read_vocabulary(session.scalars(select(func.max(VocabularyFile.id))).one())


def upload(browser: Browser, session: Session, text: str, do: str = "take") -> str:
    """The page that tells of the file once it was read."""
    told = send(browser, text, do).location
    read(session)
    return browser.get(told).text


def test_a_file_is_looked_at_taken_in_and_told_of(librarian: Browser, session: Session) -> None:
    sent = send(librarian, SCIENCES, "look")
    assert sent.status_code == 303
    waiting = librarian.get(sent.location).text
    assert ("En espera" in waiting, "hx-trigger" in waiting, "Qué trae" in waiting) == (True, True, False)
    read(session)
    looked = librarian.get(sent.location).text
    assert ("Ciencias naturales; Física; Matemáticas" in looked, "hx-trigger" in looked) == (True, False)
    assert session.scalars(select(Vocabulary)).all() == []
    assert librarian.submit(sent.location, {}).location == sent.location
    read(session)
    taken = librarian.get(sent.location).text
    assert ("El vocabulario está al día." in taken, "Ver el vocabulario" in taken) == (True, True)
    assert "Ver el vocabulario" not in looked
    assert librarian.submit(sent.location, {}).status_code == 409
    page = librarian.get("/vocabularies").text
    assert ("Campos de la ciencia" in page, f'href="{sent.location}"' in page) == (True, True)
    tree = librarian.get("/vocabularies/campos-de-la-ciencia").text
    assert "Ciencias naturales" in tree
    assert "Física" not in tree
    found = librarian.get("/vocabularies/campos-de-la-ciencia?q=NUMEROS").text
    assert ("Matemáticas" in found, "Ciencias naturales" in found) == (True, False)


def test_what_was_wrong_with_a_file_is_told(librarian: Browser, session: Session) -> None:
    nameless = SCIENCES + "".join(f":n{each} a skos:Concept ; skos:inScheme :v ." for each in range(2))
    page = upload(librarian, session, nameless)
    assert re.search(r"no tenía nombre preferido[^(]*\(2\) https://example.org/temas/n0", page)


def test_a_file_that_is_none_is_refused(librarian: Browser, session: Session) -> None:
    page = upload(librarian, session, "no soy Turtle")
    assert "no es Turtle ni RDF/XML" in page
    assert "Guárdalo otra vez" in page
    empty = send(librarian, "")
    assert 400 <= empty.status_code < 500
    assert 'id="file-error"' in empty.text


def test_a_concept_is_named_moved_merged_and_retired_by_buttons(librarian: Browser, session: Session) -> None:
    assert librarian.submit("/vocabularies/new", {"title": "Región"}).location == "/vocabularies/region"
    first = librarian.submit("/vocabularies/region/concepts", {"text": "Andes", "language": "es"}).location
    second = librarian.submit(
        "/vocabularies/region/concepts", {"text": "Puna", "language": "es", "broader": "Andes"}
    ).location
    assert "Puna" in librarian.get(first).text
    given = {"do": "name", "text": "Sallqa", "language": "qu", "kind": "alternative"}
    assert librarian.submit(second, given).status_code == 303
    page = librarian.get(second).text
    assert '<span lang="qu">Sallqa</span>' in page
    assert librarian.submit(first, {"do": "merge", "into": "Puna"}).status_code == 409
    assert librarian.submit(second, {"do": "merge", "into": "Andes"}).location == first
    assert "Sallqa" in librarian.get(second).text  # the page of the one that stands for it
    assert librarian.submit(f"{first}/part", {"merge": "no"}).status_code == 404
    merge_id = session.scalars(select(ConceptMerge.id)).one()
    assert f'value="{merge_id}"' in librarian.get(first).text
    assert librarian.submit(f"{first}/part", {"merge": merge_id}).location == second
    assert ("Sallqa" in librarian.get(second).text, "Sallqa" in librarian.get(first).text) == (True, False)
    assert librarian.submit(first, {"do": "retire"}).status_code == 303
    assert "ya no se ofrece" in librarian.get(first).text
    assert librarian.submit(first, {"do": "nothing"}).status_code == 422


def test_a_vocabulary_is_taken_away_as_it_is(librarian: Browser, session: Session) -> None:
    upload(librarian, session, SCIENCES)
    for form, media_type in (("turtle", "text/turtle"), ("xml", "application/rdf+xml")):
        answer = librarian.get(f"/vocabularies/campos-de-la-ciencia/{form}")
        assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert "Yupay yachay" in answer.text


def test_only_librarians_come_here(app: Flask, session: Session) -> None:
    take(session, concept("a"))
    teacher = factories.signed_in(app, session, Role.TEACHER)
    number = session.scalars(select(Concept.id)).one()
    file = "/vocabularies/files/1"
    for path in (file, "/vocabularies", "/vocabularies/subjects", "/vocabularies/subjects/xml", f"/concepts/{number}"):
        assert teacher.get(path).status_code == 403
    for path in (file, f"/concepts/{number}", f"/concepts/{number}/part"):
        assert teacher.submit(path, {"do": "retire"}).status_code == 403


def test_a_level_of_the_tree_takes_as_many_queries_for_a_hundred_as_for_three(
    app: Flask, librarian: Browser, session: Session
) -> None:
    counts = []
    for count in (3, 100):
        take(session, *(concept(f"c{number}") for number in range(count)))
        session.commit()
        librarian.get("/vocabularies")
        with queries(app) as asked:
            assert librarian.get("/vocabularies/subjects").text.count("/concepts/") == count
        counts.append(len(asked))
    assert counts[0] == counts[1]
