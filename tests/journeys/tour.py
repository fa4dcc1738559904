"""A tour through every page of a running demo, each person's own, for measuring and for pictures."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Frame, Page

from tests import chromium, demo
from tests.demo import Demo
from tests.journeys.visit import Visit

_ASKED, _MANUAL = "como es el metodo cornel para tomar apunte", "Manual de estudio y trabajo universitario"
_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
_LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@dataclass(frozen=True)
class Stop:
    """A page of the tour: a name that can be a file's, who is there, and where the page is shown."""

    name: str
    visit: Visit
    where: Page | Frame


@contextmanager
def centre(lms_url: str, tool_url: str) -> Iterator[tuple[Browser, Demo]]:
    """A browser and the running demo at these addresses; one of its own where no address is given."""
    with ExitStack() as ending:
        browser = ending.enter_context(chromium.launched())
        if lms_url:
            yield browser, Demo(lms_url, tool_url, Path(), {})
        else:
            folder = ending.enter_context(tempfile.TemporaryDirectory())
            yield browser, ending.enter_context(demo.running(Path(folder) / "data"))


def through(browser: Browser, running: Demo, *, phone: bool = False, dark: bool = False) -> Iterator[Stop]:
    """Every page, one after the other; on a laptop in the frame of the LMS, on a phone in a window of its own."""
    with ExitStack() as ending:

        def visit(person: str) -> Visit:
            options = {**(_PHONE if phone else _LAPTOP), "color_scheme": "dark" if dark else "light"}
            context = browser.new_context(
                locale="es-PE", timezone_id="America/Lima", reduced_motion="reduce", **options
            )
            ending.enter_context(context)
            begun = Visit(context, running)
            begun.enter(person, in_frame=not phone)
            return begun

        for walk in (_lms, _student, _reader, _teacher, _librarian, _administrator):
            for name, seen, where in walk(visit):
                yield Stop(name, seen, where or seen.tool)


_Steps = Iterator[tuple[str, Visit, Page | None]]


def _lms(visit: Callable[[str], Visit]) -> _Steps:
    student = visit("Estudiante")
    page = student.context.new_page()
    page.goto(student.centre.lms_url)
    yield "lms-choose", student, page


def _student(visit: Callable[[str], Visit]) -> _Steps:
    student = visit("Estudiante")
    yield "home", student, None
    student.search_until_found(_ASKED, _MANUAL)
    yield "results", student, None
    student.search("combulsiom")
    yield "no-results", student, None
    student.tool.goto(f"{student.centre.tool_url}/resources/999999")
    yield "not-found", student, None


def _reader(visit: Callable[[str], Visit]) -> _Steps:
    student = visit("Estudiante")
    student.search_until_found(_ASKED, _MANUAL).get_by_role("link", name=_MANUAL).click()
    student.tool.locator("[data-drawn] canvas").wait_for()
    yield "read-pages", student, None
    student.tool.get_by_role("link", name="Leer como texto").click()
    student.tool.locator("article.reader").wait_for()
    yield "read-text", student, None
    student.tool.get_by_role("heading", level=1).get_by_role("link").click()
    student.tool.wait_for_url(re.compile(r"/resources/\d+$"))
    yield "resource", student, None


def _teacher(visit: Callable[[str], Visit]) -> _Steps:
    teacher = visit("Docente Uno")
    teacher.go("Mis materiales")
    yield "mine", teacher, None
    teacher.tool.get_by_role("link", name="Subir un material").click()
    teacher.tool.get_by_role("heading", name="Subir un material").wait_for()
    yield "upload", teacher, None
    teacher.go("Mis materiales")
    failed = teacher.tool.get_by_role("listitem").filter(has_text="No se pudo leer").get_by_role("link").first
    failed.click()
    teacher.tool.get_by_role("button", name="Intentar otra vez").wait_for()
    yield "resource-unread", teacher, None


def _librarian(visit: Callable[[str], Visit]) -> _Steps:
    librarian = visit("Bibliotecaria")
    librarian.go("Por revisar")
    yield "queue", librarian, None
    librarian.tool.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    librarian.tool.get_by_role("button", name="Publicar en la biblioteca").wait_for()
    yield "resource-review", librarian, None


def _administrator(visit: Callable[[str], Visit]) -> _Steps:
    administrator = visit("Administrador")
    administrator.go("Personas")
    yield "people", administrator, None
