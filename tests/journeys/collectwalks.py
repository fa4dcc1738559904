"""The walk of the tour through collections: a librarian makes one, fills it from a search and puts it in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk

_TITLE = "Para escribir mejor"


def _collecting(begin: Begin) -> Iterator[Stop]:
    librarian = begin("Bibliotecaria")
    tool = librarian.tool
    tool.get_by_role("link", name="Colecciones").click()
    tool.get_by_role("link", name="Nueva colección").click()
    tool.get_by_label("Título").fill(_TITLE)
    tool.get_by_label("De qué trata").fill("Empieza por **la guía**.")
    yield Stop("collection-form", librarian)
    tool.get_by_label("Título").fill(_TITLE)
    tool.get_by_label("Publicada").check()
    tool.get_by_role("button", name="Guardar").click()
    tool.get_by_role("button", name="Agregar materiales").click()
    tool.get_by_role("combobox", name="Qué buscas").fill("escribir")
    tool.get_by_role("combobox", name="Qué buscas").press("Enter")
    tool.get_by_role("heading", name="Resultados").wait_for()
    tool.wait_for_load_state("load")  # else the page that a button changes may not be the one that stays
    for number in range(2):
        tool.get_by_role("button", name=re.compile(f"^Agregar.*{_TITLE}")).first.click()
        tool.get_by_role("button", name=re.compile("^En la colección")).nth(number).wait_for()
    tool.get_by_role("button", name="Terminar y ver la colección").click()
    tool.get_by_role("heading", level=1, name=_TITLE).wait_for()
    yield Stop("collection", librarian)
    tool.get_by_role("link", name="Ordenar y anotar").click()
    tool.get_by_role("button", name="Usar esta imagen").wait_for()
    yield Stop("collection-order", librarian)


COLLECT_WALKS: tuple[Walk, ...] = (_collecting,)
