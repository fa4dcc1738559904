"""Reads the text in a picture (OCR) in Spanish, Quechua and English."""

from __future__ import annotations

import importlib
import importlib.util
import re
import resource
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from catalog.extract.contents import clean, has_words
from catalog.extract.limits import Limits

_LIBRARY, _ENGINE = "tesserocr", "catalog.extract.tesseract"
LANGUAGES = ("spa", "que", "eng")
"""In this order of likelihood; those whose models are there."""
# Letters of ten points are twenty pixels high at this resolution: smaller is read worse, larger is read slower.
PIXELS_PER_INCH = 200
LONGEST_SIDE_PX = 3_400
# Below, what it reads are spots and shadows.
LEAST_CONFIDENCE = 45
# What is left is for the rest of the document.
_SHARE_OF_TIME = 0.9
# A word parted at the end of a line, not the dash of an interval.
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐]\n(?=[^\W\d_])")
_LINE_END = re.compile(r"(?<=[^\n])\n(?=[^\n])")
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
    # There is no wheel for every machine, and everything else works without it.
    if importlib.util.find_spec(_LIBRARY) is None:
        return None
    for folder in (_OWN_MODELS, *_ELSEWHERE):
        languages = tuple(each for each in LANGUAGES if (folder / f"{each}.traineddata").is_file())
        if languages:
            return folder, languages
    return None


def is_available() -> bool:
    return models() is not None


class Recogniser:
    """Reads pictures one after another, as long as there is time: ``is_late`` afterwards, where some were left."""

    def __init__(self, limits: Limits) -> None:
        self._time_s = _SHARE_OF_TIME * limits.recognition_time_limit_s
        self._began_at = 0.0
        self.is_late = False

    def text_of(self, draw: Callable[[], Image.Image], pixels_per_inch: int = PIXELS_PER_INCH) -> str | None:
        """What can be read in the picture that ``draw`` gives, as clean paragraphs; "" where nothing can.

        None where it was not tried: no reader of pictures is here, or no time is left.
        """
        if not is_available():
            return None
        if not self._began_at:
            self._began_at = time.monotonic()
            _take_time()
        if time.monotonic() - self._began_at > self._time_s:
            self.is_late = True
            return None
        lines = _HYPHEN.sub("", recognise(draw(), pixels_per_inch))
        text = clean(_LINE_END.sub(" ", lines))
        return text if has_words(text) else ""


def _take_time() -> None:
    """As much time of the processor as the parent allows for this at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if resource.RLIM_INFINITY not in (soft, hard):
        resource.setrlimit(resource.RLIMIT_CPU, (max(soft, hard - 5), hard))


def recognise(image: Image.Image, pixels_per_inch: int = PIXELS_PER_INCH) -> str:
    """The text in a picture, a line for each of its lines, paragraphs parted by a blank one; "" where it has none.

    Call it only where is_available(); the picture is made smaller where it is larger than any page needs.
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
def _engine() -> Any:
    found = models()
    assert found is not None  # noqa: S101 - who calls has asked
    # Loaded here, since who only asks whether it is there does without its 40 MB.
    return importlib.import_module(_ENGINE).engine(*found)
