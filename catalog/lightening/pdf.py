"""Makes a smaller PDF: its pictures no finer than a screen shows them. The only module that knows pikepdf."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object, PdfImage, Stream
from PIL import Image

PIXELS_PER_INCH = 130
QUALITY = 60
SMALLEST_PICTURE_BYTES = 15_000
"""Smaller pictures are left: a page has its letters and logos in them, and they weigh little."""
WORTH = 0.8
"""A picture is replaced where the new one takes less than this share of it."""
_MOST_PIXELS = 40_000_000
_DEEPEST_FORM = 5
_POINTS_PER_INCH = 72
_PLAIN = {"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB"}
_FILTERS = {"/DCTDecode", "/FlateDecode", "/JPXDecode", "/LZWDecode"}
# Present, they change what the numbers of a picture mean, or are bound to its size.
_LEFT_ALONE = ("/Decode", "/Mask", "/SMaskInData", "/Alternates")


class NotLighter(Exception):
    """A PDF that is left as it is, and why."""


@dataclass(frozen=True)
class _Box:
    """How many pixels a page needs, on its longer and its shorter side."""

    long_px: float
    short_px: float

    @classmethod
    def of(cls, page: pikepdf.Page) -> _Box:
        left, bottom, right, top = (float(each) for each in page.mediabox)
        sides = sorted(abs(each) / _POINTS_PER_INCH * PIXELS_PER_INCH for each in (right - left, top - bottom))
        return cls(sides[1], sides[0])

    def scale(self, width: int, height: int) -> float:
        return min(1.0, self.long_px / max(width, height), self.short_px / min(width, height))


def lighten(path: Path, target: Path) -> None:
    """Write the smaller PDF to ``target``: the same pages, letters and structure. Raises NotLighter."""
    try:
        with pikepdf.open(path) as document:
            _check(document)
            if not _shrink_all(document):
                raise NotLighter("no picture in it can be made lighter")
            _drop_private_data(document)
            document.remove_unreferenced_resources()
            document.save(
                target,
                linearize=True,
                compress_streams=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotLighter(f"pikepdf: {error!r}") from error


def _check(document: pikepdf.Pdf) -> None:
    if document.is_encrypted:
        raise NotLighter("it is protected")
    form = document.Root.get("/AcroForm", Dictionary())
    if int(form.get("/SigFlags", 0)) or "/Perms" in document.Root:
        raise NotLighter("it is signed")


def _drop_private_data(document: pikepdf.Pdf) -> None:
    """What drawing programs keep for themselves, and little pictures of pages."""
    for holder in (document.Root, *(page.obj for page in document.pages)):
        for name in ("/PieceInfo", "/Thumb"):
            if name in holder:
                del holder[name]


def _shrink_all(document: pikepdf.Pdf) -> int:
    """How many pictures were replaced; one used on several pages is made for the largest."""
    pictures: dict[tuple[int, int], tuple[Stream, _Box]] = {}
    for page in document.pages:
        box = _Box.of(page)
        for picture in _pictures(page.obj.get("/Resources", page.resources), set(), 0):
            known = pictures.get(picture.objgen)
            if known is None or known[1].long_px < box.long_px:
                pictures[picture.objgen] = (picture, box)
    return sum(_shrink(picture, box) for picture, box in pictures.values())


def _pictures(resources: Object, seen: set[tuple[int, int]], depth: int) -> Iterator[Stream]:
    """Those that a page shows, also within forms."""
    for _name, each in resources.get("/XObject", Dictionary()).items():
        if not isinstance(each, Stream) or each.objgen in seen:
            continue
        seen.add(each.objgen)
        subtype = each.get("/Subtype")
        if subtype == Name.Image:
            yield each
        elif subtype == Name.Form and depth < _DEEPEST_FORM and "/Resources" in each:
            yield from _pictures(each.Resources, seen, depth + 1)


def _shrink(picture: Stream, box: _Box) -> bool:
    """Replace a picture by a lighter one, where it is of a kind that we can make and worth it."""
    if not _is_plain(picture):
        return False
    held = len(picture.read_raw_bytes())
    width, height = int(picture.Width), int(picture.Height)
    if held < SMALLEST_PICTURE_BYTES or not 0 < width * height <= _MOST_PIXELS:
        return False
    made = _encoded(picture, box.scale(width, height))
    if made is None or len(made.content) > WORTH * held:
        return False
    picture.write(made.content, filter=Name.DCTDecode)
    picture.Width, picture.Height, picture.BitsPerComponent = made.width, made.height, 8
    picture.ColorSpace = Name.DeviceGray if made.is_grey else Name.DeviceRGB
    for name in ("/Intent", "/Interpolate", "/Metadata"):
        if name in picture:
            del picture[name]
    return True


def _is_plain(picture: Stream) -> bool:
    """Whether it is a picture of 8 bits in grey or red, green and blue, and nothing else depends on how it is kept."""
    if picture.get("/ImageMask", False) or any(name in picture for name in _LEFT_ALONE):
        return False
    if "/SMask" in picture and "/Matte" in picture.SMask:
        return False
    filters = PdfImage(picture).filters
    return len(filters) == 1 and filters[0] in _FILTERS and _has_plain_colours(picture)


def _has_plain_colours(picture: Stream) -> bool:
    space = picture.get("/ColorSpace")
    if isinstance(space, Name):
        return str(space) in _PLAIN and int(picture.get("/BitsPerComponent", 8)) == 8
    if space is None or not len(space):
        return False
    family = str(space[0])
    if family == "/Indexed":
        return int(picture.get("/BitsPerComponent", 8)) == 8
    if family == "/ICCBased":
        return int(space[1].get("/N", 0)) in (1, 3) and int(picture.get("/BitsPerComponent", 8)) == 8
    return family in _PLAIN and int(picture.get("/BitsPerComponent", 8)) == 8


@dataclass(frozen=True)
class _Jpeg:
    content: bytes
    width: int
    height: int
    is_grey: bool


def _encoded(picture: Stream, scale: float) -> _Jpeg | None:
    """The picture as a JPEG; None where it cannot be decoded, which is no reason to give up the others."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = PdfImage(picture).as_pil_image()
        image = image.convert("L" if image.mode in ("L", "1") else "RGB")
        if scale < 1:
            size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, SyntaxError):
        return None
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return _Jpeg(out.getvalue(), image.width, image.height, image.mode == "L")
