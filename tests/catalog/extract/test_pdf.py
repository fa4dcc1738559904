"""How a PDF becomes pages of text."""

from __future__ import annotations

import pytest

from catalog.extract import pdf
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from lrc import typesetting
from tests.catalog.extract import samples


def texts(path, limits=None):
    return [section.text for section in pdf.read(path, limits or Limits()).sections]


def typeset(path, source, **inputs):
    path.write_bytes(typesetting.to_pdf(source, inputs))
    return path


def test_every_page_is_a_page_with_its_spanish_letters(tmp_path):
    path = samples.pdf(tmp_path / "a.pdf", ["El ñandú", "¿Cómo está el señor Núñez?", ""])
    assert texts(path) == ["El ñandú", "¿Cómo está el señor Núñez?", ""]


def test_the_count_is_known_before_the_first_page(tmp_path):
    assert pdf.read(samples.pdf(tmp_path / "a.pdf", ["Hola"] * 7), Limits()).count == 7


def test_words_parted_at_the_end_of_a_line_are_joined_and_lines_flow_into_paragraphs(tmp_path):
    source = """#set page(width: 60mm, height: 100mm, margin: 5mm)
#set text(hyphenate: true, lang: "es")
#set par(justify: true)
#sys.inputs.text

Otro párrafo."""
    words = "El extraordinario reconocimiento internacional de la biodiversidad. " * 4
    path = typeset(tmp_path / "a.pdf", source, text=words)
    assert texts(path)[0] == f"{words.strip()}\n\nOtro párrafo."


def test_lines_of_a_table_keep_their_ends():
    lines = ["País Habitantes Capital", "Perú 34 Lima", "Bolivia 12 Sucre"]
    assert pdf.unwrap("\r\n".join(lines)) == "\n".join(lines)


def test_items_of_a_list_and_leader_dots():
    width = "una línea que llena todo el ancho de la página de este documento\r\n"
    unwrapped = pdf.unwrap(width * 3 + "• primero\r\n• segundo\r\nCapítulo 1 . . . . . . . . . . 12")
    assert unwrapped.endswith("\n• primero\n• segundo\nCapítulo 1 … 12")
    assert unwrapped.startswith("una línea que llena todo el ancho de la página de este documento una línea")


def test_an_empty_page_has_empty_text():
    assert pdf.unwrap("") == ""


@pytest.mark.parametrize(
    ("make", "failure"),
    [
        (lambda path: samples.encrypted_pdf(path), Failure.ENCRYPTED),
        (lambda path: samples.scanned_pdf(path), Failure.NO_TEXT),
        (lambda path: samples.pdf(path, [""]), Failure.NO_TEXT),
        (lambda path: samples.pdf(path, ["x"] * 10_000), Failure.TOO_MANY_PAGES),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, make, failure):
    with pytest.raises(Unreadable) as refusal:
        texts(make(tmp_path / "a.pdf"))
    assert refusal.value.failure is failure


def test_a_truncated_file_is_corrupt(tmp_path):
    path = typeset(tmp_path / "a.pdf", "#lorem(2000)")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(Unreadable) as refusal:
        texts(path)
    assert refusal.value.failure is Failure.CORRUPT


def test_a_short_text_without_pictures_is_no_scan(tmp_path):
    assert texts(samples.pdf(tmp_path / "a.pdf", ["Fin"])) == ["Fin"]
