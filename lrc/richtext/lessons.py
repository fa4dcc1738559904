"""Lessons and questions: the Markdown that authors write made into safe HTML, with what is wrong in it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from flask_babel import get_locale, gettext
from markupsafe import Markup

from lrc.richtext.finishing import Finisher, Heading
from lrc.richtext.glossary import Terms
from lrc.richtext.job import Job
from lrc.richtext.keeping import Kept
from lrc.richtext.lifting import MARK, RESOURCE
from lrc.richtext.pieces import ATTRIBUTE, TOKEN, Filling, Formula, Pieces, Placed
from lrc.richtext.short import ALLOWED as SHORT
from lrc.richtext.surroundings import Held, Nowhere, Picture, Problem, Surroundings, Trouble, problem
from lrc.richtext.taming import Stopwatch, TooWild, as_paragraphs, tidy
from lrc.richtext.walls import ANYTHING, Allowed, clean
from lrc.richtext.writer import LessonWriter

__all__ = [
    "Heading",
    "Held",
    "Mentions",
    "Nowhere",
    "Picture",
    "Problem",
    "Rendered",
    "Surroundings",
    "Trouble",
    "mentions",
    "prose",
    "render",
    "resource_mark",
    "words",
]
log = logging.getLogger(__name__)
MAX_CHARACTERS = 60_000
LIMIT_S = 0.7
"""Of the processor, for Markdown alone; what takes longer is shown as it was typed."""
_MOST_HTML = 300_000
_MOST_MEANINGS = 40_000

_GROUP = {"tabindex": re.compile("0"), "role": re.compile("group|note"), "aria-label": ANYTHING}
_HEADING = {"id": re.compile(r"s-[a-z0-9-]{1,80}")}
_CELL = {"align": re.compile("left|center|right")}
_TOKEN = {ATTRIBUTE: TOKEN}
ALLOWED = Allowed(
    tags=SHORT.tags | {"h2", "sup", "div", "span"},
    attributes={
        "a": {
            "href": re.compile(r"#[a-z0-9-]*|(?:https?://|mailto:).*", re.IGNORECASE | re.DOTALL),
            "title": ANYTHING,
            "id": re.compile(r"t-\d+"),
            "class": re.compile("term|footnote-ref|footnote-backref"),
            "target": re.compile("_blank"),
            "aria-label": ANYTHING,
        },
        "div": {"class": re.compile("admonition (?:note|tip|warning|example)|footnote|table-scroll")} | _GROUP | _TOKEN,
        "span": {"class": re.compile("visually-hidden")} | _TOKEN,
        "p": {"class": re.compile("admonition-title")},
        "li": {"id": re.compile(r"n-\d+")},
        "sup": {"id": re.compile(r"r-\d+")},
        "ol": {"start": re.compile(r"\d{1,9}")},
        "th": _CELL | {"scope": re.compile("col")},
        "td": _CELL,
    }
    | dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _HEADING),
)


@dataclass(frozen=True)
class Rendered:
    """A text as people see it."""

    html: Markup
    words: str
    """What it says, without formatting, on one line."""
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    has_maths: bool


@dataclass(frozen=True)
class Mentions:
    """What texts ask their surroundings for: names of images, record_ids of resources."""

    images: frozenset[str]
    resources: frozenset[str]


@dataclass(frozen=True)
class _Draft:
    """A text behind its walls, its pieces still to be filled in."""

    parts: tuple[str | Placed, ...]
    words: str
    headings: tuple[Heading, ...] = ()
    problems: tuple[Problem, ...] = ()
    terms: tuple[str, ...] = ()
    has_maths: bool = False

    @property
    def size(self) -> int:
        return len(self.words) + sum(
            len(part if isinstance(part, str) else part.piece.source + part.piece.words) for part in self.parts
        )


_kept: Kept[_Draft] = Kept(characters=6_000_000)
_IMAGE = re.compile(r"\]\(\s*<?image:([^\s()<>]{1,200})", re.IGNORECASE)


def render(text: str, around: Surroundings) -> Rendered:
    """A lesson. Never raises and never takes much more than a second, whatever the text."""
    draft = _draft(text, tuple(around.glossary), is_whole=True)
    problems = list(draft.problems)
    html = _filled(draft, Filling(around, problems)) + _glossary(draft.terms, around)
    problems.sort(key=lambda each: each.line or 0)
    return Rendered(html, draft.words, draft.headings, tuple(problems), draft.has_maths)


def prose(text: str, around: Surroundings) -> Markup:
    """A shorter text, such as a question's: no headings, footnotes, boxes or glossary."""
    return _filled(_draft(text, (), is_whole=False), Filling(around, []))


