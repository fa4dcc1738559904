from __future__ import annotations

import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import etree

from catalog.extract.kinds import Kind
from catalog.reading import Failure, Limits, Reading, Unreadable, read
from lrc.practice import shelf
from lrc.practice.bookbinding.manuscript import (
    Code,
    Heading,
    Listing,
    Manuscript,
    Paragraph,
    Quote,
    Span,
    Table,
    parse,
    plain,
)
from lrc.practice.shelf import ShelfItem

_FRONT = """---
id: x
title: T: con dos puntos
creators: Equipo
description: D
language: es
subjects: Uno; Dos
type: Guía
date: 2026-11-21
license: https://creativecommons.org/licenses/by/4.0/
format: md
---
"""
_WRITTEN = (
    Kind.PDF,
    Kind.DOCX,
    Kind.PPTX,
    Kind.XLSX,
    Kind.ODT,
    Kind.EPUB,
    Kind.HTML,
    Kind.MARKDOWN,
    Kind.TEXT,
)
_SENTENCES = {
    "manual-de-estudio-universitario.pdf": "Confundiste reconocer con recordar.",
    "estadistica-con-papas.pdf": "La desviación estándar es la raíz de 112,4, unos 10,6 kg.",
    "citar-en-apa-7.docx": "Así demuestras que la entendiste.",
    "leer-graficos.pptx": "Correlación no es causa: puede haber un tercer factor, como el riego.",
    "datos-de-una-chacra.xlsx": "Un milímetro de lluvia equivale a un litro de agua por metro cuadrado.",
    "derechos-del-estudiante.odt": "Desaprobar tres veces la misma materia da lugar a la separación temporal",
    "compost-en-la-chacra.epub": "La pila debe estar húmeda como una esponja exprimida.",
    "estudiar-con-poco-internet.html": "usa la conexión para traer y llevar, y estudia sin conexión.",
    "pensar-un-algoritmo.md": "Los errores viven en los bordes.",
    "agua-segura-en-casa.txt": "Nunca la mezcles con vinagre, ácido muriático ni otros productos de limpieza",
}


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ShelfItem]:
    return {item.path.name: item for item in shelf.build(tmp_path_factory.mktemp("shelf") / "new")}


def _reading(item: ShelfItem) -> Reading:
    # As a worker finds it: under a key that tells nothing of its kind.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(item.path, Path(folder) / "0f3c"))
        return read(path, name=item.path.name, limits=Limits(), on_progress=lambda done, total: None)


def _words(text: str) -> str:
    return " ".join(re.sub(r"[*\s]+", " ", text).split())


def test_the_shelf_holds_enough_texts_in_spanish_and_two_in_english(items: dict[str, ShelfItem]) -> None:
    whole = [item for item in items.values() if not item.damaged]
    assert sum(item.language == "es" for item in whole) >= 12
    assert sum(item.language == "en" for item in whole) == 2


def test_every_item_is_described_and_may_be_shared(items: dict[str, ShelfItem]) -> None:
    for item in items.values():
        assert item.title, item.id
        assert len(item.description) > 60, item.id
        assert item.subjects, item.id
        assert item.creators == ("Equipo del Centro de Recursos para el Aprendizaje",)
        assert item.license == "https://creativecommons.org/licenses/by/4.0/"
    assert len({item.id for item in items.values()}) == len({item.title for item in items.values()}) == len(items)


@pytest.mark.parametrize("name", sorted(_SENTENCES))
def test_what_was_written_is_read_back_with_its_accents(items: dict[str, ShelfItem], name: str) -> None:
    reading = _reading(items[name])
    assert _words(_SENTENCES[name]) in _words("\n".join(page.text for page in reading.pages))
    assert reading.language == items[name].language
    assert len(reading.pages) > 1


def test_all_nine_formats_are_made_and_are_what_their_names_say(items: dict[str, ShelfItem]) -> None:
    kinds = {_reading(items[name]).media_type for name in _SENTENCES}
    assert kinds == set(_WRITTEN)
    assert {item.path.suffix for item in items.values()} == {Path(name).suffix for name in _SENTENCES}


def test_the_manual_has_more_than_forty_pages_of_text(items: dict[str, ShelfItem]) -> None:
    with pypdfium2.PdfDocument(items["manual-de-estudio-universitario.pdf"].path) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert len(texts) > 40
    assert sum(len(text.split()) for text in texts) > 9000
    assert sum(len(text.split()) > 60 for text in texts) > 40


