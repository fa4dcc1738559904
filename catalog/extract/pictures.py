"""How a picture (JPEG, PNG, WebP) becomes a page: the text that can be read in it, if any."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps

from catalog.accessibility.flaws import Flaw, found
from catalog.extract.about import About, offer
from catalog.extract.contents import Contents, Section
from catalog.extract.limits import Limits
from catalog.extract.recognition import LONGEST_SIDE_PX, Recogniser
from catalog.extract.refusal import Failure, Unreadable

_FORMATS = ("JPEG", "PNG", "WEBP")
# As decoded: of a photograph that is a small part.
MOST_PIXELS = 40_000_000
_DATE_TIME, _COPYRIGHT, _ARTIST, _DESCRIPTION, _PLACE = 0x0132, 0x8298, 0x013B, 0x010E, 0x8825


def read(path: Path, limits: Limits) -> Contents:
    """One page, without text where none is read in it. CORRUPT, and ZIP_BOMB for too many pixels."""
    image = load(path)
    return Contents(
        _sections(image, limits), count=1, picture=lambda: image, about=lambda: _about(path, image), needs_text=False
    )


def load(path: Path) -> Image.Image:
    """The picture upright and small enough for any use of ours, in RGB or grey, its transparent parts white."""
    try:
        with path.open("rb") as file:
            return _decoded(file)
    except Image.DecompressionBombError as error:
        raise Unreadable(Failure.ZIP_BOMB, str(error)) from error
    except (Unreadable, MemoryError):
        raise
    # Decoders meet a broken picture with whatever error their code runs into.
    except Exception as error:
        raise Unreadable(Failure.CORRUPT, f"picture: {error!r}") from error


def _decoded(file: IO[bytes]) -> Image.Image:
    with warnings.catch_warnings():
        # What is too much for us is said below; beyond all measure, Pillow says it by an error.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        image: Image.Image = Image.open(file, formats=_FORMATS)
    # Of a JPEG half, a quarter or an eighth may be decoded at once.
    image.draft(None, (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    if image.width * image.height > MOST_PIXELS:
        raise Unreadable(Failure.ZIP_BOMB, f"{image.width} x {image.height} pixels")
    image.load()
    image.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    return _on_white(ImageOps.exif_transpose(image))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "P", "PA"):
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return image if image.mode == "L" else image.convert("RGB")


def _sections(image: Image.Image, limits: Limits) -> Iterator[Section]:
    text = Recogniser(limits).text_of(lambda: image)
    yield Section("", text or "", is_recognised=text is not None)


def _about(path: Path, image: Image.Image) -> About:
    with Image.open(path, formats=_FORMATS) as original:
        said = original.getexif()
    findings = [found(Flaw.TOLD_PLACE)] if said.get_ifd(_PLACE) else []
    offered = offer(
        title=said.get(_DESCRIPTION), creators=said.get(_ARTIST) or said.get(_COPYRIGHT), date=said.get(_DATE_TIME)
    )
    return About(offered=offered, findings=findings)
