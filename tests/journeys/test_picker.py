"""A teacher puts things of the library into a course with the picker, in the frame in which Moodle shows it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lti.models import Person, Placement, ResourceLink
from search.documents import Document
from search.documents import Page as TextPage
from search.engine import current_index
from tests import factories
from tests.browser import Complaints, look
from tests.campus import COURSE, STUDENT, TEACHER, Campus
from tests.journeys.conftest import LAPTOP, PATIENCE_MS, PERUVIAN

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")

_COUNT = "document.addEventListener('click', event => event.isTrusted && window.clicked(), true)"
TITLES = ["Riego por goteo", "Abonos de la chacra", "Cuidado de los cuyes", "Semillas nativas"]


@dataclass
class Choosing:
    """A teacher's browser with the picker open over the LMS's form; counts what is clicked in it."""

    context: BrowserContext
    campus: Campus
    clicks: list[str] = field(default_factory=list)
    complaints: Complaints = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.complaints = Complaints(self.context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.expose_binding("clicked", lambda source: self.clicks.append(source["frame"].url))
        self.context.add_init_script(_COUNT)
        self.page = self.context.new_page()

    def open(self, *, over_a_form: bool = True) -> None:
        """Open the picker, over the form of an activity or (to see it at any width) in a window of its own."""
        path = "/course/modedit.php?choosing=1" if over_a_form else "/mod/lti/contentitem.php?x=1"
        self.page.goto(f"{self.campus.lms.url}{path}&id={COURSE}&as={TEACHER.sub}&tool=1&lang=es")
        self.tool.get_by_role("heading", level=1, name=re.compile("^Elige para")).wait_for()
        self.tool.wait_for_load_state("load")  # until then the controls work as without scripts
        self.clicks.clear()

    @property
    def tool(self) -> Frame:
        return self.page.frames[-1]

    def tick(self, title: str) -> None:
        self.tool.get_by_role("button", name=f"Elegir {title}").click()

    def place(self) -> None:
        self.tool.get_by_role("button", name="Poner en el curso").click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Guardar cambios y volver al curso").click()
        self.page.get_by_role("heading", name=re.compile("^Estadística")).wait_for()


@pytest.fixture
def shelf(campus: Campus, session: Session) -> list[Resource]:
    """What the library holds: the first two are the teacher's own."""
    campus.launch(TEACHER)
    teacher = session.scalars(select(Person).where(Person.sub == TEACHER.sub)).one()
    others = factories.person(session, of=teacher.platform)
    held = [
        factories.resource(session, f"{title}: lo que hay que saber.", title=title, by=by, description="Para leer.")
        for title, by in zip(TITLES, (teacher, teacher, others, others), strict=True)
    ]
    session.commit()
    texts = [TextPage(1, "Lo que hay que saber del riego, del abono y de los cuyes.")]
    current_index().write(
        [Document(str(each.id), each.record_id, each.title, pages=texts, page_count=1) for each in held]
    )
    return held


@pytest.fixture
def choosing(browser: Browser, campus: Campus, shelf: list[Resource]) -> Iterator[Choosing]:
    with browser.new_context(**PERUVIAN, viewport=LAPTOP) as context:
        yield Choosing(context, campus)


def test_an_own_thing_and_then_a_used_one_are_in_the_course_with_two_clicks(
    choosing: Choosing, campus: Campus, shelf: list[Resource]
) -> None:
    for name in ("Mis materiales", "Usados hace poco"):
        choosing.open()
        section = choosing.tool.get_by_role("heading", name=name).locator("xpath=following-sibling::ul[1]")
        section.get_by_role("button", name=f"Elegir {TITLES[0]}").click()
        choosing.place()
        # Moodle fills its form with a single thing.
        expect(choosing.page.get_by_label("Nombre de la actividad")).to_have_value(TITLES[0])
        assert len(choosing.clicks) == 2
        choosing.save()
    placed = [each.custom for each in campus.lms.store.state.of_course(COURSE) if "lrc_id" in each.custom]
    assert [(each["lrc_kind"], each["lrc_id"]) for each in placed] == [("resource", shelf[0].record_id)] * 2
    assert len({each["lrc_item"] for each in placed}) == 2
    choosing.complaints.assert_none()


