"""Changing what was ticked: one field of many materials, shown first, written and taken back as a table is."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.describing import bulk, description, selecting
from catalog.describing.selecting import ADD, REMOVE, SET
from catalog.models import BulkEdit, Resource, ResourceState
from lrc.db import engine_of
from lrc.errors import BadInput
from lti.viewers import Role
from tests import factories
from tests.catalog.describing.test_bulk import Desk
from tests.catalog.enrolling import statements


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


def found(desk: Desk, words: str, which: str = "all") -> list[str]:
    return [each.record_id for each in desk.session.scalars(selecting.matching(desk.viewer, which, words))]


def test_materials_are_found_by_words_of_their_titles_whatever_their_state(desk: Desk) -> None:
    desk.has("a", title="Ríos y lagunas de Áncash")
    desk.has("b", title="Lagunas altoandinas", state=ResourceState.WAITING)
    desk.has("c", title="Otra cosa")
    factories.resource(desk.session, record_id="elsewhere", title="Lagunas de otros")
    assert found(desk, "lagunas") == ["a", "b"]
    assert found(desk, "RIOS de las Lagunas") == ["a"]
    assert found(desk, "lagunas", "waiting") == ["b"]
    assert found(desk, "") == ["a", "b", "c"]
    assert found(desk, "100%") == []


def test_only_ones_own_are_picked(desk: Desk) -> None:
    own = desk.has("a")
    other = factories.resource(desk.session)
    assert list(selecting.picked(desk.session, desk.viewer, [own.id, other.id])) == [own]
    for ids in ([other.id], [], range(1, selecting.MOST_PICKED + 2)):
        with pytest.raises(BadInput):
            selecting.picked(desk.session, desk.viewer, ids)


def proposed(desk: Desk, resources: list[Resource], name: str, way: str, text: str) -> BulkEdit:
    sent = selecting.change(resources, name, way, text)
    return bulk.propose(desk.session, desk.viewer, sent, selecting.title_of(name, way, len(resources)))


def test_one_field_is_changed_in_all_and_taken_back(desk: Desk) -> None:
    one, two = desk.has("a", subjects=["Agua", "Perú"]), desk.has("b", subjects=["Riego"], license="CC BY 4.0")
    sent = proposed(desk, [one, two], "subjects", ADD, "Sierra\n Perú ")
    assert desk.changes(sent) == [
        ("a", {"subjects": ["Agua", "Perú"]}, {"subjects": ["Agua", "Perú", "Sierra"]}),
        ("b", {"subjects": ["Riego"]}, {"subjects": ["Riego", "Sierra", "Perú"]}),
    ]
    bulk.apply(desk.session, sent)
    desk.writes(sent)
    assert two.subjects == ["Riego", "Sierra", "Perú"]
    bulk.undo(desk.session, sent)
    desk.writes(sent)
    assert (one.subjects, two.subjects) == (["Agua", "Perú"], ["Riego"])


def test_what_is_taken_away_is_told_whatever_its_accents_and_the_rest_stays(desk: Desk) -> None:
    one, two = desk.has("a", subjects=["Agua", "Perú"]), desk.has("b", subjects=["Riego"])
    assert [each for each, *_ in desk.changes(proposed(desk, [one, two], "subjects", REMOVE, "peru"))] == ["a"]


def test_nothing_empties_a_field_of_one_value(desk: Desk) -> None:
    one = desk.has("a", license="CC BY 4.0")
    assert desk.changes(proposed(desk, [one], "license", SET, "")) == [("a", {"license": "CC BY 4.0"}, {"license": ""})]


@pytest.mark.parametrize(
    ("name", "way", "text"),
    [
        ("title", SET, "Igual"),
        ("identifiers", SET, "doi:10.1/x"),
        ("license", ADD, "CC0 1.0"),
        ("date", SET, "ayer"),
        ("subjects", ADD, "  "),
        ("subjects", "burn", "x"),
        ("nothing", SET, "x"),
        ("contributors", ADD, "Quispe, Rosa | 0000-0000-0000-0000"),
    ],
)
def test_what_cannot_be_said_of_all_is_refused_at_once(desk: Desk, name: str, way: str, text: str) -> None:
    with pytest.raises(BadInput):
        selecting.change([desk.has("a")], name, way, text)


def test_who_was_an_author_before_is_taken_from_authors_only(desk: Desk) -> None:
    one = desk.has("a", creators=["Quispe, Rosa"])
    bulk_edit = proposed(desk, [one], "contributors", ADD, "Mamani, Luis | edición")
    [(_record, _before, after)] = desk.changes(bulk_edit)
    assert after["contributors"] == [
        {"name": "Quispe, Rosa", "role": description.AUTHOR, "orcid": ""},
        {"name": "Mamani, Luis", "role": "editor", "orcid": ""},
    ]


def test_the_list_takes_as_many_queries_for_many(app: Flask, desk: Desk) -> None:
    desk.has("a")
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    browser.get("/bulk/pick")
    few = statements(engine_of(app), lambda: browser.get("/bulk/pick?q=guia"))
    for number in range(15):
        desk.has(f"b{number}")
    desk.session.commit()
    assert statements(engine_of(app), lambda: browser.get("/bulk/pick?q=guia")) == few


def test_the_pages_lead_from_ticks_to_what_would_change(app: Flask, desk: Desk, tmp_path: Path) -> None:
    one, two = (desk.has(each, title=f"Lagunas {each}") for each in "ab")
    others = [desk.has(f"x{number}", title=f"Bosque {number}") for number in range(21)]
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    listed = browser.get("/bulk/pick?q=lagunas").text
    assert "Lagunas a" in listed
    assert "Bosque" not in listed

    nothing = browser.submit("/bulk/pick", {"field": "license", "do": "choose"})
    assert (nothing.status_code, "Marca al menos un material." in nothing.text) == (422, True)
    ticked = {"record": [str(one.id), str(two.id)], "field": "license"}
    form = browser.submit("/bulk/pick", {**ticked, "do": "choose"}).text
    assert '<option value="CC0 1.0">' in form
    wrong = browser.submit("/bulk/pick", {**ticked, "do": "propose", "way": "add", "value": "x"})
    assert (wrong.status_code, 'id="value-error"' in wrong.text) == (422, True)
    answer = browser.submit("/bulk/pick", {**ticked, "do": "propose", "way": "set", "value": "CC0 1.0"})
    shown = browser.get(answer.location).text
    assert "Aplicar a 2 materiales" in shown
    assert "CC0 1.0" in shown

    every = {"all": "1", "q": "bosque", "field": "level", "do": "propose", "way": "set", "value": "beginner"}
    assert browser.submit("/bulk/pick", every).status_code == 303
    workbook = tmp_path / "t.xlsx"
    workbook.write_bytes(browser.submit("/bulk/pick", {**every, "do": "table"}).data)
    sheet = openpyxl.load_workbook(workbook, read_only=True).active
    assert sheet is not None
    assert len(list(sheet.iter_rows())) == len(others) + 1
    assert factories.signed_in(app, desk.session, Role.TEACHER).get("/bulk/pick").status_code == 403
    assert desk.session.scalars(select(BulkEdit)).all()
