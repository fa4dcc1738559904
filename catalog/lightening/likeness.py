"""Whether a PDF made from another still has the same pages, the same words on them, and looks the same."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageStat

PAGES_LOOKED_AT = 12
LOOKED_AT_PX = 160
MOST_DIFFERENCE = 10.0
"""Of a page's brightness, on average, from 0 to 255."""


def difference(one: Path, other: Path) -> str:
    """What differs, empty where nothing does. Looks at all words, and at some pages, evenly apart."""
    try:
        return _difference(one, other)
    except pypdfium2.PdfiumError as error:
        return f"they cannot be compared: {error}"


def _difference(one: Path, other: Path) -> str:
    with pypdfium2.PdfDocument(one) as first, pypdfium2.PdfDocument(other) as second:
        count = len(first)
        if len(second) != count:
            return f"{len(second)} pages, not {count}"
        for index in range(count):
            if _text(first, index) != _text(second, index):
                return f"other words on page {index + 1}"
        for index in range(0, count, max(1, count // PAGES_LOOKED_AT)):
            if _distance(_seen(first, index), _seen(second, index)) > MOST_DIFFERENCE:
                return f"page {index + 1} looks otherwise"
    return ""


def _text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_bounded())
    finally:
        text_page.close()
        page.close()


def _seen(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    page = document[index]
    try:
        scale = LOOKED_AT_PX / max(*page.get_size(), 1.0)
        image: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
        return image.convert("L")
    finally:
        page.close()


def _distance(one: Image.Image, other: Image.Image) -> float:
    if one.size != other.size:
        return float("inf")
    return float(ImageStat.Stat(ImageChops.difference(one, other)).mean[0])