def test_several_things_are_found_looked_into_ordered_graded_and_read_by_a_student(
    choosing: Choosing, campus: Campus, session: Session, shelf: list[Resource]
) -> None:
    choosing.open()
    choosing.tick(TITLES[3])
    tool = choosing.tool
    tool.get_by_role("combobox", name="Qué buscas").fill("cuyes")
    tool.get_by_role("combobox", name="Qué buscas").press("Enter")
    tool.get_by_role("heading", name="Resultados").wait_for()
    tool.get_by_role("button", name="Elegir Búsqueda: cuyes").click()
    expect(tool.get_by_role("status").filter(has_text="elegido")).to_have_text("2 elegidos")
    tool.get_by_role("article").get_by_role("link", name=TITLES[2]).first.click()
    tool.wait_for_url(re.compile("/read"))
    choosing.tick(TITLES[2])
    expect(tool.get_by_role("status").filter(has_text="elegido")).to_have_text("3 elegidos")
    tool.get_by_role("link", name="Revisar").click()
    tool.get_by_role("heading", name="Lo que pondrás en el curso").wait_for()
    tool.get_by_role("button", name=f"Mover arriba {TITLES[2]}").click()
    expect(tool.locator("legend").nth(1)).to_contain_text(TITLES[2])
    second = tool.get_by_role("group").nth(1)
    second.get_by_label("Nombre en el curso").fill("Práctica 1: los cuyes")
    second.get_by_label("Con nota").check()
    expect(second.get_by_label("Nota máxima")).to_have_value("20")
    choosing.place()
    choosing.page.get_by_role("heading", name="Los siguientes elementos se agregarán al curso").wait_for()
    expect(choosing.page.get_by_text("calificación máxima: 20")).to_be_visible()
    choosing.save()
    choosing.complaints.assert_none()
    placed = [each for each in campus.lms.store.state.of_course(COURSE) if "lrc_id" in each.custom]
    assert [each.title for each in placed] == [TITLES[3], "Práctica 1: los cuyes", "Búsqueda: cuyes"]
    student = campus.launch(STUDENT, link=placed[1].link_id)
    link = session.scalars(select(ResourceLink).where(ResourceLink.item == placed[1].custom["lrc_item"])).one()
    assert (link.is_graded, link.maximum, link.target) == (True, 20.0, shelf[2].record_id)
    assert link.lineitem_url, "Moodle made the column"
    landed = student.get(student.landed)
    assert landed.location.endswith(f"/resources/{shelf[2].id}")
    assert TITLES[2] in student.get(landed.location).text


def test_ticking_neither_reloads_nor_scrolls_and_is_told_to_who_does_not_see(choosing: Choosing) -> None:
    choosing.open()
    tool = choosing.tool
    tool.evaluate("window.here = 1")
    last = tool.locator("button.tick").last
    last.scroll_into_view_if_needed()
    before = tool.evaluate("window.scrollY")
    assert before > 0
    last.focus()
    choosing.page.keyboard.press("Space")
    expect(tool.get_by_role("status").filter(has_text="elegido")).to_have_text("1 elegido")
    expect(last).to_have_attribute("aria-pressed", "true")
    expect(last).to_be_focused()
    assert tool.evaluate("window.scrollY") == before
    choosing.page.keyboard.press("Enter")
    expect(last).to_have_attribute("aria-pressed", "false")
    assert tool.evaluate("window.here") == 1, "the page was loaded anew"
    choosing.page.keyboard.press("Shift+Tab")
    assert tool.evaluate("document.activeElement.getBoundingClientRect().bottom < innerHeight - 50"), "under the bar"
    choosing.complaints.assert_none()


def test_from_the_keyboard_alone(choosing: Choosing) -> None:
    choosing.open()
    tool, keys = choosing.tool, choosing.page.keyboard
    tool.locator("button.tick").first.focus()
    keys.press("Enter")
    expect(tool.get_by_role("button", name="Poner en el curso")).to_be_visible()
    tool.get_by_role("link", name="Ir a lo elegido").focus()
    keys.press("Enter")
    for _ in range(4):
        keys.press("Tab")
        if tool.evaluate("document.activeElement.textContent").strip() == "Poner en el curso":
            break
    keys.press("Enter")
    expect(choosing.page.get_by_label("Nombre de la actividad")).to_have_value(re.compile("."))


