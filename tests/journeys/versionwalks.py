"""The walk of the tour through versions: a librarian hands in another description, and takes it back."""

from __future__ import annotations

from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit

_RECORD = "compost-en-la-chacra"


def _versions(begin: Begin) -> Iterator[Stop]:
    librarian = begin("Bibliotecaria")
    tool = librarian.tool
    tool.goto(f"{below_the_visit(librarian)}/r/{_RECORD}")
    tool.get_by_role("link", name="Subir una versión nueva").click()
    tool.get_by_label("Qué hay de nuevo").wait_for()
    yield Stop("new-version", librarian)
    tool.get_by_role("link", name="Cambiar los datos (título, autores, temas…)").click()
    tool.get_by_label("Palabras clave").fill("apuntes")
    tool.get_by_label("Qué hay de nuevo").fill("Palabras para encontrarlo.")
    tool.get_by_role("button", name="Entregar a revisión").last.click()
    tool.get_by_role("heading", name="Qué cambia en los datos").wait_for()
    yield Stop("material-version", librarian)
    tool.get_by_role("button", name="Retirar esta versión").click()
    tool.get_by_role("link", name="Historia del registro").click()
    tool.get_by_role("heading", name="Historia").wait_for()
    yield Stop("record-trail", librarian)


VERSION_WALKS: tuple[Walk, ...] = (_versions,)
