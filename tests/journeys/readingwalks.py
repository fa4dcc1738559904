"""The walk of the tour through a course's reading list: its teacher writes it, a student reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit

_PASTED = "https://doi.org/10.9999/no-esta\nQuispe Mamani, R. (2019). Historia de la papa andina. Fondo Editorial.\n"


def _reading_list(begin: Begin) -> Iterator[Stop]:
    teacher = begin("Docente Uno")
    tool, root = teacher.tool, below_the_visit(teacher)
    tool.goto(f"{root}/search?q=apuntes")
    button, held = (f"^{words} de mi curso" for words in ("A la lista", "En la lista"))
    if tool.get_by_role("button", name=re.compile(button)).count():
        tool.get_by_role("button", name=re.compile(button)).first.click()
    tool.get_by_role("link", name=re.compile(held)).first.wait_for()
    tool.goto(f"{root}/course/readings/paste")
    tool.get_by_label("Referencias").fill(_PASTED)
    tool.get_by_role("button", name="Buscarlas").click()
    tool.get_by_role("heading", name="2 referencias").wait_for()
    yield Stop("paste-readings", teacher, is_answer=True)
    tool.get_by_label("Título").fill("Un artículo que falta")
    tool.get_by_role("button", name="Agregar a la lista").click()
    tool.get_by_role("status").filter(has_text="Agregamos 2 lecturas").wait_for()
    yield Stop("write-readings", teacher)
    student = begin("Estudiante")
    student.tool.get_by_role("link", name="Lecturas del curso").click()
    student.tool.get_by_role("button", name=re.compile("^Marcar como leída")).first.click()
    student.tool.get_by_text(re.compile("^Leíste [1-9] de")).wait_for()
    yield Stop("readings", student)


READING_WALKS: tuple[Walk, ...] = (_reading_list,)
