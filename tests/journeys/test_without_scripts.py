"""Where JavaScript is off, everything but the drawing of PDF pages works the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import papers
from tests.journeys.visit import Visit


@pytest.fixture
def plain(visit: Callable[..., Visit]) -> Visit:
    """A visit with a browser that runs no scripts."""
    return visit(java_script_enabled=False)


def test_a_student_searches_and_reads_as_text(plain: Visit) -> None:
    plain.enter("Estudiante")
    plain.look()
    plain.search_until_found("como se purifica el agua para tomar", "Agua segura en casa").get_by_role(
        "link"
    ).first.click()
    expect(plain.tool.locator("mark", has_text="agua").first).to_be_visible()
    plain.look()


def test_a_page_of_a_pdf_that_only_scripts_can_draw_opens_as_text(plain: Visit) -> None:
    plain.enter("Estudiante")
    plain.search_until_found("quemadura", "Primeros auxilios").get_by_role("link").first.click()
    expect(plain.tool.locator("mark", has_text=re.compile("quemadura", re.IGNORECASE)).first).to_be_visible()
    plain.look()


def test_a_teacher_uploads_a_file(plain: Visit) -> None:
    plain.enter("Docente Uno")
    plain.go("Mis materiales")
    plain.tool.get_by_role("link", name="Subir un material").click()
    plain.tool.get_by_label("Título").wait_for()
    plain.look()
    plain.tool.get_by_label("Título").fill("Hojas de quinua")
    file = papers.pdf("Hojas de quinua", "Las hojas tiernas de quinua se comen como verdura.")
    plain.tool.get_by_label("Archivo").set_input_files(
        {"name": "quinua.pdf", "mimeType": "application/pdf", "buffer": file}
    )
    plain.tool.get_by_role("button", name="Subir").click()
    plain.tool.get_by_role("heading", level=1, name="Hojas de quinua").wait_for()
    reloaded = plain.until(lambda: plain.go("Mis materiales"), plain.tool.get_by_text("Esperando revisión"))
    expect(reloaded.first).to_be_visible()
