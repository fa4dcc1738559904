"""Pages set from a template and data."""

from __future__ import annotations

from lrc import typesetting

SOURCE = "#set page(width: 72pt, height: 144pt)\n#sys.inputs.text"


def test_a_picture_of_the_first_page_has_the_size_that_was_asked_for():
    png = typesetting.to_png(SOURCE, {"text": "ñ"}, pixels_per_inch=144)
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (144, 288)


def test_data_is_never_markup():
    assert typesetting.to_pdf(SOURCE, {"text": "#panic()"}).startswith(b"%PDF")
