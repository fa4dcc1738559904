"""The walks of the tour through one's own library: what a student keeps, cites and asks for, and who answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit

_MISSING = "xilófagos"


def _keeping(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    tool, root = student.tool, below_the_visit(student)
    tool.goto(f"{root}/search?q=apuntes")
    tool.get_by_role("button", name=re.compile("^Guardar .")).first.click()
    tool.get_by_role("button", name=re.compile("^Guardado")).first.wait_for()
    tool.locator(".card h2 a").first.click()
    tool.get_by_role("link", name="Citar").click()
    tool.get_by_role("heading", level=1, name="Citar").wait_for()
    yield Stop("cite", student)
    tool.get_by_role("link", name="Volver a su página").click()
    tool.get_by_role("link", name="Cómo reutilizarlo").click()
    tool.get_by_role("heading", level=1, name="Reutilizar").wait_for()
    yield Stop("reuse", student)
    tool.get_by_role("link", name="Volver a su página").click()
    tool.get_by_role("link", name="A una lista").click()
    tool.get_by_label("Nueva lista").wait_for()
    yield Stop("choose-lists", student)
    tool.get_by_label("Nueva lista").fill("Para el examen de ciclo")
    tool.get_by_role("button", name="Guardar", exact=True).click()
    tool.get_by_role("status").filter(has_text="Guardamos tus cambios").wait_for()
    student.go("Mi biblioteca")
    yield Stop("own-library", student)
    tool.get_by_role("link", name="Para el examen de ciclo").click()
    tool.get_by_role("button", name="Hacer un enlace").click()
    address = tool.get_by_label("Enlace").input_value()
    yield Stop("own-list", student)
    tool.get_by_role("link", name="Citar todo").click()
    tool.get_by_role("link", name="Vancouver").click()
    tool.get_by_role("link", name="Vancouver").and_(tool.locator("[aria-current]")).wait_for()
    yield Stop("cite-list", student)
    tool.goto(f"{root}{address[address.index('/lists/') :]}")
    yield Stop("shared-list", student)
    tool.goto(f"{root}/history")
    tool.get_by_role("button", name="Guardar mi historial desde ahora").click()
    tool.get_by_role("button", name="Borrarlo y dejar de guardar").wait_for()
    yield Stop("history", student)


def _asking(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    tool = student.tool
    tool.goto(f"{below_the_visit(student)}/search?q={_MISSING}")
    tool.get_by_role("button", name=f"Pedir «{_MISSING}»").wait_for()
    yield Stop("results-in-vain", student)
    tool.get_by_role("button", name=f"Pedir «{_MISSING}»").click()
    tool.get_by_role("heading", level=1, name="Mis pedidos").wait_for()
    yield Stop("wishes", student)
    librarian = begin("Bibliotecaria")
    librarian.go("Por revisar")
    desk = librarian.tool
    desk.get_by_role("link", name="Pedidos de lectores").click()
    desk.get_by_role("link", name=_MISSING).wait_for()
    yield Stop("wish-queue", librarian)
    desk.get_by_role("link", name=_MISSING).click()
    desk.get_by_role("button", name="Responder con una fecha").wait_for()
    yield Stop("wish-answer", librarian)


KEEP_WALKS: tuple[Walk, ...] = (_keeping, _asking)