def test_the_damaged_file_cannot_be_read_and_says_so_in_its_title(items: dict[str, ShelfItem]) -> None:
    damaged = [item for item in items.values() if item.damaged]
    assert [item.title for item in damaged] == ["Archivo dañado (para probar)"]
    assert damaged[0].path.read_bytes().startswith(b"%PDF-")
    with pytest.raises(Unreadable) as refused:
        _reading(damaged[0])
    assert refused.value.failure is Failure.CORRUPT


def test_building_twice_gives_the_same_bytes_and_is_quick(items: dict[str, ShelfItem], tmp_path: Path) -> None:
    started = time.monotonic()
    again = shelf.build(tmp_path)
    assert time.monotonic() - started < 20
    assert len(again) == len(items)
    for item in again:
        assert item.path.read_bytes() == items[item.path.name].path.read_bytes(), item.path.name


def test_a_word_document_has_real_headings_and_lists_that_begin_at_one(items: dict[str, ShelfItem]) -> None:
    document = docx.Document(str(items["escribir-un-ensayo.docx"].path))
    styled = [(paragraph.style.name, paragraph) for paragraph in document.paragraphs if paragraph.style]
    assert sum(name == "Heading 1" for name, _ in styled) == 7
    numbered = [paragraph._p.pPr for name, paragraph in styled if name == "List Number"]
    assert len({properties.numPr.numId.val for properties in numbered if properties is not None}) == 2


def test_the_budget_counts_by_itself(items: dict[str, ShelfItem]) -> None:
    sheet = openpyxl.load_workbook(items["presupuesto-del-estudiante.xlsx"].path)["Mi presupuesto"]
    rows = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    first, total = rows["Apoyo de la familia"][0].row, rows["Total de ingresos"][0].row
    assert rows["Total de ingresos"][1].value == f"=SUM(B{first}:B{total - 1})"
    left, spent = rows["Queda para ahorrar"], rows["Total de gastos"][0].row
    assert left[1].value == f"=B{total}-B{spent}"
    example = openpyxl.load_workbook(items["presupuesto-del-estudiante.xlsx"].path)["Ejemplo del mes"]
    assert 450 in [cell.value for cell in example["C"]]


@pytest.mark.parametrize("name", ["compost-en-la-chacra.epub", "elegir-una-carrera.epub"])
def test_a_book_follows_the_epub_container_and_its_contents_lead_to_chapters(
    items: dict[str, ShelfItem], name: str
) -> None:
    with zipfile.ZipFile(items[name].path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        pages = {entry: etree.fromstring(archive.read(entry)) for entry in archive.namelist() if "xhtml" in entry}
        declared = etree.fromstring(archive.read("EPUB/package.opf"))
    links = pages["EPUB/nav.xhtml"].xpath("//*[local-name()='a']/@href")
    assert len(links) > 8
    assert {f"EPUB/{link}" for link in links} == set(pages) - {"EPUB/nav.xhtml"}
    hrefs = declared.xpath("//*[local-name()='item']/@href")
    assert {f"EPUB/{href}" for href in hrefs} == {*pages, "EPUB/style.css"}


def _parsed(body: str) -> Manuscript:
    return parse(_FRONT + body)


def test_a_manuscript_is_parsed_into_blocks() -> None:
    manuscript = _parsed("Uno **dos** *tres*.\n\n## H\n\n- a\n- b\n\n1. c\n\n> q\n>\n> r\n\n```\nx\n\ny\n```\n")
    assert manuscript.blocks == (
        Paragraph((Span("Uno "), Span("dos", "bold"), Span(" "), Span("tres", "italic"), Span("."))),
        Heading(2, "H"),
        Listing(((Span("a"),), (Span("b"),)), numbered=False),
        Listing(((Span("c"),),), numbered=True),
        Quote(((Span("q"),), (Span("r"),))),
        Code("x\n\ny"),
    )
    assert manuscript.title == "T: con dos puntos"
    assert manuscript.subjects == ("Uno", "Dos")


def test_a_table_keeps_its_empty_cells() -> None:
    (table,) = _parsed("| A | B |\n|---|---|\n| | 2 |\n| 3 | |\n").blocks
    assert isinstance(table, Table)
    assert [[plain(cell) for cell in row] for row in table.rows] == [["A", "B"], ["", "2"], ["3", ""]]


@pytest.mark.parametrize("change", [lambda text: text.replace("title: ", "titel: "), lambda text: "Sin portada\n"])
def test_a_manuscript_without_its_description_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        parse(change(_FRONT + "Texto.\n"))
