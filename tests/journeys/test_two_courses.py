"""Two courses in two tabs: each stays in its own, and each way of ending leads on."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import look
from tests.journeys import papers
from tests.journeys.visit import Visit
from tests.lti.launching import TEACHER

_CHOOSE = re.compile("^Elige para")
_FIRST, _SECOND = "Estadística aplicada", "Comunicación académica"


def handle(visit: Visit) -> str:
    """Which visit the tab is in, as its address says."""
    found = re.search(r"/v/([^/]+)/", visit.tool.url)
    assert found, visit.tool.url
    return found[1]


def beside(first: Visit) -> Visit:
    """Another tab of the same browser."""
    return Visit(first.context, first.centre)


def test_a_teacher_works_in_two_courses_at_once(visit: Callable[..., Visit]) -> None:
    first = visit()
    first.enter("Docente Uno", _FIRST)
    first.go("Mis materiales")
    first.tool.get_by_role("link", name="Subir un material").click()
    first.tool.get_by_label("Título").fill("Apuntes de dos cursos")
    here = handle(first)

    second = beside(first)
    second.enter("Docente Uno", _SECOND)
    there = handle(second)
    assert there != here

    # What was begun before the other course was opened is taken, in its own course.
    paper = papers.pdf("Apuntes de dos cursos", "La media y la mediana.")
    first.tool.get_by_label("Archivo").set_input_files(
        {"name": "apuntes.pdf", "mimeType": "application/pdf", "buffer": paper}
    )
    first.tool.get_by_role("button", name="Subir").click()
    first.tool.get_by_role("heading", level=1, name="Apuntes de dos cursos").wait_for()
    second.search("agua")
    assert (handle(first), handle(second)) == (here, there)

    first.tool.get_by_role("button", name="English").click()
    first.tool.get_by_role("button", name="Español").click()
    first.tool.get_by_role("button", name="English").wait_for()
    first.tool.get_by_role("heading", level=1, name="Apuntes de dos cursos").wait_for()
    with first.page.expect_event("framenavigated"):
        first.tool.evaluate("setTimeout(() => history.back())")
    first.tool.get_by_role("heading", level=1).wait_for()
    assert handle(first) == here
    first.page.reload()
    first.wait_for_the_library()
    assert handle(first) == here
    second.go("Mis materiales")
    assert handle(second) == there
    first.look()


def test_choosing_for_a_course_leaves_its_open_tab_as_it_is(visit: Callable[..., Visit]) -> None:
    teacher = visit()
    teacher.enter("Docente Uno", _FIRST)
    form = teacher.context.new_page()
    form.goto(f"{teacher.centre.lms_url}/course/modedit.php?choosing=1&id=2&as={TEACHER.sub}&tool=1&lang=es")
    form.locator("iframe").wait_for()
    picker = form.frames[-1]
    expect(picker.get_by_role("heading", level=1, name=_CHOOSE)).to_be_visible()
    teacher.go("Buscar")
    expect(teacher.tool.get_by_role("heading", level=1, name=_CHOOSE)).to_have_count(0)
    teacher.look(reload=False)


def test_leaving_in_one_tab_ends_the_other_which_says_how_to_go_on(visit: Callable[..., Visit]) -> None:
    first = visit()
    first.enter("Estudiante", _FIRST)
    kept = first.tool.url
    second = beside(first)
    second.enter("Estudiante", _SECOND)
    second.tool.get_by_role("button", name="Salir").click()
    expect(second.tool.get_by_role("heading", level=1, name="Saliste de la biblioteca")).to_be_visible()
    expect(second.tool.get_by_role("link", name="Volver a mi curso")).to_have_attribute("target", "_top")
    second.look()

    first.tool.get_by_role("link", name="Buscar", exact=True).click()
    says_how_to_go_on(first)
    tab = first.context.new_page()
    tab.goto(kept)
    to_the_course(tab)
    first.complaints.pardon("401")
    look(tab, first.complaints, reload=False)
    tab.get_by_role("link", name="Ir a mi curso").click()
    tab.wait_for_url(re.compile(r"/course/view\.php\?id="))


def test_an_address_opened_in_a_tab_of_its_own_leads_to_the_course(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante", _FIRST)
    student.tool.get_by_role("combobox", name="Qué buscas").wait_for()
    link = student.tool.get_by_role("main").get_by_role("link").first
    with student.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    to_the_course(opened.value)
    expect(student.tool.get_by_role("combobox", name="Qué buscas")).to_be_visible()


def says_how_to_go_on(visit: Visit) -> None:
    expect(visit.tool.get_by_role("heading", level=1, name="Entra desde tu curso")).to_be_visible()
    expect(visit.tool.get_by_role("link", name="Ir a mi curso")).to_have_attribute("target", "_top")


def to_the_course(tab: Page) -> None:
    expect(tab.get_by_role("heading", level=1, name="Entra desde tu curso")).to_be_visible()
    address = tab.get_by_role("link", name="Ir a mi curso").get_attribute("href")
    assert address is not None
    assert re.search(r"/course/view\.php\?id=\d+$", address)
