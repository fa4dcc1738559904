"""Identifiers: brought into one form, kept in step with descriptions, and found many at once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import identities, importing
from catalog.identities import find_all, identify, title_key
from catalog.importing import Source, Tally
from catalog.models import KnownAs, ResourceState, Scheme
from lrc.db import engine_of
from lti.viewers import Role, institution_audience
from tests import factories
from tests.catalog import enrolling


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("https://doi.org/10.1590/S0102-311X", (Scheme.DOI, "10.1590/s0102-311x")),
        ("DOI: 10.1590/S0102-311X", (Scheme.DOI, "10.1590/s0102-311x")),
        ("ISBN 84-376-0494-X", (Scheme.ISBN, "9788437604947")),
        ("978-84-376-0494-7", (Scheme.ISBN, "9788437604947")),
        ("issn:2049-3630", (Scheme.ISSN, "2049-3630")),
        ("http://hdl.handle.net/20.500.12672/5", (Scheme.HANDLE, "20.500.12672/5")),
        ("HTTP://Repo.edu.pe/Obra/5/#ver", (Scheme.URL, "repo.edu.pe/Obra/5")),
        ("https://repo.edu.pe:99999/obra?id=5", (Scheme.URL, "repo.edu.pe:99999/obra?id=5")),
        ("978-84-376-0494-8", None),
        ("Signatura 25/3", None),
        ("", None),
    ],
)
def test_an_identifier_is_the_same_however_it_is_written(written: str, known: tuple[Scheme, str] | None) -> None:
    assert identify(written) == known


def test_a_title_is_known_by_its_words_whatever_their_order_signs_and_accents() -> None:
    assert title_key("La Ética: educación de los niños") == title_key("Educacion de los NIÑOS, la etica")
    assert title_key("Suelos andinos I") != title_key("Suelos andinos II")
    assert title_key("¿...?") == ""


def known_of(session: Session, resource_id: int) -> set[tuple[str, str]]:
    rows = session.scalars(select(KnownAs).where(KnownAs.resource_id == resource_id))
    return {(each.scheme.value, each.value) for each in rows}


def test_what_a_resource_is_known_by_follows_what_it_says(session: Session) -> None:
    book = factories.resource(session, title="Suelos andinos", identifiers=["10.1590/A", "10.1590/a", "nada"])
    assert known_of(session, book.id) == {("doi", "10.1590/a"), ("title", "andinos suelos")}
    book.identifiers = ["isbn:9788437604947"]
    session.flush()
    assert known_of(session, book.id) == {("isbn", "9788437604947"), ("title", "andinos suelos")}
    book.title = "Papas nativas"
    session.flush()
    assert ("title", "nativas papas") in known_of(session, book.id)
    session.delete(book)
    session.flush()
    assert known_of(session, book.id) == set()


def test_imported_records_are_known_too_and_again_when_they_change(app: Flask, session: Session) -> None:
    def takes(**fields: object) -> None:
        session.commit()
        line = json.dumps({"id": "r1", "title": "Suelos andinos", **fields}).encode()
        list(importing.run(Source(io.BytesIO(line), Path(), 0), Tally(print)))

    takes(identifier="https://doi.org/10.1590/A")
    viewer = factories.viewer(session)
    found = find_all(session, viewer, [("doi", "10.1590/a")])
    assert found["doi", "10.1590/a"].record_id == "r1"
    takes(identifier="https://doi.org/10.1590/B", title="Papas")
    assert known_of(session, found["doi", "10.1590/a"].id) == {("doi", "10.1590/b"), ("title", "papas")}


def test_many_are_found_by_two_queries_and_only_those_that_the_viewer_may_see(app: Flask, session: Session) -> None:
    teacher = factories.person(session)
    elsewhere = factories.person(session)
    hidden = institution_audience(elsewhere.institution_id)
    seen = factories.resource(session, by=teacher, identifiers=["isbn:9788437604947"], title="Uno")
    factories.resource(session, by=elsewhere, identifiers=["10.1590/a"], audience=hidden, title="Dos")
    factories.resource(session, by=elsewhere, identifiers=["10.1590/b"], state=ResourceState.WAITING, title="Tres")
    viewer = factories.viewer(session, Role.TEACHER, by=teacher)
    wanted = [("isbn", "9788437604947"), ("doi", "10.1590/a"), ("doi", "10.1590/b"), ("title", "uno"), ("title", "dos")]
    assert find_all(session, viewer, wanted) == {("isbn", "9788437604947"): seen, ("title", "uno"): seen}
    assert enrolling.statements(engine_of(app), lambda: find_all(session, viewer, wanted)) == 2
    assert find_all(session, viewer, []) == {}


def test_of_several_the_published_one_is_found(session: Session) -> None:
    teacher = factories.person(session)
    factories.resource(session, by=teacher, identifiers=["10.1590/a"], state=ResourceState.RETURNED)
    published = factories.resource(session, identifiers=["10.1590/a"])
    factories.resource(session, identifiers=["10.1590/a"])
    found = find_all(session, factories.viewer(session, Role.TEACHER, by=teacher), [(Scheme.DOI, "10.1590/a")])
    assert found == {("doi", "10.1590/a"): published}


def test_what_is_known_no_longer_is_known_by_nothing(session: Session) -> None:
    book = factories.resource(session, identifiers=["10.1590/a"])
    identities.keep(session, {book.id: set()})
    assert known_of(session, book.id) == set()