def words(text: str, *, is_whole: bool = True) -> str:
    """What a text says, without formatting, on one line."""
    return _draft(text, (), is_whole=is_whole).words


def mentions(*texts: str) -> Mentions:
    """What these texts mention; perhaps more, as where it stands in code."""
    return Mentions(
        images=frozenset(found[1].replace("\\", "") for text in texts for found in _IMAGE.finditer(text)),
        resources=frozenset(found["id"] for text in texts for found in RESOURCE.finditer(text)),
    )


def resource_mark(record_id: str) -> str:
    """What an author writes to put a resource into a lesson; empty where its record_id cannot be written so."""
    mark = MARK.format(record_id)
    return mark if RESOURCE.fullmatch(mark) else ""


def _draft(text: str, terms: tuple[str, ...], *, is_whole: bool) -> _Draft:
    """The draft of a text, made once for all who see it in the same language."""
    key = (text, terms, is_whole, str(get_locale()))
    found = _kept.find(key)
    if found is None:
        found = _made(text, terms, is_whole=is_whole)
        _kept.keep(key, found, found.size + len(text))
    return found


def _made(text: str, terms: tuple[str, ...], *, is_whole: bool) -> _Draft:
    text = tidy(text)
    if len(text) > MAX_CHARACTERS:
        return _as_typed(text)
    job = Job(text, Terms(terms), is_whole, Stopwatch(LIMIT_S), Pieces(text))
    finisher = Finisher(job)
    try:
        html = LessonWriter(job, finisher).convert(text)
        if len(html) > _MOST_HTML:
            raise TooWild
    except (TooWild, RecursionError):
        return _as_typed(text)
    except Exception:  # a text must not keep a page from being shown; what Markdown stumbled over is ours to find
        log.exception("Markdown failed on a text of %s characters", len(text))
        return _as_typed(text)
    parts = tuple(job.pieces.split(clean(html, ALLOWED)))
    return _Draft(
        parts=parts,
        words=job.pieces.without_tokens(finisher.words),
        headings=tuple(finisher.headings),
        problems=tuple(job.problems),
        terms=tuple(finisher.terms),
        has_maths=any(isinstance(part, Placed) and isinstance(part.piece, Formula) for part in parts),
    )


def _as_typed(text: str) -> _Draft:
    return _Draft((as_paragraphs(text),), " ".join(text.split()), problems=(problem(Trouble.TOO_WILD),))


def _filled(draft: _Draft, filling: Filling) -> Markup:
    return Markup("").join(
        Markup(part) if isinstance(part, str) else part.piece.html(filling, alone=part.alone)  # noqa: S704
        for part in draft.parts
    )


def _phrase(html: Markup) -> Markup:
    """The same without the paragraph around it, where it is only one."""
    bare = html.removeprefix("<p>").removesuffix("</p>")
    return Markup(bare) if len(bare) == len(html) - 7 and "<p>" not in bare else html  # noqa: S704 (cut at our own tags)


def _glossary(terms: tuple[str, ...], around: Surroundings) -> Markup:
    """What the terms of a lesson mean, each with a way back."""
    if not terms:
        return Markup("")
    entry = Markup('<dt id="g-{}"><dfn>{}</dfn></dt><dd>{} <a href="#t-{}" aria-label="{}">{}</a></dd>')
    left = _MOST_MEANINGS
    lines = []
    for number, term in enumerate(terms, 1):
        meaning = around.glossary[term]
        left -= len(meaning)
        said = _phrase(prose(meaning, around)) if left > 0 else as_paragraphs(meaning)
        back = gettext("Volver a «%(term)s» en el texto", term=term)
        lines.append(entry.format(number, term, said, number, back, gettext("volver")))
    heading = gettext("Palabras de esta lección")
    return Markup('<section class="glossary"><h2>{}</h2><dl>{}</dl></section>').format(heading, Markup("").join(lines))
