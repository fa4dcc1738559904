"""How a workbook becomes pages."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from catalog.extract import sheets
from catalog.extract.contents import SECTION_CHARACTERS
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples


def sections(path):
    return [(section.label, section.text) for section in sheets.read(path, Limits()).sections]


def saved(workbook, path):
    workbook.save(path)
    return path


def test_each_sheet_is_a_page_with_a_line_for_each_row(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "Año escolar"
    workbook.active.append(["Niño", "Edad", "Nació"])
    workbook.active.append(["José Núñez", 7, date(2017, 3, 1)])
    workbook.create_sheet("Vacía")
    workbook.create_sheet("Región")["C5"] = 0.1 + 0.2
    assert sections(saved(workbook, tmp_path / "a.xlsx")) == [
        ("Año escolar", "Niño | Edad | Nació\nJosé Núñez | 7 | 2017-03-01"),
        ("Región", "0.3"),
    ]


def test_a_huge_sheet_is_read_from_its_beginning_in_pages_of_whole_rows(tmp_path):
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Notas")
    for number in range(12_000):
        sheet.append([f"alumno {number:06d}", "una observación bastante larga para llenar pronto la hoja"])
    pages = sections(saved(workbook, tmp_path / "a.xlsx"))
    assert {label for label, _ in pages} == {"Notas"}
    assert all(len(text) <= SECTION_CHARACTERS and text.startswith("alumno ") for _, text in pages)
    assert sheets.SHEET_CHARACTERS <= sum(len(text) for _, text in pages) < sheets.SHEET_CHARACTERS + 10_000


def test_one_cell_in_the_last_corner_is_found_soon(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "principio"
    workbook.active["XFD1048576"] = "fin"
    assert sections(saved(workbook, tmp_path / "a.xlsx")) == [("Sheet", "principio")]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_entities_that_grow_do_not_get_through(tmp_path, part):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "hola"
    path = saved(workbook, tmp_path / "a.xlsx")
    parts = samples.parts_of(path)
    xml = parts[part].decode()
    xml = xml.partition("?>")[2] if xml.startswith("<?xml") else xml
    samples.zipped(path, parts | {part: samples.BILLION_LAUGHS + xml.replace("hola", "&l9;")})
    with pytest.raises(Unreadable) as refusal:
        sections(path)
    assert refusal.value.failure is Failure.ZIP_BOMB


def test_a_workbook_that_lacks_a_part_is_corrupt(tmp_path):
    path = saved(openpyxl.Workbook(), tmp_path / "a.xlsx")
    parts = samples.parts_of(path)
    del parts["xl/workbook.xml"]
    with pytest.raises(Unreadable) as refusal:
        sections(samples.zipped(path, parts))
    assert refusal.value.failure is Failure.CORRUPT
