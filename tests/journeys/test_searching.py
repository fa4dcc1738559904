"""Searching as a student meets it: suggestions by keyboard alone, choices on a phone, searches that are kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.visit import Visit

_PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def test_suggestions_are_chosen_by_keyboard_and_never_in_the_way(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.enter("Estudiante")
    student.search_until_found("estadistica", "Estadística descriptiva con una cosecha de papa")
    student.go("Buscar")
    box, keyboard = student.tool.get_by_role("combobox", name="Qué buscas"), student.page.keyboard
    options = student.tool.get_by_role("listbox", name="Sugerencias").get_by_role("option")
    box.press_sequentially("estadis")
    options.first.wait_for()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(student.tool.get_by_role("status").filter(has_text="Sugerencias: ")).to_have_count(1)
    student.look(reload=False)
    keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("estadis")
    keyboard.press("ArrowDown")
    options.first.wait_for()
    keyboard.press("ArrowDown")
    chosen = student.tool.get_by_role("option", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    words = box.input_value()
    assert words.startswith("Estadística")
    keyboard.press("ArrowUp")
    expect(box).to_have_value("estadis")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    student.tool.wait_for_url(re.compile(r"/search\?q=Estad"))
    expect(student.tool.get_by_role("combobox", name="Qué buscas")).to_have_value(words)
    student.tool.get_by_role("combobox", name="Qué buscas").press_sequentially(" b")
    keyboard.press("Tab")
    expect(student.tool.get_by_role("button", name="Buscar", exact=True)).to_be_focused()
    student.complaints.assert_none()


def test_on_a_phone_what_answers_is_narrowed_kept_and_found_again(visit: Callable[..., Visit]) -> None:
    student = visit(**_PHONE)
    student.enter("Estudiante", in_frame=False)
    student.search_until_found("estadistica", "Estadística descriptiva con una cosecha de papa")
    tool = student.tool
    tool.get_by_text("Filtrar y ordenar").click()
    student.look(reload=False)
    tool.get_by_role("checkbox", name=re.compile(r"^Guía")).check()
    tool.get_by_role("button", name="Mostrar").last.click()
    tool.wait_for_url(re.compile(r"/search\?q=estadistica&type=Gu%C3%ADa$"))  # what was left empty is not in it
    expect(tool.get_by_role("article")).to_have_count(1)
    tool.get_by_text("Guardar esta búsqueda").click()
    tool.get_by_role("button", name="Guardar", exact=True).click()
    tool.get_by_role("status").filter(has_text="Guardamos tu búsqueda").wait_for()
    tool.get_by_role("link", name="Quitar Tipo: Guía").click()
    tool.get_by_role("link", name=re.compile("^Todo")).wait_for()
    tool.get_by_role("link", name="Mis búsquedas").click()
    tool.get_by_role("heading", level=1, name="Mis búsquedas").wait_for()
    student.look()
    tool.get_by_role("link", name="estadistica · Guía").click()
    expect(tool.get_by_role("article")).to_have_count(1)
    tool.get_by_role("link", name="Más como esto").click()
    tool.get_by_role("heading", level=1, name=re.compile("^Más como")).wait_for()
    student.look()
