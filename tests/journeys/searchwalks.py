"""The walks of the tour through searching: what a student narrows and keeps, and what librarians do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit

_SOUGHT = "como tomar apuntes"


def _narrowing(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    tool, root = student.tool, below_the_visit(student)
    for name, path in (
        ("results-chosen", "search?q=apuntes&access=here&language=es&from=2000"),
        ("nothing-left", "search?q=apuntes&type=Nada&language=es"),
        ("facet-values", "search/values/subject?order=az"),
        ("search-help", "search/help"),
    ):
        tool.goto(f"{root}/{path}")
        yield Stop(name, student)
    tool.goto(f"{root}/search?q=apuntes")
    tool.get_by_role("link", name="Más como esto").first.click()
    tool.get_by_role("heading", level=1, name=re.compile("^Más como")).wait_for()
    yield Stop("similar", student)
    tool.goto(f"{root}/search?q=apuntes")
    tool.get_by_text("Guardar esta búsqueda").click()
    tool.get_by_role("button", name="Guardar", exact=True).click()
    tool.get_by_role("link", name="Mis búsquedas").click()
    tool.get_by_role("heading", level=1, name="Mis búsquedas").wait_for()
    yield Stop("saved-searches", student)


def _searches(begin: Begin) -> Iterator[Stop]:
    librarian = begin("Bibliotecaria")
    librarian.go("Por revisar")
    tool = librarian.tool
    tool.get_by_role("link", name="Búsquedas", exact=True).click()
    tool.get_by_role("heading", name="Lo que se busca").wait_for()
    yield Stop("searches", librarian)
    root = below_the_visit(librarian)
    tool.goto(f"{root}/library/search/dictionary/new/pin?words={_SOUGHT}")
    tool.get_by_role("group", name="Marca lo que quieras poner primero").get_by_role("checkbox").first.check()
    yield Stop("dictionary-entry", librarian)
    tool.get_by_role("group", name="Marca lo que quieras poner primero").get_by_role("checkbox").last.check()
    tool.get_by_role("button", name="Guardar borrador").click()
    tool.get_by_role("status").filter(has_text="Guardado como borrador").wait_for()
    yield Stop("dictionary", librarian)
    tool.goto(f"{root}/library/search/judged")
    tool.get_by_label("Agregar una búsqueda").fill(_SOUGHT)
    tool.get_by_role("button", name="Ver qué encuentra").click()
    tool.get_by_role("group", name="Lo que se encuentra").get_by_role("checkbox").first.check()
    yield Stop("judged-query", librarian)
    tool.get_by_role("group", name="Lo que se encuentra").get_by_role("checkbox").first.check()
    tool.get_by_role("button", name="Guardar", exact=True).click()
    tool.get_by_role("button", name="Medir ahora").click()
    tool.get_by_role("status").filter(has_text="Medido").wait_for()
    yield Stop("judged", librarian)
    tool.goto(f"{root}/library/search/dictionary/trial")
    tool.get_by_role("button", name="Publicar").wait_for()
    yield Stop("dictionary-trial", librarian)
    tool.goto(f"{root}/library/search/tasks")
    yield Stop("search-tasks", librarian)


SEARCH_WALKS: tuple[Walk, ...] = (_narrowing, _searches)
