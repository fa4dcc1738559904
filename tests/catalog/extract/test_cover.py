"""How a file gets its cover."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from catalog.extract import cover
from catalog.extract.contents import Section
from tests.catalog.extract import samples

FIRST = Section("El ñandú", "El ñandú\n\nHabía una vez un ñandú en la puna.")


def image_of(content):
    image = Image.open(io.BytesIO(content))
    assert image.format == "WEBP"
    return image


def noise(width, height):
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


@pytest.mark.parametrize(
    ("picture", "cover_size", "thumbnail_size"),
    [
        (samples.png(600, 900), (320, 480), (53, 80)),
        (noise(1600, 900), (640, 360), (80, 45)),
        (samples.png(100, 150), (100, 150), (53, 80)),
    ],
)
def test_a_picture_is_made_small_and_never_large(picture, cover_size, thumbnail_size):
    big, small = cover.make(lambda: picture, FIRST)
    assert image_of(big).size == cover_size
    assert image_of(small).size == thumbnail_size
    assert len(big) <= cover.COVER_BYTES
    assert len(small) <= cover.THUMBNAIL_BYTES


def broken():
    raise OSError("no picture")


@pytest.mark.parametrize(
    "picture", [lambda: None, broken, lambda: Image.new("RGB", (300, 400), "white"), lambda: samples.png(20, 20)]
)
def test_without_a_picture_worth_showing_the_first_words_are_set(picture):
    big, small = cover.make(picture, FIRST)
    assert big == cover.make(lambda: None, FIRST)[0]
    assert image_of(big).size == (340, 480)
    assert 0 < len(small) <= cover.THUMBNAIL_BYTES


def test_what_is_transparent_stands_on_white():
    clear = Image.new("RGBA", (200, 300), (0, 0, 0, 0))
    clear.paste((10, 20, 30, 255), (50, 50, 150, 150))
    out = io.BytesIO()
    clear.save(out, "PNG")
    big, _ = cover.make(lambda: out.getvalue(), FIRST)
    assert image_of(big).convert("RGB").getpixel((5, 5)) >= (250, 250, 250)


def test_words_are_set_as_words_and_never_run():
    evil = '#panic("x") $x$ [a] *b* @c #import "/etc/passwd" \\'
    typeset = cover.typeset(Section(evil, evil * 50))
    assert Image.open(io.BytesIO(typeset)).format == "PNG"
    assert cover.typeset(Section("", "Una línea sola")) != typeset
