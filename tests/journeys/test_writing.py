"""A teacher writes a lesson while the connection comes and goes, in two tabs: no text is lost, and what is said of it
is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lrc.study.models import Part, Save
from lti.models import StoredLaunch
from tests.browser import Complaints, look
from tests.campus import COURSE, TEACHER, Campus
from tests.journeys.conftest import LAPTOP, PATIENCE_MS, PERUVIAN

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")

_OFFLINE = "ERR_INTERNET_DISCONNECTED"


@dataclass
class Desk:
    """The teacher's browser."""

    context: BrowserContext
    campus: Campus
    complaints: Complaints = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.complaints = Complaints(self.context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.launch(self.page)

    def launch(self, page: Page) -> None:
        page.goto(f"{self.campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={TEACHER.sub}&lang=es")
        page.get_by_role("heading", level=1).wait_for()

    def begin_module(self) -> str:
        """Begin a module and open its first lesson; answers the address of its editor."""
        self.page.get_by_role("link", name="Escribir").click()
        self.page.get_by_label("Título del módulo").wait_for()
        self.look()
        self.page.get_by_label("Título del módulo").fill("Crianza de cuyes")
        self.page.get_by_role("button", name="Empezar el módulo").click()
        self.page.get_by_role("heading", level=1, name="Crianza de cuyes").wait_for()
        self.look()
        self.page.get_by_role("link", name="Primera lección", exact=True).click()
        self.page.get_by_role("heading", level=1, name="Escribir una lección").wait_for()
        return self.page.url

    def tab(self, address: str) -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page

    def look(self, *, reload: bool = True) -> None:
        self.complaints.pardon(_OFFLINE)  # which may be heard of later than the connection is back
        look(self.page, self.complaints, reload=reload)

    def lose_connection(self) -> None:
        self.context.set_offline(True)

    def find_connection(self) -> None:
        self.context.set_offline(False)


def write(page: Page, words: str) -> None:
    page.get_by_label("Texto", exact=True).fill(words)


def expect_said(page: Page, words: str) -> None:
    expect(page.locator("[data-state]")).to_contain_text(words)


@pytest.fixture
def desk(browser: Browser, campus: Campus) -> Iterator[Desk]:
    with ExitStack() as ending:
        context = ending.enter_context(browser.new_context(**{**PERUVIAN, "viewport": LAPTOP}))
        yield Desk(context, campus)


def kept(session: Session) -> str:
    session.rollback()
    session.expire_all()
    return str(session.scalars(select(Part)).one().content["text"])


def test_no_text_is_lost_to_a_lost_connection_an_ended_visit_a_closed_tab_or_a_second_tab(
    desk: Desk, session: Session
) -> None:
    address = desk.begin_module()
    desk.look()
    write(desk.page, "## Las pozas\n\nLas pozas son **secas**.")
    expect_said(desk.page, "Guardado a las")
    expect(desk.page.locator("#preview strong")).to_have_text("secas")
    assert kept(session) == "## Las pozas\n\nLas pozas son **secas**."

    desk.lose_connection()
    write(desk.page, "Sin conexión")
    expect_said(desk.page, "Por guardar: sin conexión")
    assert kept(session) != "Sin conexión"
    desk.find_connection()
    expect_said(desk.page, "Guardado a las")
    assert kept(session) == "Sin conexión"

    desk.page.evaluate("document.querySelector('#lesson [name=csrf_token]').value = 'of yesterday'")
    write(desk.page, "Con una ficha vieja")
    expect_said(desk.page, "Guardado a las")
    assert kept(session) == "Con una ficha vieja"
    desk.complaints.pardon("400")

    session.execute(delete(StoredLaunch))
    session.commit()
    write(desk.page, "La visita terminó")
    expect_said(desk.page, "Tu visita terminó")
    desk.complaints.pardon("401")
    desk.launch(desk.tab("about:blank"))
    expect_said(desk.page, "Guardado a las")
    assert kept(session) == "La visita terminó"

    closed_tab(desk, session, address)
    second_tab(desk, session, address)


def closed_tab(desk: Desk, session: Session, address: str) -> None:
    """What had not been sent when the tab was closed is offered by the next one."""
    desk.lose_connection()
    write(desk.page, "Antes de cerrar")
    expect_said(desk.page, "Por guardar: sin conexión")
    desk.page.close()
    desk.find_connection()
    assert kept(session) == "La visita terminó"
    desk.page = desk.tab(address)
    expect(desk.page.locator("#lost")).to_contain_text("hay un texto tuyo que no llegó a guardarse")
    desk.look(reload=False)
    desk.page.get_by_role("button", name="Usar ese texto").click()
    expect_said(desk.page, "Guardado a las")
    assert kept(session) == "Antes de cerrar"


def second_tab(desk: Desk, session: Session, address: str) -> None:
    """Of two tabs neither overwrites the other."""
    other = desk.tab(address)
    write(desk.page, "En la primera pestaña")
    expect_said(desk.page, "Guardado a las")
    write(other, "En la segunda pestaña")
    expect_said(other, "Se guardó otro texto mientras escribías")
    assert kept(session) == "En la primera pestaña"
    other.get_by_role("link", name="Comparar los dos textos").click()
    other.get_by_role("heading", level=1, name="Hay dos textos de esta lección").wait_for()
    expect(other.locator(".diff .removed")).to_contain_text("Solo en el guardado: En la primera pestaña")
    desk.page.close()
    desk.page = other
    desk.look()
    other.get_by_label("El texto que quedará").fill("En la primera y en la segunda")
    other.get_by_role("button", name="Guardar el texto juntado").click()
    other.wait_for_url(re.compile(re.escape(address)))
    assert kept(session) == "En la primera y en la segunda"
    assert {"En la primera pestaña", "En la segunda pestaña"} <= {
        each.content["text"] for each in session.scalars(select(Save))
    }
    other.get_by_role("link", name="Historial").click()
    other.get_by_role("heading", level=1, name="Historial").wait_for()
    desk.look()
