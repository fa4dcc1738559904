"""Many pages on paper: from one to another, in stretches that stay light."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import printing
from tests import factories


def test_the_pages_asked_for_are_printed_with_their_headings(app: Flask, session: Session) -> None:
    book = factories.resource(session, "Uno|Primera.", "Segunda <b>.", "Tercera.", title="Atlas")
    student = factories.signed_in(app, session)
    page = student.get(f"/resources/{book.id}/print?from=1&to=2").text
    assert "<h2>Uno</h2>" in page
    assert "<h2>Página 2</h2>" in page
    assert "<p>Segunda &lt;b&gt;.</p>" in page
    assert "Tercera" not in page
    assert "Páginas 1 a 2 de 3" in page
    assert "Tercera" in student.get(f"/resources/{book.id}/print").text


def test_a_long_book_is_printed_in_stretches(app: Flask, session: Session) -> None:
    text = "Este texto llena la página con palabras comunes de la sierra y de la costa. " * 40
    book = factories.resource(session, *[f"{number} {text}" for number in range(100)])
    assert book.file is not None
    first = printing.stretch(session, book.file, 1, 100)
    assert (first.first, first.last, first.goes_on_at) == (1, 32, 33)
    assert printing.stretch(session, book.file, 90, 500).goes_on_at is None
    answer = factories.signed_in(app, session).get(f"/resources/{book.id}/print")
    assert "Seguir desde la página 33" in answer.text
    assert len(gzip.compress(answer.data)) < 40_000


@pytest.mark.parametrize(
    "query", ["?from=0&to=0", "?from=9", "?from=3&to=2", "?from=-5&to=-1", "?from=3000000000", f"?to=-{10**19}"]
)
def test_pages_that_are_not_there_are_said(app: Flask, session: Session, query: str) -> None:
    book = factories.resource(session, "Uno.", "Dos.", "Tres.")
    assert factories.signed_in(app, session).get(f"/resources/{book.id}/print{query}").status_code == 404
