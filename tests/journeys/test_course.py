"""A teacher's course: its people come from the LMS, who never came is told apart, links are changed at once."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from lrc.practice.classroom import NEVER_COMES, PEOPLE
from tests.journeys.visit import Visit

GRAPHS = "Lectura: Leer gráficos sin dejarse engañar"


def test_a_teacher_sees_who_never_came_and_changes_how_links_open(visit: Callable[..., Visit]) -> None:
    teacher = visit()
    teacher.enter("Docente Uno")
    teacher.go("Mi curso")
    see_the_class(teacher)
    change_links(teacher)


def see_the_class(teacher: Visit) -> None:
    tool = teacher.tool
    # Nobody presses anything: the page asks the LMS for the list and shows it once it came.
    expect(tool.get_by_text("Lista de Moodle del")).to_be_visible()
    tool.get_by_label("Quiénes").select_option("Nunca entró a la biblioteca")
    tool.get_by_role("button", name="Mostrar").click()
    absent = tool.get_by_role("row").filter(has_text=PEOPLE[NEVER_COMES].name)
    expect(absent.get_by_text("Nunca entró")).to_be_visible()
    tool.get_by_role("link", name=GRAPHS).click()
    expect(tool.get_by_role("heading", level=2, name=GRAPHS)).to_be_visible()
    expect(tool.get_by_text("Abierto el").first).to_be_visible()
    teacher.look()


def change_links(teacher: Visit) -> None:
    tool = teacher.tool
    tool.get_by_role("link", name="Enlaces").click()
    tool.get_by_label(GRAPHS).check()
    tool.get_by_label("Abrir en").select_option("El lector")
    tool.get_by_role("button", name="Aplicar").click()
    expect(tool.get_by_role("status").get_by_text("Cambiamos 1 enlace")).to_be_visible()
    expect(tool.get_by_role("listitem").filter(has_text=GRAPHS).get_by_text("Se abre en el lector")).to_be_visible()
    teacher.look(reload=False)
    tool.get_by_label(GRAPHS).check()
    tool.get_by_role("button", name="Abrir otro material").click()
    tool.get_by_role("searchbox").fill("apuntes cornell")
    tool.get_by_role("button", name="Buscar").click()
    tool.get_by_role("radio").first.wait_for()
    tool.get_by_role("radio").first.check()
    tool.get_by_role("button", name="Usar este material").click()
    expect(tool.get_by_text("Se eligió aquí, en lugar de lo que dice Moodle")).to_be_visible()
    tool.get_by_label(GRAPHS).check()
    tool.get_by_role("button", name="Abrir otra vez lo que dice Moodle").click()
    expect(tool.get_by_role("status").get_by_text("Cambiamos 1 enlace")).to_be_visible()
    expect(tool.get_by_text("Se eligió aquí")).to_have_count(0)
