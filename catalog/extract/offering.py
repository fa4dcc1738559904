"""What the first pages of a text tell of it, to be offered where its file says nothing: subjects, authors, year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from catalog.extract.about import offer

FIRST_PAGES, PAGE_CHARACTERS = 8, 6_000
_SUBJECTS = re.compile(
    r"\b(?:palabras?[ -]claves?|descriptores|key ?words|palavras-chave)\b[ \t]*[:.—–-]\s{0,3}(?P<said>[^\n]{5,400})",
    re.I,
)
_AUTHORS = re.compile(
    r"^(?:autor(?:a|es|as|\(es\))?|author(?:s|\(s\))?|elaborado por|presentad[oa] por)"
    r"[ \t]*:[ \t]*(?P<said>[^\n]{5,300})",
    re.I | re.M,
)
_YEAR = re.compile(
    r"(?:©|\bcopyright\b|\(c\)|\b(?:edición|edition|lima|cusco|arequipa|puno|ayacucho|trujillo|per[uú])\b)"
    r"[^\n\d]{0,30}((?:19|20)\d\d)(?!\d)",
    re.I,
)
_AND = re.compile(r"\s+(?:y|e|and)\s+(?=[A-ZÁÉÍÓÚÑ])")
_ENDS = re.compile(r"[.;,]\s*$")


def complete(offered: Mapping[str, Any], pages: Iterable[str], language: str) -> dict[str, Any]:
    """``offered`` with what else the first pages tell; what the file says of itself stays as it is.

    But for two things: the year in the text comes before that of the file, which mostly is when somebody saved it, and
    the ``language`` that the text is in before that of the program it was written with.
    """
    text = "\n".join(page[:PAGE_CHARACTERS] for page in islice(pages, FIRST_PAGES))
    told = offer(
        creators=_AND.sub("; ", _said(_AUTHORS, text)),
        subjects=_said(_SUBJECTS, text),
        language=language,
    )
    year = _YEAR.search(text)
    surer = {"language": told.get("language"), "date": year[1] if year else None}
    return {**told, **offered, **{name: value for name, value in surer.items() if value}}


def _said(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return _ENDS.sub("", found["said"]) if found else ""
