"""The walk of the tour through duplicates: a librarian compares two materials, unites them and separates them again."""

from __future__ import annotations

from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk

_ONE, _OTHER = "manual-de-estudio-universitario", "estudiar-con-poco-internet"


def _uniting(begin: Begin) -> Iterator[Stop]:
    librarian = begin("Bibliotecaria")
    tool = librarian.tool
    librarian.go("Por revisar")
    tool.get_by_role("link", name="Duplicados").click()
    tool.get_by_label("Dirección de uno").fill(_ONE)
    tool.get_by_label("Dirección del otro").fill(_OTHER)
    tool.get_by_role("button", name="Comparar").click()
    tool.get_by_role("heading", name="Qué dirá el que se queda").wait_for()
    yield Stop("compare", librarian)
    tool.get_by_role("button", name="Son el mismo: unirlos").click()
    tool.get_by_role("status").filter(has_text="Ahora son uno solo").wait_for()
    librarian.go("Por revisar")
    tool.get_by_role("link", name="Duplicados").click()
    tool.get_by_role("button", name="Separarlos otra vez").wait_for()
    yield Stop("duplicates", librarian)
    tool.get_by_role("button", name="Separarlos otra vez").click()
    tool.get_by_role("status").filter(has_text="Otra vez son dos").wait_for()


MERGE_WALKS: tuple[Walk, ...] = (_uniting,)
