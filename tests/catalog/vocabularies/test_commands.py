"""`lrc vocabulary`: taking a file in, giving it out, and the same coming back unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.vocabularies import commands
from lrc.errors import BadFile
from search.documents import Query
from search.engine import Index
from tests import factories
from tests.catalog.vocabularies.files import SCIENCES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "ciencias.ttl"
    made.write_text(SCIENCES, encoding="utf-8")
    return made


def run(app: Flask, *arguments: object) -> Result:
    """Raises what the command raises."""
    return CliRunner().invoke(commands.vocabulary, list(map(str, arguments)), obj=lambda: app, catch_exceptions=False)


def test_a_vocabulary_goes_in_and_out_and_in_again_unchanged(app: Flask, file: Path, tmp_path: Path) -> None:
    assert "3 new" in run(app, "import", file, "--dry-run").output
    assert run(app, "list").output == ""
    assert "3 new" in run(app, "import", file, "--name", "ciencias").output
    assert run(app, "list").output.startswith(
        "ciencias\tsubjects\t3\thttps://example.org/temas/v\tCampos de la ciencia"
    )
    for form in ("turtle", "xml"):
        out = tmp_path / f"out.{form}"
        run(app, "export", "ciencias", "--format", form, "--output", out)
        told = run(app, "import", out).output
        assert "3 as they were" in told
        assert "0 new" in told
    assert "skos:ConceptScheme" in run(app, "export", "ciencias").output


def test_what_comes_with_the_tool_is_taken_in_once_and_leaves_other_versions_alone(app: Flask, tmp_path: Path) -> None:
    assert run(app, "import").output == "Taken in: oecd-ford, coar-resource-types, coar-access-rights.\n"
    assert run(app, "import").output == "All that come with the tool are here.\n"
    out = tmp_path / "out.ttl"
    run(app, "export", "coar-resource-types", "--output", out)
    smaller = tmp_path / "other.ttl"
    smaller.write_text(out.read_text(encoding="utf-8").replace('"libro"@es', '"Libro impreso"@es'), encoding="utf-8")
    assert "1 changed: Libro impreso" in run(app, "import", smaller).output
    assert run(app, "import").output == "All that come with the tool are here.\n"


def test_one_that_is_taken_out_leaves_words_as_words(app: Flask, index: Index, session: Session, file: Path) -> None:
    factories.resource(session, subjects=["Mathematics"])
    session.commit()
    run(app, "import", file, "--name", "ciencias")
    indexing.bring_up_to_date(index)
    assert "1 resources were described with it" in run(app, "remove", "ciencias", "--yes").output
    indexing.bring_up_to_date(index)
    found = index.search(Query("", frozenset({"everyone"}), counted=("subject",)))
    assert dict(found.facets["subject"].values) == {"Mathematics": 1}
    run(app, "import")
    refused = run(app, "remove", "oecd-ford")
    assert (refused.exit_code, "comes with the tool" in refused.output) == (1, True)


def test_a_file_that_is_no_vocabulary_is_refused_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("no soy Turtle", encoding="utf-8")
    with pytest.raises(BadFile, match="corrupt"):
        run(app, "import", bad)
