"""Lighter versions made by a child process, with the real ffmpeg: what comes out, and what hostile files cannot do."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pikepdf
import psutil
import pypdfium2
import pytest
from PIL import Image

from catalog.extract.limits import Limits
from catalog.lightening import films, likeness
from catalog.lightening.making import Made, NotMade, Order, make
from tests.catalog.extract import samples
from tests.catalog.lightening import made
from tests.catalog.lightening.made import FFMPEG

PDF, MP4 = "application/pdf", "video/mp4"
LIMITS = Limits(read_time_limit_s=60, recognition_time_limit_s=0)


def lighter(path: Path, media_type: str, limits: Limits = LIMITS, **order: object) -> Made:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return make(Order(path, media_type, **order), folder, limits)  # type: ignore[arg-type]


def of_film(path: Path, media_type: str = MP4, limits: Limits = LIMITS) -> Made:
    return lighter(path, media_type, limits, duration_s=2.0, wants_poster=True, ffmpeg=FFMPEG)


def test_a_scan_becomes_much_smaller_and_stays_the_same(tmp_path: Path) -> None:
    path = made.scan(tmp_path / "scan.pdf")
    result = lighter(path, PDF)
    assert result.light is not None
    assert result.light.stat().st_size < path.stat().st_size / 3
    assert likeness.difference(path, result.light) == ""
    assert (result.cover, result.detail) == (b"", "")


def test_a_text_without_pictures_is_left_as_it_is(tmp_path: Path) -> None:
    result = lighter(samples.pdf(tmp_path / "a.pdf", ["Hola"] * 3), PDF)
    assert (result.light, result.detail) == (None, "no picture in it can be made lighter")


def test_words_structure_and_links_survive(tmp_path: Path) -> None:
    path = made.scan(tmp_path / "scan.pdf", 1)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        page = document.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F=document.make_indirect(font))
        page.contents_add(document.make_stream(b"BT /F 20 Tf 50 50 Td (Quinua de la puna) Tj ET"))
        document.Root.Lang = pikepdf.String("es")
        document.Root.PieceInfo = pikepdf.Dictionary(Secret=document.make_stream(b"x" * 200_000))
        document.save(path)
    result = lighter(path, PDF)
    assert result.light is not None
    with pikepdf.open(result.light) as light:
        assert str(light.Root.Lang) == "es"
        assert "/PieceInfo" not in light.Root
        assert light.is_linearized
    text = pypdfium2.PdfDocument(result.light)[0].get_textpage().get_text_bounded()
    assert "Quinua de la puna" in text


@pytest.mark.parametrize("kind", ["grey", "indexed", "transparent", "flate"])
def test_pictures_of_every_kind_look_the_same_afterwards(tmp_path: Path, kind: str) -> None:
    picture = Image.effect_noise((1600, 1600), 60)
    if kind != "grey":
        picture = Image.merge("RGB", [picture, picture.rotate(90), picture.rotate(180)])
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 300))
    space: object = pikepdf.Name.DeviceGray if kind == "grey" else pikepdf.Name.DeviceRGB
    content = picture.tobytes()
    if kind == "indexed":
        picture = picture.quantize(64, method=Image.Quantize.FASTOCTREE)
        palette = bytes(picture.getpalette() or ())[: 64 * 3]
        space, content = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 63, palette]), picture.tobytes()
    stream = document.make_stream(content)
    stream.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/BitsPerComponent": 8})
    stream.update({"/Width": 1600, "/Height": 1600, "/ColorSpace": space})
    if kind == "transparent":
        mask = document.make_stream(Image.linear_gradient("L").resize((1600, 1600)).tobytes())
        mask.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/BitsPerComponent": 8})
        mask.update({"/Width": 1600, "/Height": 1600, "/ColorSpace": pikepdf.Name.DeviceGray})
        stream.SMask = mask
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    page.Contents = document.make_stream(b"q 300 0 0 300 0 0 cm /I Do Q")
    document.save(tmp_path / "a.pdf")
    result = lighter(tmp_path / "a.pdf", PDF)
    assert result.light is not None, result.detail
    with pikepdf.open(result.light) as light:
        assert int(light.pages[0].Resources.XObject.I.Width) == 542  # 300 points at 130 pixels an inch


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda document: document.Root.__setitem__("/AcroForm", pikepdf.Dictionary(SigFlags=3)), "it is signed"),
        (lambda document: document.Root.__setitem__("/Perms", pikepdf.Dictionary()), "it is signed"),
    ],
)
def test_what_is_signed_is_left_as_it_is(tmp_path: Path, change: object, reason: str) -> None:
    path = made.scan(tmp_path / "scan.pdf", 1)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        change(document)  # type: ignore[operator]
        document.save(path)
    assert lighter(path, PDF).detail == reason


def test_what_is_protected_or_broken_is_left_as_it_is(tmp_path: Path) -> None:
    path = made.scan(tmp_path / "scan.pdf", 1)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="dueño", user=""))
    assert lighter(path, PDF).detail == "it is protected"
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\n" + bytes(5000))
    assert lighter(broken, PDF).light is None
    header = tmp_path / "header.pdf"
    header.write_bytes(b"?PDF" + made.scan(tmp_path / "b.pdf", 1).read_bytes()[4:])
    assert lighter(header, PDF).light is None
    bomb = tmp_path / "bomb.pdf"
    samples.exploding_pdf(bomb, gibibytes=2)
    assert lighter(bomb, PDF).light is None


@pytest.mark.parametrize(("name", "media_type"), [("a.mp4", MP4), ("a.webm", "video/webm")])
def test_a_film_gives_its_sound_and_a_poster(tmp_path: Path, name: str, media_type: str) -> None:
    path = made.film(tmp_path / name, title="Casa de María")
    result = of_film(path, media_type)
    assert result.light is not None
    told = made.streams(result.light)
    assert "Audio: aac" in told
    assert "Video:" not in told
    assert "María" not in told
    assert result.light.stat().st_size < path.stat().st_size / 2
    with Image.open(io.BytesIO(result.cover)) as cover:
        assert (cover.format, cover.size) == ("WEBP", (640, 360))
    assert 0 < len(result.thumbnail) <= 2048


def test_half_a_film_is_not_passed_off_as_its_sound(tmp_path: Path) -> None:
    """A film of which the end is lost, in a container that can be read up to there."""
    whole = made.film(tmp_path / "whole.webm", seconds=8, size="160x120")
    path = tmp_path / "a.webm"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    result = lighter(path, "video/webm", duration_s=8.0, wants_poster=False, ffmpeg=FFMPEG)
    assert result.light is None
    assert "s long, not 8" in result.detail


def test_a_silent_film_gives_a_poster_only(tmp_path: Path) -> None:
    result = of_film(made.film(tmp_path / "a.mp4", sound=False))
    assert result.light is None
    assert result.cover
    assert "no sound" in result.detail


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"\0\0\0\x18ftypisom" + bytes(5000),
        b"",
    ],
)
def test_what_only_claims_to_be_a_film_opens_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    result = of_film(path)
    assert (result.light, result.cover) == (None, b"")


def test_who_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 31.0625\n")
    slow.chmod(0o755)
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    began = time.monotonic()
    with pytest.raises(NotMade):
        lighter(path, MP4, Limits(read_time_limit_s=1, recognition_time_limit_s=0), ffmpeg=str(slow))
    assert time.monotonic() - began < 10
    # What was killed may still wait to be reaped, by whoever inherits it.
    left = [each for each in psutil.process_iter(["cmdline", "status"]) if each.info["cmdline"] == ["sleep", "31.0625"]]
    assert not [each for each in left if each.info["status"] != psutil.STATUS_ZOMBIE]


def test_ffmpeg_is_found_by_its_path_or_not_at_all() -> None:
    films.program.cache_clear()
    assert films.program(FFMPEG) == FFMPEG
    assert films.program("/nowhere/ffmpeg") == ""
