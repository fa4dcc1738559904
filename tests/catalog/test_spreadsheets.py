"""Tables for spreadsheets: readable by Excel, and nothing in them runs."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog import spreadsheets
from tests import factories


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", " =1", "\r1", "＝1", "\x00=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert spreadsheets.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana", "O'Higgins = 3", "2026-01-01"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert spreadsheets.safe(cell) == cell


def test_cells_are_quoted_where_they_must_be_and_excel_sees_the_encoding() -> None:
    assert spreadsheets.as_csv([["Ñ", 'a "b", c'], ["=x", ""]]) == '\ufeffÑ,"a ""b"", c"\r\n\'=x,\r\n'


def test_no_part_of_a_cell_is_a_formula_where_semicolons_part_lists() -> None:
    assert spreadsheets.safe("Ana;=1; +2;b") == "Ana;'=1;' +2;b"


def test_a_file_is_called_after_its_course(session: Session) -> None:
    labels = ("EST-101 «Ñandú»/../x", "../", "")
    made = [factories.context(session, label=each) for each in labels]
    names = [spreadsheets.file_name("clase", each) for each in made]
    assert names == ["clase-est-101-nandu-x.csv", f"clase-{made[1].id}.csv", f"clase-{made[2].id}.csv"]
