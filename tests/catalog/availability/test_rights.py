"""The access right of a resource, in COAR's words: told on its page in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.availability import rights
from catalog.availability.rights import EMBARGOED, METADATA_ONLY, OPEN, RESTRICTED
from catalog.days import today
from catalog.models import VocabularyUse
from catalog.vocabularies import shipped, taking
from catalog.vocabularies.scheme import Label, PlainConcept, Scheme
from catalog.vocabularies.taking import Wanted
from tests import factories

SOON, BEFORE = timedelta(days=40), timedelta(days=-1)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ({}, OPEN),
        ({"opens": BEFORE}, OPEN),
        ({"opens": SOON}, EMBARGOED),
        ({"audience": "institution:1"}, RESTRICTED),
        ({"audience": "group:1"}, RESTRICTED),
        ({"audience": "context:1", "opens": SOON}, RESTRICTED),
    ],
)
def test_it_follows_from_audience_and_embargo(session: Session, said: dict[str, Any], right: str) -> None:
    audience = said.get("audience", "everyone")
    opens = today() + said["opens"] if "opens" in said else None
    assert rights.right_of(factories.resource(session, "Uno", embargo_until=opens, audience=audience)) == right


def test_a_web_address_without_a_file_is_as_its_audience_and_a_bare_record_is_metadata(session: Session) -> None:
    bare = factories.resource(session)
    bare.file = None
    assert rights.right_of(bare) == METADATA_ONLY
    bare.identifiers = ["https://example.org/libro"]
    assert rights.right_of(bare) == OPEN
    bare.audience = "institution:1"
    assert rights.right_of(bare) == RESTRICTED
    assert rights.right_of(factories.course(session)) in (OPEN, RESTRICTED)


def test_its_page_says_it_in_the_language_of_the_reader(app: Flask, session: Session) -> None:
    resource = factories.resource(session, "Uno", embargo_until=today() + SOON)
    reader = factories.signed_in(app, session)
    page = f"/resources/{resource.id}"
    assert "Derechos de acceso" not in reader.get(page).text  # no vocabulary yet
    labels = (Label("preferred", "es", "acceso embargado"), Label("preferred", "en", "embargoed access"))
    told = Scheme("urn:v", {"es": "Derechos"}, concepts=(PlainConcept(EMBARGOED, labels),))
    taking.take(session, told, Wanted(use=VocabularyUse.ACCESS))
    session.commit()
    assert "<dd>Acceso embargado</dd>" in reader.get(page).text
    assert "<dd>Embargoed access</dd>" in reader.get(page, headers={"Accept-Language": "en"}).text


def test_all_of_them_are_in_the_vocabulary_that_comes_with_the_tool() -> None:
    text = Path(shipped.__file__).with_name("coar-access-rights.ttl").read_text(encoding="utf-8")
    assert all(f"<{right}> a skos:Concept" in text for right in (OPEN, EMBARGOED, RESTRICTED, METADATA_ONLY))
