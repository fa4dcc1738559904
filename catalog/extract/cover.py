"""How a file gets its cover: its own first page or picture, else a page set from its first words; both as WebP."""

from __future__ import annotations

import io
import logging
import re
import textwrap
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageStat

from catalog.extract.contents import Section
from lrc import typesetting

log = logging.getLogger(__name__)

COVER_HEIGHT_PX, COVER_WIDTH_MOST_PX = 480, 640
THUMBNAIL_BOX_PX = (80, 80)
COVER_BYTES, THUMBNAIL_BYTES = 20_000, 2048
_COVER_QUALITIES, _THUMBNAIL_QUALITIES = (75, 60, 40, 20, 5), (60, 40, 20, 5)
# A picture that is smaller than this, or all of one colour, says less than the first words do.
SMALLEST_SIDE_PX = 90
FLATTEST_DEVIATION = 4.0
TITLE_CHARACTERS, BODY_CHARACTERS, PARAGRAPHS = 140, 480, 7
# Decoded before it is made small; a photograph of 40 million pixels takes 160 MB.
Image.MAX_IMAGE_PIXELS = 40_000_000
_TEMPLATE = Path(__file__).with_name("cover.typ")

# Lines of a paragraph flow on; items of a list and rows of a table do not.
_LINE_END = re.compile(r"\n(?!•)(?![^\n]* \| )\s*")

Picture = Image.Image | bytes | None


def make(picture: Callable[[], Picture], first: Section | None) -> tuple[bytes, bytes]:
    """Cover (WebP, at most 480 px high, 20 kB) and thumbnail (WebP, at most 2 KB), both empty where neither way works.

    ``first`` is the first page with words, where there is one.

    Never raises for what is in the file: a cover is no reason to refuse it.
    """
    ways: tuple[Callable[[], Image.Image | None], ...] = (
        lambda: _own(picture()),
        lambda: _decode(typeset(first)) if first else None,
    )
    for way in ways:
        try:
            image = way()
            if image is not None:
                return _cover(image), _thumbnail(image)
        # Decoders raise whatever they like, and a picture too large for memory must not cost the text.
        except Exception as error:
            log.warning("no cover this way: %r", error)
    return b"", b""


def typeset(first: Section) -> bytes:
    """A PNG of a page with the label and the beginning of a section."""
    paragraphs = first.text.split("\n\n")
    title = first.label or paragraphs[0]
    if paragraphs[0] == title:
        paragraphs = paragraphs[1:]
    body = "\n\n".join(_LINE_END.sub(" ", each) for each in paragraphs[:PARAGRAPHS])
    inputs = {"title": textwrap.shorten(title, TITLE_CHARACTERS, placeholder=" …"), "body": _beginning(body)}
    return typesetting.to_png(_TEMPLATE.read_text(encoding="utf-8"), inputs, pixels_per_inch=96)


def _beginning(text: str) -> str:
    return text if len(text) <= BODY_CHARACTERS else f"{text[:BODY_CHARACTERS].rpartition(' ')[0]} …"


def _own(picture: Picture) -> Image.Image | None:
    image = _decode(picture) if isinstance(picture, bytes) else picture
    if image is None or min(image.size) < SMALLEST_SIDE_PX:
        return None
    return image if ImageStat.Stat(image.convert("L")).stddev[0] >= FLATTEST_DEVIATION else None


def _decode(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP"))
        # This decodes a JPEG in small at once.
        image.thumbnail((2 * COVER_WIDTH_MOST_PX, 2 * COVER_HEIGHT_PX))
    if image.mode in ("RGBA", "LA", "P", "PA"):
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return image.convert("RGB")


def _cover(image: Image.Image) -> bytes:
    return _within(image, (COVER_WIDTH_MOST_PX, COVER_HEIGHT_PX), _COVER_QUALITIES, COVER_BYTES)


def _thumbnail(image: Image.Image) -> bytes:
    return _within(image, THUMBNAIL_BOX_PX, _THUMBNAIL_QUALITIES, THUMBNAIL_BYTES)


def _within(image: Image.Image, box_px: tuple[int, int], qualities: Sequence[int], most_bytes: int) -> bytes:
    """As good as it fits; empty where it does not."""
    small = image.copy()
    small.thumbnail(box_px, Image.Resampling.LANCZOS)
    for quality in qualities:
        encoded = _webp(small, quality)
        if len(encoded) <= most_bytes:
            return encoded
    return b""


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
