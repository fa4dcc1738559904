"""Text in pictures: read with its accents in scans and photographs, as long as there is time."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from catalog.extract import pdf, pictures, recognition
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from lrc import typesetting
from tests.catalog.extract import samples

LINES = ("El señor Núñez cultiva quinua y camote.", "¿Cuántos años tenía la niña cuan-", "do llegó a Ayacucho?")
TEXT = "El señor Núñez cultiva quinua y camote. ¿Cuántos años tenía la niña cuando llegó a Ayacucho?"


def drawn(*lines: str, mode: str = "L") -> Image.Image:
    """A picture of a few lines, as a scanner would have them."""
    page = "#set page(width: auto, height: auto, margin: 20pt)\n#set text(14pt)\n" + " \\\n".join(lines)
    return Image.open(io.BytesIO(typesetting.to_png(page, {}, pixels_per_inch=150))).convert(mode)


def saved(path: Path, image: Image.Image, **how: object) -> Path:
    image.save(path, **how)
    return path


@pytest.fixture
def without_reader(monkeypatch):
    monkeypatch.setattr(recognition, "models", lambda: None)


def test_the_models_that_set_up_unpacks_are_there():
    assert recognition.models() == (Path(recognition.__file__).with_name("tessdata"), ("spa", "que", "eng"))


def test_a_picture_is_read_with_its_accents_and_its_parted_words(tmp_path):
    contents = pictures.read(saved(tmp_path / "a.png", drawn(*LINES, mode="RGBA")), Limits())
    (page,) = contents.sections
    assert (page.text, page.is_recognised) == (TEXT, True)


def test_a_photograph_is_turned_upright_before_it_is_read(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    path = saved(tmp_path / "a.jpg", drawn(LINES[0]).transpose(Image.Transpose.ROTATE_90), exif=exif)
    (page,) = pictures.read(path, Limits()).sections
    assert page.text == LINES[0]


def test_a_picture_without_a_word_is_a_page_all_the_same(tmp_path):
    (page,) = pictures.read(saved(tmp_path / "a.webp", Image.new("RGB", (300, 200), "green")), Limits()).sections
    assert page.text == ""


def test_a_scanned_pdf_gets_the_text_of_its_pictures(tmp_path):
    first, second = drawn(LINES[0]), drawn("Segunda página del libro de la señora Quispe.")
    path = saved(tmp_path / "a.pdf", first, format="PDF", resolution=200, save_all=True, append_images=[second])
    pages = list(pdf.read(path, Limits()).sections)
    assert [each.text for each in pages] == [LINES[0], "Segunda página del libro de la señora Quispe."]
    assert all(each.is_recognised for each in pages)


def test_a_page_that_has_text_is_not_looked_at(tmp_path):
    pages = list(pdf.read(samples.pdf(tmp_path / "a.pdf", [TEXT]), Limits()).sections)
    assert not any(each.is_recognised for each in pages)


def test_when_time_runs_out_what_was_read_stays(tmp_path, monkeypatch):
    now = iter([100.0, 100.0, 2000.0, 2000.0])
    monkeypatch.setattr("catalog.extract.recognition.time.monotonic", lambda: next(now))
    recogniser = recognition.Recogniser(Limits(recognition_time_limit_s=1000))
    assert recogniser.text_of(lambda: drawn(LINES[0])) == LINES[0]
    assert not recogniser.is_late
    assert recogniser.text_of(lambda: drawn(LINES[0])) is None
    assert recogniser.is_late


@pytest.mark.usefixtures("without_reader")
def test_where_no_reader_of_pictures_is_a_scan_is_refused_and_a_picture_is_not(tmp_path):
    path = saved(tmp_path / "a.pdf", drawn(LINES[0]), format="PDF")
    with pytest.raises(Unreadable) as refusal:
        list(pdf.read(path, Limits()).sections)
    assert refusal.value.failure is Failure.NO_TEXT
    (page,) = pictures.read(saved(tmp_path / "a.png", drawn(LINES[0])), Limits()).sections
    assert (page.text, page.is_recognised) == ("", False)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    (tmp_path / "a.png").write_bytes(content.getvalue())
    with pytest.raises(Unreadable) as refusal:
        pictures.read(tmp_path / "a.png", Limits())
    assert refusal.value.failure is Failure.ZIP_BOMB


def test_a_broken_picture_is_told_from_a_sound_one(tmp_path):
    whole = saved(tmp_path / "a.png", drawn(LINES[0])).read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unreadable) as refusal:
        pictures.read(tmp_path / "a.png", Limits())
    assert refusal.value.failure is Failure.CORRUPT


def test_a_photograph_that_tells_where_it_was_taken_is_told_of(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "S"
    path = saved(tmp_path / "a.jpg", Image.new("RGB", (200, 200)), exif=exif)
    assert pictures.read(path, Limits()).about().findings == [{"code": "told_place", "where": []}]
