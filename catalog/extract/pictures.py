"""How a picture (JPEG, PNG, WebP) becomes a page: the text that can be read in it, if any."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

from catalog.extract import recognition
from catalog.extract.about import About, offer
from catalog.extract.contents import Contents, Section, clean, has_words
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

# A photograph is decoded in small where it is larger; what cannot be is refused from 40 million pixels on.
MOST_PIXELS, MOST_PIXELS_DECODED = 250_000_000, 40_000_000
_LINE_END = re.compile(r"(?<=[^\n])\n(?=[^\n])")
_DATE_TIME, _COPYRIGHT, _ARTIST, _DESCRIPTION, _PLACE = 0x0132, 0x8298, 0x013B, 0x010E, 0x8825


def read(path: Path, limits: Limits) -> Contents:
    """One page, without text where none is read in it. CORRUPT, and ZIP_BOMB for too many pixels."""
    image = load(path)
    return Contents(
        _sections(image), count=1, picture=lambda: image, about=lambda: _about(path, image), needs_text=False
    )


def load(path: Path) -> Image.Image:
    """The picture upright and small enough for any use of ours, in RGB or grey, its transparent parts white."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = MOST_PIXELS
            image: Image.Image = Image.open(path, formats=("JPEG", "PNG", "WEBP"))
        side = recognition.LONGEST_SIDE_PX
        image.draft(None, (side, side))  # of a JPEG half, a quarter or an eighth may be decoded at once
        if image.width * image.height > MOST_PIXELS_DECODED:
            raise Unreadable(Failure.ZIP_BOMB, f"{image.width} x {image.height} pixels")
        image.thumbnail((side, side))
        return _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise Unreadable(Failure.ZIP_BOMB, str(error)) from error
    except (Unreadable, MemoryError):
        raise
    # Decoders meet a broken picture with whatever error their code runs into.
    except Exception as error:
        raise Unreadable(Failure.CORRUPT, f"picture: {error!r}") from error


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "P", "PA"):
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return image if image.mode == "L" else image.convert("RGB")


def _sections(image: Image.Image) -> Iterator[Section]:
    text = text_of(image)
    yield Section("", text, is_recognised=bool(text))


def text_of(image: Image.Image) -> str:
    """What can be read in a picture as clean paragraphs; "" where nothing can, or no reader of pictures is there."""
    if not recognition.is_available():
        return ""
    text = clean(_LINE_END.sub(" ", recognition.recognise(image)))
    return text if has_words(text) else ""


def _about(path: Path, image: Image.Image) -> About:
    with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as original:
        said = original.getexif()
    findings = [{"code": "told_place", "where": []}] if said.get_ifd(_PLACE) else []
    offered = offer(
        title=said.get(_DESCRIPTION), creators=said.get(_ARTIST) or said.get(_COPYRIGHT), date=said.get(_DATE_TIME)
    )
    return About(offered=offered, findings=findings)
