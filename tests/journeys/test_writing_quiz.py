"""A teacher writes a quiz on a phone, looks at how it will be, and answers it as a student would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from catalog.models import Kind, Resource
from lrc.study import parts
from lrc.study.content import Quiz
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.browser import Complaints, look
from tests.campus import COURSE, TEACHER, Campus
from tests.journeys.conftest import PATIENCE_MS, PERUVIAN
from tests.study.questions.examples import EVERY_KIND

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")

_PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def phone(browser: Browser, campus: Campus) -> Iterator[Page]:
    """A teacher's phone, with the library open."""
    with ExitStack() as ending:
        context = ending.enter_context(browser.new_context(**{**PERUVIAN, **_PHONE}))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={TEACHER.sub}&lang=es")
        page.get_by_role("heading", level=1).wait_for()
        yield page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_quiz_is_written_and_tried_on_a_phone(phone: Page, session: Session) -> None:
    complaints = Complaints(phone.context)
    begin_quiz(phone)
    look(phone, complaints)
    write_choice(phone, complaints)
    press(phone, "Guardar la pregunta")
    expect(phone.get_by_role("status")).to_contain_text("Pregunta guardada")

    lose_and_find_again(phone, complaints)
    phone.get_by_role("link", name="Completar espacios").click()
    phone.get_by_label("Texto con espacios").fill("La papa viene de los [[Andes|andes del sur]].")
    press(phone, "Guardar la pregunta")
    phone.get_by_role("link", name="La papa viene de los ___").click()
    expect(phone.get_by_label("Respuestas que valen, una en cada línea")).to_have_value("Andes\nandes del sur")

    phone.get_by_role("link", name="Repaso").click()
    phone.get_by_role("link", name="Título, intentos y tiempo").click()
    phone.get_by_label("Intentos por persona").fill("2")
    look(phone, complaints, reload=False)
    press(phone, "Guardar")
    expect(phone.locator("main")).to_contain_text("2 intentos")
    add_all_kinds(session)
    answer_all_kinds(phone, complaints)


def begin_quiz(phone: Page) -> None:
    phone.get_by_role("link", name="Escribir").click()
    phone.get_by_role("region", name="Un módulo nuevo").get_by_label("Título").fill("La papa")
    press(phone, "Empezar el módulo")
    phone.get_by_label("Título de lo que agregas").fill("Repaso")
    press(phone, "Agregar cuestionario")
    phone.get_by_role("heading", level=1, name="Repaso").wait_for()


def write_choice(phone: Page, complaints: Complaints) -> None:
    """With one row more than the form offers, and a look before saving."""
    phone.get_by_role("link", name="Una opción correcta").click()
    phone.get_by_role("heading", level=1, name="Una opción correcta").wait_for()
    look(phone, complaints)
    phone.get_by_label("Pregunta", exact=True).fill("¿Qué se **siembra**?")
    press(phone, "Agregar opción")
    for number, text in ((1, "La semilla"), (2, "La hoja"), (5, "La flor")):
        phone.get_by_role("group", name=f"Opción {number}").get_by_label("Texto").fill(text)
    press(phone, "Ver cómo queda")
    expect(phone.get_by_role("radio", name="La flor")).to_be_visible()
    expect(phone.locator("#seen strong").first).to_have_text("siembra")
    look(phone, complaints, reload=False)


def lose_and_find_again(phone: Page, complaints: Complaints) -> None:
    """What was typed when the connection was lost is offered when the form is opened again, and no more once kept."""
    phone.get_by_role("link", name="Respuesta corta").click()
    phone.get_by_role("heading", level=1, name="Respuesta corta").wait_for()
    address = phone.url
    phone.get_by_label("Pregunta", exact=True).fill("¿De dónde viene la papa?")
    press(phone, "Agregar respuesta")
    phone.get_by_role("group", name="Respuesta 3").get_by_label("Texto").fill("Los Andes")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Guardar la pregunta").click()
    phone.wait_for_url(re.compile("chrome-error"))
    phone.context.set_offline(False)
    complaints.pardon("ERR_INTERNET_DISCONNECTED")
    phone.goto(address)
    press(phone, "Usar ese texto")
    expect(phone.get_by_role("group", name="Respuesta 1").get_by_label("Texto")).to_have_value("Los Andes")
    press(phone, "Guardar la pregunta")
    expect(phone.get_by_role("status")).to_contain_text("Pregunta guardada")
    phone.goto(address)
    expect(phone.locator("#lost")).to_be_hidden()
    phone.get_by_role("link", name="Repaso").click()


def add_all_kinds(session: Session) -> None:
    """One question of every kind in a second quiz, as if it had been imported."""
    module = session.query(Resource).filter_by(kind=Kind.MODULE).one()
    owner = session.get_one(Person, module.owner_id)
    viewer = factories.viewer(session, Role.TEACHER, by=owner)
    parts.add(session, viewer, module, Quiz("todas", "Todas", questions=EVERY_KIND))
    session.commit()


def answer_all_kinds(phone: Page, complaints: Complaints) -> None:
    phone.goto(phone.url.replace("/writing/", "/preview/").rsplit("/", 1)[0] + "/todas?questions=1")
    look(phone, complaints)
    phone.get_by_role("radio", name="Lima").check()
    phone.get_by_role("checkbox", name="Iquitos").check()
    phone.get_by_role("radio", name="Verdadero").check()
    for field, text in zip(phone.get_by_label("Tu respuesta").all(), ("2500 g", "perú"), strict=True):
        field.fill(text)
    phone.get_by_label("Lima", exact=True).and_(phone.locator("select")).select_option(label="costa")
    for place, item in enumerate(("Sembrar", "Cosechar", "Fermentar", "Secar"), 1):
        phone.get_by_label(item).select_option(str(place))
    phone.get_by_label("Espacio 1 de 2").fill("Cacao")
    phone.get_by_label("Espacio 2 de 2").select_option(label="seis")
    press(phone, "Ver el resultado")
    expect(phone.locator("main")).to_contain_text("6.83 de 8")
    look(phone, complaints, reload=False)
