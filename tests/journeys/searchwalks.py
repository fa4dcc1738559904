"""The walk of the tour through what librarians do about searches."""

from __future__ import annotations

from collections.abc import Iterator

from tests.journeys.walks import Begin, Stop, Walk, below_the_visit

_SOUGHT = "como tomar apuntes"


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


SEARCH_WALKS: tuple[Walk, ...] = (_searches,)
