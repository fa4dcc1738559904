"""The help for writing lessons: every example works, and stands in the docs as it stands beside the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, render_template

from lrc.richtext import lessons
from lrc.study.syntax import EXAMPLES, Example
from tests.richtext.scenery import Scenery

DOCS = Path(__file__).parents[2] / "docs" / "markdown.md"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.title))
def test_an_example_works_and_is_in_the_docs(example: Example) -> None:
    assert lessons.render(example.source, Scenery({"media": "El promedio"})).problems == ()
    docs = DOCS.read_text(encoding="utf-8")
    assert f"## {example.title}\n" in docs
    assert f"markdown\n{example.source}\n```" in docs
    assert str(example.note) in docs.replace("`", "")


def test_the_help_shows_them_as_they_are_typed(app: Flask) -> None:
    with app.test_request_context("/study/"):
        page = render_template("study/writing/help_markdown.html")
    assert page.count("<pre") == len(EXAMPLES)
    assert "&gt; Lo que dijo alguien." in page
    assert "[[recurso:lrc:0f3a9c2b7d1e4f56 pagina=12]]" in page
