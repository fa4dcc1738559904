"""A student's day: they ask in their own words, and read the page that answers, on whatever device they have."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Response, expect

from tests.demo import Demo
from tests.journeys import papers
from tests.journeys.visit import Visit

MANUAL = "Manual de estudio y trabajo universitario"
_ASKED = "como es el metodo cornel para tomar apunte"
_DARKEST_AND_LIGHTEST = """canvas => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    let least = 255, most = 0;
    for (let at = 0; at < pixels.length; at += 4) {
        least = Math.min(least, pixels[at]);
        most = Math.max(most, pixels[at]);
    }
    return [least, most];
}"""


def test_a_student_asks_in_a_sentence_and_reads_the_page_that_answers(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante")
    hit = student.search_until_found(_ASKED, MANUAL)
    expect(hit.locator("mark", has_text="Cornell")).to_be_visible()
    link = hit.get_by_role("link", name=MANUAL, exact=True)
    page = _page_of(link)
    link.click()
    _see_painted(student, page)
    expect(student.tool.locator(".hit.is-current").first).to_be_in_viewport()
    expect(student.tool.locator(".textLayer")).to_contain_text("Cornell")
    student.tool.get_by_role("link", name="Leer como texto").click()
    expect(student.tool.locator("mark", has_text="Cornell").first).to_be_visible()
    _go_to_the_next_hit(student)


def _page_of(link: Locator) -> int:
    """The page that a hit leads to: far into the book, not its first."""
    page = int(re.findall(r"page=(\d+)", link.get_attribute("href") or "")[0])
    assert page > 10
    return page


def _see_painted(student: Visit, page: int) -> None:
    canvas = student.tool.locator(f"[data-drawn='{page}'] canvas")
    canvas.wait_for()
    darkest, lightest = canvas.evaluate(_DARKEST_AND_LIGHTEST)
    assert darkest < 100 < 200 < lightest, f"nothing is painted: from {darkest} to {lightest}"


def _go_to_the_next_hit(student: Visit) -> None:
    following = student.tool.get_by_role("link", name=re.compile("^Aparece (antes|después)")).first
    number = re.findall(r"\d+", following.inner_text())[0]
    following.click()
    student.tool.wait_for_url(re.compile(rf"page={number}\b"))
    expect(student.tool.locator("mark").first).to_be_visible()


def test_of_a_long_book_only_the_page_that_is_read_is_fetched(
    visit: Callable[..., Visit], centre: Demo, tmp_path: Path
) -> None:
    title, page = "Un libro muy largo", 150
    book = papers.book(title, 250, "El tarwi se remoja tres días, cambiando el agua.", page)
    centre.take_in(tmp_path, title, book)
    student = visit()
    student.enter("Estudiante")
    hit = student.search_until_found("cuanto tiempo se remoja el tarwi", title)
    answers: list[Response] = []
    student.page.on("response", lambda answer: answers.append(answer) if "/files/" in answer.url else None)
    hit.get_by_role("link", name=title, exact=True).click()
    _see_painted(student, page)
    assert {answer.status for answer in answers} == {206}
    fetched_bytes = sum(int(answer.headers["content-length"]) for answer in answers)
    assert fetched_bytes < len(book) / 2, f"{fetched_bytes} of {len(book)} bytes"


def test_where_data_is_dear_the_page_opens_as_text(visit: Callable[..., Visit]) -> None:
    student = visit(extra_http_headers={"Save-Data": "on"})
    student.enter("Estudiante")
    link = student.search_until_found(_ASKED, MANUAL).get_by_role("link", name=MANUAL, exact=True)
    page = _page_of(link)
    link.click()
    expect(student.tool.locator("mark", has_text="Cornell").first).to_be_visible()
    student.tool.get_by_role("link", name="Ver la página como es").click()
    _see_painted(student, page)


def test_a_student_switches_to_english_and_back(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante")
    student.search_until_found("agua segura", "Agua segura en casa")
    student.tool.get_by_role("button", name="English").click()
    expect(student.tool.locator("html")).to_have_attribute("lang", "en")
    student.tool.get_by_role("heading", level=1, name="Results").wait_for()
    expect(student.hit("Agua segura en casa")).to_be_visible()
    student.look()
    student.tool.get_by_role("button", name="Español").click()
    student.tool.get_by_role("heading", level=1, name="Resultados").wait_for()


def test_where_nothing_is_found_the_nearest_word_that_has_something_is_offered(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante")
    student.search_until_found("convulsión", "Primeros auxilios")
    student.search("combulsiom")
    student.tool.get_by_role("heading", name="No encontramos nada para «combulsiom»").wait_for()
    student.tool.get_by_role("link", name=re.compile("^convulsi[oó]n$")).click()
    expect(student.hit("Primeros auxilios")).to_be_visible()


def test_on_a_phone_the_library_fills_the_screen_and_never_scrolls_sideways(visit: Callable[..., Visit]) -> None:
    student = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2)
    student.enter("Estudiante", in_frame=False)
    student.look()
    link = student.search_until_found(_ASKED, MANUAL).get_by_role("link", name=MANUAL, exact=True)
    page = _page_of(link)
    link.click()
    _see_painted(student, page)
    student.look(heavy=True)
    student.tool.get_by_role("link", name="Leer como texto").click()
    expect(student.tool.locator("mark").first).to_be_visible()
    student.look()


def test_the_keyboard_alone_is_enough_to_search_and_to_open_the_first_hit(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante")
    student.search_until_found(_ASKED, MANUAL)
    student.go("Buscar")
    student.tool.locator("body").evaluate("body => { document.activeElement.blur(); body.focus() }")
    student.tab_to(student.tool.get_by_role("combobox", name="Qué buscas"))
    student.page.keyboard.type(_ASKED)
    student.page.keyboard.press("Enter")
    student.tool.wait_for_url(re.compile(r"/search\?"))
    student.tab_to(student.tool.get_by_role("link", name="Ir a los resultados"))
    student.page.keyboard.press("Enter")
    first = student.tool.get_by_role("article").first.get_by_role("link").first
    page = _page_of(first)
    student.tab_to(first)
    student.page.keyboard.press("Enter")
    student.tool.wait_for_url(re.compile(rf"page={page}\b"))
