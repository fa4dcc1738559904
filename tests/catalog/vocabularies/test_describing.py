"""Describing with vocabularies: subjects are sought, picked and recognised, types offered, all in one's language."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.describing import description
from catalog.describing.form import DescriptionForm
from catalog.models import Resource, Version, VocabularyUse
from lrc.db import transaction
from lti.viewers import Role
from search.engine import Index
from tests import factories
from tests.catalog.vocabularies.files import concept, take
from tests.factories import Browser


@pytest.fixture
def resource(session: Session) -> Resource:
    librarian = factories.person(session, librarian=True)
    take(
        session,
        concept("ciencia", "es:Ciencias", "en:Sciences"),
        concept("mate", "es:Matemáticas", "en:Mathematics", "qu:Yupay", broader=("ciencia",)),
    )
    take(session, concept("libro", "es:libro", "en:book"), use=VocabularyUse.TYPES)
    return factories.resource(session, by=librarian, title="Sumas", subjects=["mathematics", "Cocina"], type="libro")


@pytest.fixture
def librarian(app: Flask, session: Session, resource: Resource) -> Browser:
    return factories.signed_in(app, session, Role.LIBRARIAN, by=resource.owner)


def fields(resource: Resource, **changes: str) -> dict[str, str]:
    return {**DescriptionForm.of(description.of(resource)).typed, "seen": "0", **changes}


def subjects(page: str) -> list[str]:
    found = re.search(r'<textarea id="subjects"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1].split("\n")


def test_a_subject_is_sought_and_picked_without_losing_what_was_typed(
    librarian: Browser, resource: Resource, session: Session
) -> None:
    path = f"/resources/{resource.id}/describe"
    shown = librarian.get(path).text
    assert "<strong>mathematics</strong> (Ciencias › Matemáticas)" in shown
    assert '<option value="libro">' in shown
    sent = fields(resource, title="Otro título", subject_query="cienc")
    for button in ({"find": "subjects"}, {}):  # the button, or the Enter key
        page = librarian.submit(path, sent | button).text
        assert 'value="Otro título"' in page
    number = re.search(r'name="pick" value="(\d+)"', page)
    assert number
    page = librarian.submit(path, sent | {"pick": number[1]}).text
    assert subjects(page) == ["mathematics", "Cocina", "Ciencias"]
    session.commit()
    session.refresh(resource)
    assert resource.title == "Sumas"
    given = fields(resource, subjects="\n".join(subjects(page)), subject_query="cienc", save="1")
    assert librarian.submit(path, given).status_code == 302
    session.commit()
    session.refresh(resource)
    assert resource.subjects == ["mathematics", "Cocina", "Ciencias"]
    assert "Matemáticas" in librarian.get("/subjects?subject_query=yup").text
    assert "No hay ninguno así" in librarian.get("/subjects?subject_query=zzz").text


def test_readers_are_told_in_their_language(librarian: Browser, resource: Resource, index: Index) -> None:
    indexing.bring_up_to_date(index)
    path = f"/resources/{resource.id}"
    page = librarian.get(path).text
    assert '?subject=Ciencias+%3E+Matem%C3%A1ticas">Matemáticas</a>' in page
    librarian.submit("/language", {"language": "en", "next": "/"})
    page = librarian.get(path).text
    assert 'Matem%C3%A1ticas">Mathematics</a>' in page
    assert "<dd>book</dd>" in page
    found = librarian.get("/search?subject=Ciencias+%3E+Matem%C3%A1ticas").text
    assert "Sumas" in found
    assert "<li>Book</li>" in found
    assert "Mathematics" in found


def test_only_who_describes_is_offered_subjects(app: Flask, session: Session) -> None:
    assert factories.signed_in(app, session, Role.STUDENT).get("/subjects?subject_query=a").status_code == 403


def test_a_name_that_two_have_is_offered_with_its_place(app: Flask, session: Session, librarian: Browser) -> None:
    with transaction() as own:
        take(
            own,
            concept("a", "es:Mar"),
            concept("b", "es:Río"),
            concept("c", "es:Pesca", broader=("a",)),
            concept("d", "es:Pesca", broader=("b",)),
        )
    page = librarian.get("/subjects?subject_query=pesca").text
    assert "Mar</span>" in page
    assert "Río</span>" in page


def test_a_subject_is_picked_for_a_new_version_too_without_handing_it_in(
    app: Flask, session: Session, resource: Resource
) -> None:
    teacher = factories.signed_in(app, session, Role.TEACHER, by=resource.owner)
    path = f"/resources/{resource.id}/versions/describe"
    page = teacher.submit(path, fields(resource, seen_version="", note="", subject_query="cienc")).text
    number = re.search(r'name="pick" value="(\d+)"', page)
    assert number
    page = teacher.submit(path, fields(resource, seen_version="", note="", pick=number[1])).text
    assert subjects(page)[-1] == "Ciencias"
    assert session.scalars(select(Version)).all() == []