def test_cancelling_leads_back_to_the_form_as_it_was(choosing: Choosing) -> None:
    choosing.open()
    choosing.tick(TITLES[1])
    choosing.tool.get_by_role("button", name="Cancelar").click()
    expect(choosing.page.get_by_label("Nombre de la actividad")).to_have_value("")
    expect(choosing.page.locator("iframe")).to_have_count(0)


def test_what_goes_wrong_is_said_in_the_picker(choosing: Choosing, session: Session, shelf: list[Resource]) -> None:
    choosing.open()
    shelf[1].state = "withdrawn"
    session.commit()
    choosing.tick(TITLES[1])
    expect(choosing.tool.get_by_role("alert")).to_contain_text("no está publicado")
    expect(choosing.tool.get_by_role("status").filter(has_text="elegido")).to_have_text("Nada elegido todavía")
    choosing.complaints.assert_none()


def test_a_tick_that_does_not_arrive_is_told(choosing: Choosing) -> None:
    choosing.open()
    choosing.context.route("**/picker/picks", lambda route: route.abort())
    choosing.tick(TITLES[1])
    expect(choosing.tool.get_by_role("alert")).to_contain_text("No pudimos guardar el cambio")
    choosing.context.unroute("**/picker/picks")
    choosing.tick(TITLES[1])
    expect(choosing.tool.get_by_role("status").filter(has_text="elegido")).to_have_text("1 elegido")
    expect(choosing.tool.get_by_role("alert")).to_have_text("")


def test_each_page_of_the_picker_is_as_a_page_must_be_in_a_window_of_its_own_too(choosing: Choosing) -> None:
    choosing.open(over_a_form=False)
    choosing.tick(TITLES[1])
    choosing.tick(TITLES[2])
    expect(choosing.tool.get_by_role("status").filter(has_text="elegido")).to_have_text("2 elegidos")
    look(choosing.tool, choosing.complaints)
    choosing.tool.goto(choosing.tool.url.split("#")[0] + "search?q=cuyes")
    look(choosing.tool, choosing.complaints)
    choosing.tool.get_by_role("link", name="Revisar").click()
    choosing.tool.get_by_role("heading", name="Lo que pondrás en el curso").wait_for()
    look(choosing.tool, choosing.complaints)
    choosing.tool.get_by_role("group").first.get_by_label("Con nota").check()
    choosing.tool.get_by_role("group").first.get_by_label("Nota máxima").fill("42")
    look(choosing.tool, choosing.complaints, reload=False)


def test_the_first_page_is_light_with_as_many_covers_as_it_can_have(
    choosing: Choosing, session: Session, shelf: list[Resource]
) -> None:
    person = session.scalars(select(Person).where(Person.sub == TEACHER.sub)).one()
    others = factories.person(session)
    for number in range(20):
        by = person if number % 2 else others
        held = factories.resource(session, "x", title=f"Título de un libro {number}", by=by)
        assert held.file is not None
        held.file.thumbnail = os.urandom(2000)
        if number < 8:
            placed = Placement(item=str(number), person_id=person.id, kind="resource", target=held.record_id, title="x")
            session.add(placed)
    session.commit()
    choosing.open()
    expect(choosing.tool.locator(".card img")).to_have_count(14)
    look(choosing.tool, choosing.complaints)


def test_without_scripts_everything_works_with_one_button_more(
    browser: Browser, campus: Campus, shelf: list[Resource]
) -> None:
    with browser.new_context(**PERUVIAN, viewport=LAPTOP, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{campus.lms.url}/mod/lti/contentitem.php?id={COURSE}&as={TEACHER.sub}&tool=1&lang=es")
        for _ in range(2):
            page.get_by_role("button", name="Continuar").click()
        last = page.locator("button.tick").last
        value = last.get_attribute("value")
        last.click()
        expect(page.get_by_role("status").filter(has_text="elegido")).to_have_text("1 elegido")
        ticked = page.locator(f"button.tick[value='{value}']")
        expect(ticked).to_have_attribute("aria-pressed", "true")
        expect(ticked).to_be_in_viewport()
        page.get_by_role("button", name="Poner en el curso").click()
        page.get_by_role("button", name="Volver a mi curso").click()
        page.get_by_role("button", name="Continuar").click()
        expect(page.get_by_label("Nombre de la actividad")).to_have_value(re.compile("."))
