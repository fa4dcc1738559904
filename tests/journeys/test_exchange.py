"""A teacher brings questions from Moodle on a phone, looks at what comes in, and takes them out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from lrc.config import Settings
from tests.browser import Complaints, look
from tests.campus import COURSE, TEACHER, Campus
from tests.catalog.conftest import settings
from tests.journeys.conftest import PATIENCE_MS, PERUVIAN

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")
__all__ = ["settings"]

_PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
BANK = """$CATEGORY: $course$/top/Unidad 1/Ríos de la costa y de la sierra

::Ríos::¿Cuál de estos ríos pasa por Lima?{=El Rímac#Así es. ~El Urubamba ~%50%El Chillón, por el norte}

Escribe un ensayo sobre el río de tu pueblo.{}
"""


@pytest.fixture
def phone(browser: Browser, s3: Settings, campus: Campus) -> Iterator[Page]:
    """A teacher's phone, with the library open."""
    with ExitStack() as ending:
        context = ending.enter_context(browser.new_context(**{**PERUVIAN, **_PHONE}))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={TEACHER.sub}&lang=es")
        page.get_by_role("heading", level=1).wait_for()
        yield page


def test_questions_come_from_moodle_and_go_back(phone: Page) -> None:
    complaints = Complaints(phone.context)
    phone.get_by_role("link", name="Escribir").click()
    phone.get_by_role("region", name="Un módulo nuevo").get_by_label("Título").fill("Los ríos")
    phone.get_by_role("button", name="Empezar el módulo").click()
    phone.get_by_role("link", name="Importar o exportar").click()
    phone.get_by_label("Archivo de preguntas").wait_for()
    look(phone, complaints)
    phone.get_by_label("Archivo de preguntas").set_input_files(
        {"name": "rios.txt", "mimeType": "text/plain", "buffer": BANK.encode()}
    )
    phone.get_by_role("button", name="Ver qué trae").click()
    expect(phone.locator("main")).to_contain_text("Es una pregunta de ensayo")
    look(phone, complaints, reload=False)
    phone.get_by_role("button", name="Agregar 1 pregunta").click()
    expect(phone.get_by_role("status")).to_contain_text("Tus preguntas ya están en «rios»")
    phone.get_by_role("link", name="Importar o exportar").click()
    phone.get_by_role("link", name="rios en GIFT").click()
    phone.get_by_role("link", name="Descargar").wait_for()
    look(phone, complaints)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Descargar").click()
    assert "¿Cuál de estos ríos pasa por Lima?{" in download.value.path().read_text()
    complaints.assert_none()
