"""How a Word document becomes sections."""

from __future__ import annotations

import docx
import pytest

from catalog.extract import word
from catalog.extract.contents import PAGE_CHARACTERS
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples


def sections(path):
    return [(section.label, section.text) for section in word.read(path, Limits()).sections]


def saved(document, path):
    document.save(str(path))
    return path


def test_headings_part_the_document_and_name_its_pages(tmp_path):
    document = docx.Document()
    document.add_paragraph("Para el señor Núñez")
    document.add_heading("La niñez", 1)
    document.add_paragraph("Había una vez un ñandú.")
    document.add_heading("El camión", 2)
    document.add_paragraph("Llegó de noche.")
    document.add_heading("Detalle", 3)
    document.add_paragraph("Y se fue.")
    assert sections(saved(document, tmp_path / "a.docx")) == [
        ("", "Para el señor Núñez"),
        ("La niñez", "La niñez\n\nHabía una vez un ñandú."),
        ("El camión", "El camión\n\nLlegó de noche.\n\nDetalle\n\nY se fue."),
    ]


def test_a_heading_with_nothing_under_it_is_no_page_of_its_own(tmp_path):
    document = docx.Document()
    document.add_heading("Primera parte", 1)
    document.add_heading("La niñez", 2)
    document.add_paragraph("Texto.")
    assert [label for label, _ in sections(saved(document, tmp_path / "a.docx"))] == ["Primera parte · La niñez"]


def test_tables_and_lists_stand_where_they_stood(tmp_path):
    document = docx.Document()
    document.add_paragraph("Antes")
    document.add_paragraph("maíz", style="List Bullet")
    document.add_paragraph("papa", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["País", "Año", "Perú", "2024"], strict=True):
        cell.text = text
    document.add_paragraph("Después")
    [(_, text)] = sections(saved(document, tmp_path / "a.docx"))
    assert text == "Antes\n\n• maíz\n• papa\n\nPaís | Año\nPerú | 2024\n\nDespués"


def test_long_text_without_headings_is_cut_at_the_ends_of_paragraphs(tmp_path):
    document = docx.Document()
    paragraph = "La lluvia cae sobre los tejados de Cusco. " * 20
    for _ in range(12):
        document.add_paragraph(paragraph)
    pages = [text for _, text in sections(saved(document, tmp_path / "a.docx"))]
    assert len(pages) == 4
    assert all(len(page) <= PAGE_CHARACTERS and page.endswith("Cusco.") for page in pages)
    assert "\n\n".join(pages) == "\n\n".join([paragraph.strip()] * 12)


def test_a_heading_style_of_ones_own_is_a_heading_by_what_it_is_based_on(tmp_path):
    document = docx.Document()
    style = document.styles.add_style("Título propio", 1)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("Capítulo", style=style)
    document.add_paragraph("Texto")
    assert sections(saved(document, tmp_path / "a.docx")) == [("Capítulo", "Capítulo\n\nTexto")]


def test_deleted_text_and_the_second_copy_of_a_text_box_are_left_out(tmp_path):
    run = "<w:r><w:t>{}</w:t></w:r>"
    box = f"<w:txbxContent><w:p>{run.format('caja')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run.format('queda ')}<w:ins>{run.format('puesto')}</w:ins>"
        "<w:del><w:r><w:delText>borrado</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('movido')}</w:moveFrom></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run.format('control')}</w:p></w:sdtContent></w:sdt>"
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert sections(samples.docx(tmp_path / "a.docx", body)) == [("", "queda puesto\n\ncontrol\n\ncaja")]


def test_footnotes_follow_their_paragraph(tmp_path):
    relationship = (
        '<Relationships><Relationship Id="r1" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    notes = (
        f'<w:footnotes {samples.WORD}><w:footnote w:id="2"><w:p><w:r><w:t>Véase Ñahuí.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    path = samples.docx(
        tmp_path / "a.docx",
        '<w:p><w:r><w:t>Así fue.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>',
        **{"word/_rels/document.xml.rels": relationship, "word/footnotes.xml": notes},
    )
    assert sections(path) == [("", "Así fue.\n\nVéase Ñahuí.")]


@pytest.mark.parametrize(
    ("document", "failure"),
    [
        (f"{samples.BILLION_LAUGHS}<w:document {samples.WORD}>&l9;</w:document>", Failure.ZIP_BOMB),
        ("<?xml version='1.0'?><w:document>", Failure.CORRUPT),
        ("<?xml version='1.0'?>", Failure.CORRUPT),
    ],
)
def test_broken_and_exploding_xml_is_refused(tmp_path, document, failure):
    with pytest.raises(Unreadable) as refusal:
        sections(samples.docx(tmp_path / "a.docx", document))
    assert refusal.value.failure is failure


def test_an_entity_cannot_bring_in_a_file_of_the_server(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("clave")
    document = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]><w:document {samples.WORD}>'
        "<w:body><w:p><w:r><w:t>Hola &s;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert sections(samples.docx(tmp_path / "a.docx", document)) == [("", "Hola")]


def test_a_document_that_lacks_its_main_part_is_corrupt(tmp_path):
    path = samples.zipped(tmp_path / "a.docx", {"[Content_Types].xml": "<Types/>"})
    with pytest.raises(Unreadable) as refusal:
        word.read(path, Limits())
    assert refusal.value.failure is Failure.CORRUPT
