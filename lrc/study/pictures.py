"""Makes a picture that somebody sends into one that can be shown: small, without metadata, always WebP.

Nothing of the bytes that came is kept, unless they are a WebP picture that this module could have made, so that a
module which is taken out and in again has the very same images.
"""

from __future__ import annotations

import hashlib
import io
import logging
import struct
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from PIL import Image, ImageOps

from lrc.errors import BadFile, BadInput, TooLarge

log = logging.getLogger(__name__)

MEDIA_TYPE = "image/webp"
MOST_BYTES_IN = 12 * 1024 * 1024
MOST_BYTES_OUT = 600 * 1024
MOST_PIXELS = 40_000_000
"""Of a JPEG, which is made smaller while it is decoded."""
_MOST_PIXELS_WHOLE = 16_000_000  # of the others, which are decoded as they are: 64 MB
SIDE_PX = 1600
SMALL_PX = 640
_SMALL_QUALITY = 50
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_LOSSLESS_BYTES = 150 * 1024
_DRAWING_COLOURS = 4096  # a photograph that was kept as PNG has more
_QUALITIES = ((1600, 80), (1200, 60), (1000, 40), (800, 25))
_PLAIN_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})  # neither metadata nor animation


@dataclass(frozen=True)
class Picture:
    """WebP bytes that any browser shows, with their size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read(content: bytes) -> Picture:
    """The picture in the bytes of a JPEG, PNG, GIF (its first frame) or WebP file, at most SIDE_PX wide and high.

    BadInput for no bytes, TooLarge for more than MOST_BYTES_IN, BadFile for what is none of these or unfolds into too
    many pixels. SVG is none of these: it can hold scripts.
    """
    if not content:
        raise BadInput(_("Elige una imagen."))
    check_size(len(content))
    try:
        return _read(content)
    except BadFile:
        raise
    # Decoders raise whatever they like.
    except Exception as error:
        raise BadFile(
            _("No pudimos leer la imagen."), advice=_("Usa una imagen JPEG, PNG, GIF o WebP."), detail=repr(error)
        ) from error


def small(picture: Picture) -> Picture:
    """The same, small enough for a page that is to be light: at most SMALL_PX wide and high, some tens of KB."""
    with Image.open(io.BytesIO(picture.content), formats=("WEBP",)) as opened:
        opened.thumbnail((SMALL_PX, SMALL_PX), Image.Resampling.LANCZOS)
        return Picture(_webp(opened, lossless=False, quality=_SMALL_QUALITY, method=6), *opened.size)


def check_size(size_bytes: int) -> None:
    """Raise TooLarge for a file that is not worth reading."""
    if size_bytes > MOST_BYTES_IN:
        raise TooLarge(_("La imagen pesa demasiado: usa una de hasta %(limit)s MB.", limit=MOST_BYTES_IN // 1024**2))


def _read(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        most = MOST_PIXELS if opened.format == "JPEG" else _MOST_PIXELS_WHOLE
        if opened.width * opened.height > most:
            raise BadFile(
                _("La imagen tiene demasiados píxeles: usa una de hasta %(limit)s millones.", limit=most // 10**6),
                advice=_("Redúcela y súbela otra vez."),
            )
        is_drawing = opened.format in ("PNG", "GIF")
        if opened.format == "WEBP" and _could_be_ours(content) and max(opened.size) <= SIDE_PX:
            opened.load()
            return Picture(content, opened.width, opened.height)
        opened.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(opened)
    return _encoded(_plain(upright), is_drawing=is_drawing)


def _could_be_ours(content: bytes) -> bool:
    """Is it WebP of bounded size with nothing in it, before it or behind it but one still picture?"""
    if len(content) > MOST_BYTES_OUT or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return False
    if struct.unpack("<I", content[4:8])[0] + 8 != len(content):
        return False
    at = 12
    while at + 8 <= len(content):
        if content[at : at + 4] not in _PLAIN_CHUNKS:
            return False
        size_bytes: int = struct.unpack("<I", content[at + 4 : at + 8])[0]
        at += 8 + size_bytes + size_bytes % 2
    return at == len(content)


def _plain(image: Image.Image) -> Image.Image:
    """The points alone, in a mode that WebP has: none of what else the file said."""
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    points = image.convert("RGBA" if has_alpha else "RGB")
    points.info.clear()
    return points


def _encoded(image: Image.Image, *, is_drawing: bool) -> Picture:
    if is_drawing and image.getcolors(_DRAWING_COLOURS) is not None:
        exact = _webp(image, lossless=True, quality=50, method=2)
        if len(exact) <= _LOSSLESS_BYTES:
            return Picture(exact, *image.size)
    for side, quality in _QUALITIES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        content = _webp(image, lossless=False, quality=quality, method=4)
        if len(content) <= MOST_BYTES_OUT:
            return Picture(content, *image.size)
    raise BadFile(_("No pudimos hacer la imagen lo bastante pequeña."), advice=_("Redúcela y súbela otra vez."))


def _webp(image: Image.Image, *, lossless: bool, quality: int, method: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=lossless, quality=quality, method=method)
    return out.getvalue()
