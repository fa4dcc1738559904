"""Pictures that people send: made small and plain; what is no picture, or would unfold into too much, is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lrc.errors import BadFile, BadInput, TooLarge
from lrc.study import pictures

SECRET = b"Mi casa, Puno"


def encoded(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("P", "1") else "red" if mode == "RGB" else 0).save(out, kind, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "P", "1", "I;16", "LA")),
        *(("JPEG", mode) for mode in ("CMYK", "L", "RGB")),
        *(("GIF", "P"), ("WEBP", "RGB")),
    ],
)
def test_every_kind_that_people_have_becomes_webp(kind: str, mode: str) -> None:
    picture = pictures.read(encoded(kind, mode=mode))
    assert (opened(picture.content).format, picture.width, picture.height) == ("WEBP", 40, 30)


def test_nothing_of_what_else_the_file_said_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    said = PngInfo()
    said.add_text("Comment", SECRET.decode())
    for content in (
        encoded("JPEG", exif=exif, comment=SECRET),
        encoded("PNG", pnginfo=said, exif=exif),
        encoded("WEBP", exif=exif, xmp=SECRET),
        encoded("PNG") + SECRET,
        encoded("WEBP") + SECRET,
    ):
        assert SECRET in content
        kept = pictures.read(content).content
        assert SECRET not in kept
        assert not opened(kept).getexif()


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = pictures.read(encoded("JPEG", (80, 20), exif=exif))
    assert (picture.width, picture.height) == (20, 80)


def test_a_large_picture_becomes_small() -> None:
    picture = pictures.read(encoded("JPEG", (4000, 1000)))
    assert (picture.width, picture.height) == (1600, 400)


def test_a_noisy_picture_stays_under_the_limit() -> None:
    out = io.BytesIO()
    Image.effect_noise((1600, 1600), 100).save(out, "PNG")
    assert len(pictures.read(out.getvalue()).content) <= pictures.MOST_BYTES_OUT


def test_what_was_made_here_stays_as_it_is() -> None:
    once = pictures.read(encoded("JPEG", (500, 500)))
    assert pictures.read(once.content) == once


def test_of_moving_pictures_the_first_one_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
        picture = opened(pictures.read(out.getvalue()).content)
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"\x00" * 100,
        b"RIFF\x04\x00\x00\x00WEBP",
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        encoded("PNG")[:60],
        encoded("TIFF"),
        encoded("BMP"),
        encoded("ICO", (16, 16)),
    ],
)
def test_what_is_no_picture_for_pages_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        pictures.read(content)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(BadInput):
        pictures.read(b"")
    with pytest.raises(TooLarge):
        pictures.read(b"x" * (pictures.MOST_BYTES_IN + 1))


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says to be so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [4_001, 7_000, 20_000, 65_000])
def test_a_picture_that_would_unfold_is_refused_unread(side: int) -> None:
    with pytest.raises(BadFile):
        pictures.read(bomb(side, side))
