"""Reads the text in a picture (OCR) in Spanish, Quechua and English. The only module that knows Tesseract."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from PIL import Image

try:
    import tesserocr
except ImportError:  # pragma: no cover - no wheel for this machine; everything else works without it
    tesserocr = None

LANGUAGES = ("spa", "que", "eng")
"""In this order of likelihood; those whose models are there."""
# Letters of ten points are twenty pixels high at this resolution: smaller is read worse, larger is read slower.
PIXELS_PER_INCH = 200
LONGEST_SIDE_PX = 3_400
# Below, what it reads are spots and shadows.
LEAST_CONFIDENCE = 45
_OWN_MODELS = Path(__file__).with_name("tessdata")
_ELSEWHERE = tuple(
    Path(each)
    for each in (
        "/usr/share/tesseract-ocr/5/tessdata",
        "/usr/share/tesseract-ocr/4.00/tessdata",
        "/usr/share/tessdata",
        "/usr/local/share/tessdata",
    )
)


@cache
def models() -> tuple[Path, tuple[str, ...]] | None:
    """The folder of the models and the languages in it; None where text in pictures cannot be read here."""
    if tesserocr is None:
        return None
    for folder in (_OWN_MODELS, *_ELSEWHERE):
        languages = tuple(each for each in LANGUAGES if (folder / f"{each}.traineddata").is_file())
        if languages:
            return folder, languages
    return None


def is_available() -> bool:
    return models() is not None


def recognise(image: Image.Image, pixels_per_inch: int = PIXELS_PER_INCH) -> str:
    """The text in a picture, a line for each of its lines, paragraphs parted by a blank one; "" where it has none.

    Call it only where is_available(). The picture is made smaller where it is larger than any page needs.
    """
    grey = image.convert("L")
    grey.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    engine = _engine()
    engine.SetImage(grey)
    engine.SetSourceResolution(pixels_per_inch)
    text = str(engine.GetUTF8Text())
    is_sure = engine.MeanTextConf() >= LEAST_CONFIDENCE
    engine.Clear()
    return text if is_sure else ""


@cache
def _engine() -> tesserocr.PyTessBaseAPI:
    # Its threads would compete with the other readers, and make a page no faster on two cores.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    found = models()
    assert found is not None  # noqa: S101 - who calls has asked
    folder, languages = found
    return tesserocr.PyTessBaseAPI(path=str(folder), lang="+".join(languages))
