"""How an OpenDocument text becomes sections."""

from __future__ import annotations

import pytest
from odf import table, text
from odf.opendocument import OpenDocumentText

from catalog.extract import opendocument
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples


def sections(path):
    return [(section.label, section.text) for section in opendocument.read(path, Limits()).sections]


def test_headings_lists_tables_and_notes(tmp_path):
    document = OpenDocumentText()
    document.text.addElement(text.H(outlinelevel=1, text="La señal"))
    paragraph = text.P(text="El corazón ")
    paragraph.addElement(text.Span(text="latía"))
    paragraph.addElement(text.S(c=3))
    paragraph.addText("más")
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text="Véase Ñahuí"))
    note.addElement(body)
    paragraph.addElement(note)
    document.text.addElement(paragraph)
    items = text.List()
    for name in ("maíz", "papa"):
        item = text.ListItem()
        item.addElement(text.P(text=name))
        items.addElement(item)
    document.text.addElement(items)
    rows = table.Table()
    row = table.TableRow()
    for name in ("Perú", "Lima"):
        cell = table.TableCell()
        cell.addElement(text.P(text=name))
        row.addElement(cell)
    rows.addElement(row)
    document.text.addElement(rows)
    document.save(str(tmp_path / "a.odt"))
    [(label, found)] = sections(tmp_path / "a.odt")
    assert label == "La señal"
    assert found == "La señal\n\nEl corazón latía más (Véase Ñahuí )\n\n• maíz\n• papa\n\nPerú | Lima"


@pytest.mark.parametrize(
    ("parts", "failure"),
    [
        ({"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>", "content.xml": b"\1\2"}, Failure.ENCRYPTED),
        ({"content.xml": f"{samples.BILLION_LAUGHS}<text>&l9;</text>"}, Failure.ZIP_BOMB),
        ({"content.xml": "<text>"}, Failure.CORRUPT),
        ({}, Failure.CORRUPT),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, parts, failure):
    with pytest.raises(Unreadable) as refusal:
        sections(samples.zipped(tmp_path / "a.odt", parts))
    assert refusal.value.failure is failure
