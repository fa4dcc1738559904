"""How a deck of slides becomes pages."""

from __future__ import annotations

import pptx
import pytest
from pptx.util import Inches

from catalog.extract import slides
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable


def sections(path, limits=None):
    return [(section.label, section.text) for section in slides.read(path, limits or Limits()).sections]


@pytest.fixture
def deck(tmp_path):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "La fotosíntesis"
    slide.placeholders[1].text = "Clorofila\nLuz del día"
    slide.notes_slide.notes_text_frame.text = "Recuerda la lección de mañana"
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for index, text in enumerate(["Año", "Niños", "2024", "12"]):
        table.cell(index // 2, index % 2).text = text
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "En un grupo"
    deck.slides.add_slide(deck.slide_layouts[6])
    deck.save(str(tmp_path / "a.pptx"))
    return tmp_path / "a.pptx"


def test_each_slide_is_a_page_with_its_title_text_tables_and_notes(deck):
    assert sections(deck) == [
        ("La fotosíntesis", "La fotosíntesis\n\nClorofila\n\nLuz del día\n\nRecuerda la lección de mañana"),
        ("Año | Niños", "Año | Niños\n2024 | 12\n\nEn un grupo"),
        ("", ""),
    ]


def test_slides_come_in_the_order_of_the_deck_and_not_of_their_names(deck):
    presentation = pptx.Presentation(str(deck))
    order = presentation.slides._sldIdLst
    order.insert(0, order[1])
    presentation.save(str(deck))
    assert [label for label, _ in sections(deck)] == ["Año | Niños", "La fotosíntesis", ""]


def test_slide_numbers_and_dates_are_left_out(deck):
    presentation = pptx.Presentation(str(deck))
    box = presentation.slides[2].shapes.add_textbox(0, 0, 100, 100)
    box.text_frame.text = "12/03/2024"
    place = box._element.nvSpPr.nvPr.makeelement(
        "{http://schemas.openxmlformats.org/presentationml/2006/main}ph", {"type": "dt"}
    )
    box._element.nvSpPr.nvPr.append(place)
    presentation.save(str(deck))
    assert sections(deck)[2] == ("", "")


def test_too_many_slides_are_refused_before_they_are_read(deck):
    with pytest.raises(Unreadable) as refusal:
        slides.read(deck, Limits(max_pages=2))
    assert refusal.value.failure is Failure.TOO_MANY_PAGES
