"""The pieces of a lesson that we make ourselves, and that are put in after the walls: code, formulas, images, cards.

While Markdown and the walls work on the text, a piece is an empty element with an unguessable token. So the walls let
through neither images nor formulas, and nothing that an author writes can pass for a piece.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element

from flask_babel import gettext
from markupsafe import Markup

from lrc.richtext.surroundings import Problem, Surroundings, Trouble, problem
from lrc.richtext.taming import TooWild
from lrc.richtext.walls import ANYTHING, Allowed, nh3_wall

ATTRIBUTE = "data-piece"
TOKEN = re.compile(r"lrc[0-9a-f]{24}x\d{1,6}x")
MOST_PIECES = 1_500
LONG_LINE, WIDE_FORMULA = 36, 30
"""Characters beyond which code or a formula may be wider than a phone, and must be reached by keyboard to scroll."""

_NUMBER = re.compile(r"\d{1,5}")
_GROUP = {"tabindex": re.compile("0"), "role": re.compile("group"), "aria-label": ANYTHING}
PIECES = Allowed(
    tags=frozenset({"figure", "figcaption", "img", "a", "p", "span", "strong", "code", "pre"}),
    attributes={
        "img": {"src": ANYTHING, "alt": ANYTHING, "width": _NUMBER, "height": _NUMBER, "loading": re.compile("lazy")},
        "a": {"href": ANYTHING, "target": re.compile("_blank")},
        "p": {"class": re.compile("resource|missing")},
        "span": {"class": re.compile("facts|missing|visually-hidden")},
        "pre": _GROUP,
    },
)


@dataclass(frozen=True)
class Filling:
    """What pieces need to become HTML: the surroundings, and where to report to."""

    around: Surroundings
    problems: list[Problem]


class Piece(Protocol):
    @property
    def source(self) -> str:
        """As the author wrote it."""

    @property
    def line(self) -> int | None: ...

    @property
    def words(self) -> str:
        """What it says, for the index."""

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        """``alone``: it stands in the place of a paragraph, not within one."""


@dataclass(frozen=True)
class Code:
    source: str
    line: int | None
    words: str

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        wide = any(len(each) > LONG_LINE for each in self.words.splitlines())
        group = _group(gettext("Código")) if wide else Markup()
        return _walled(Markup("<pre{}><code>{}</code></pre>").format(group, self.words + "\n"))


@dataclass(frozen=True)
class Formula:
    source: str
    line: int | None
    words: str
    mathml: Markup

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        is_wide = len(self.words) > WIDE_FORMULA
        if not alone and not is_wide:
            return self.mathml
        group = _group(gettext("Fórmula")) if is_wide else Markup()
        box = Markup('<div class="formula"{}>{}</div>') if alone else Markup('<span class="formula"{}>{}</span>')
        return box.format(group, self.mathml)


@dataclass(frozen=True)
class Unread:
    """A formula that could not be read."""

    source: str
    line: int | None
    words: str
    """Its LaTeX."""

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        code = Markup("<code>{}</code>").format(self.words)
        return _walled(Markup("<p>{}</p>").format(code) if alone else code)


@dataclass(frozen=True)
class Image:
    source: str
    line: int | None
    words: str
    """Its alternative text."""
    name: str
    caption: str = ""
    is_decoration: bool = False

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        picture = filling.around.image(self.name)
        if picture is None:
            return _missing(filling, self, Trouble.NO_IMAGE, alone=alone)
        if not self.words and not self.is_decoration:
            return _missing(filling, self, Trouble.NO_ALTERNATIVE, alone=alone)
        image = Markup('<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">').format(
            picture.url, self.words, picture.width, picture.height
        )
        if alone:
            caption = Markup("<figcaption>{}</figcaption>").format(self.caption) if self.caption else ""
            image = Markup("<figure>{}{}</figure>").format(image, caption)
        return _walled(image)


@dataclass(frozen=True)
class ForeignImage:
    source: str
    line: int | None
    words: str
    name: str

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        return _missing(filling, self, Trouble.FOREIGN_IMAGE, alone=alone)


@dataclass(frozen=True)
class Resource:
    source: str
    line: int | None
    name: str
    """Its record_id."""
    page: int | None = None
    second: int | None = None
    words = ""

    def html(self, filling: Filling, *, alone: bool) -> Markup:
        held = filling.around.resource(self.name, self.page, self.second)
        if held is None:
            return _missing(filling, self, Trouble.NO_RESOURCE, alone=alone)
        if not held.is_for_all:
            filling.problems.append(problem(Trouble.HIDDEN_RESOURCE, held.title, self.line))
        apart = Markup(' target="_blank"') if held.is_elsewhere else ""
        told = hidden(gettext("se abre en otra pestaña")) if held.is_elsewhere else ""
        if not alone:
            return _walled(Markup('<a href="{}"{}>{}{}</a>').format(held.url, apart, held.title, told))
        facts = Markup(' <span class="facts">{}</span>').format(held.facts) if held.facts else ""
        card = Markup('<p class="resource"><a href="{}"{}><strong>{}</strong>{}{}</a></p>')
        return _walled(card.format(held.url, apart, held.title, facts, told))


def hidden(words: str) -> Markup:
    """Words for who cannot see what the page shows by its looks."""
    return Markup('<span class="visually-hidden"> ({})</span>').format(words)


def _group(label: str) -> Markup:
    return Markup(' tabindex="0" role="group" aria-label="{}"').format(label)


def _missing(filling: Filling, piece: Image | ForeignImage | Resource, trouble: Trouble, *, alone: bool) -> Markup:
    found = problem(trouble, piece.name, piece.line)
    filling.problems.append(found)
    said = f"{piece.words} ({found.sentence})" if piece.words else found.sentence
    place = Markup('<p class="missing">{}</p>') if alone else Markup('<span class="missing">{}</span>')
    return _walled(place.format(said))


def _walled(html: Markup) -> Markup:
    return Markup(nh3_wall(html, PIECES))  # noqa: S704


class Pieces:
    """The pieces of one text, each under a token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._prefix = f"lrc{secrets.token_hex(12)}"
        self._pieces: list[Piece] = []
        self._token = re.compile(rf"{self._prefix}x(\d{{1,6}})x")
        self._place = re.compile(rf'<(div|span) {ATTRIBUTE}="{self._prefix}x(\d{{1,6}})x"></\1>|{self._token.pattern}')

    def line_of(self, source: str) -> int | None:
        """The line on which a piece of the text stands first."""
        start = self._text.find(source)
        return self._text.count("\n", 0, start) + 1 if start >= 0 else None

    def token(self, piece: Piece) -> str:
        """Keep a piece; the word that stands for it. Raises TooWild where there are more than anybody writes."""
        if len(self._pieces) >= MOST_PIECES:
            raise TooWild
        self._pieces.append(piece)
        return f"{self._prefix}x{len(self._pieces) - 1}x"

    def element(self, piece: Piece) -> Element:
        """Keep a piece; the element that stands for it within a paragraph."""
        return Element("span", {ATTRIBUTE: self.token(piece)})

    def of(self, element: Element) -> Piece | None:
        """The piece for which an element stands."""
        found = self._token.fullmatch(element.get(ATTRIBUTE, ""))
        return self._pieces[int(found[1])] if found else None

    def without_tokens(self, text: str) -> str:
        """The text with what was written in the place of each token."""
        return self._token.sub(lambda found: self._pieces[int(found[1])].source, text)

    def split(self, html: str) -> list[str | Placed]:
        """HTML of ours, parted where pieces belong. A token out of place is again what was written there."""
        parts: list[str | Placed] = []
        end = 0
        for found in self._place.finditer(html):
            parts.append(html[end : found.start()])
            if found[1]:
                parts.append(Placed(self._pieces[int(found[2])], alone=found[1] == "div"))
            else:
                parts.append(str(Markup.escape(self._pieces[int(found[3])].source)))
            end = found.end()
        parts.append(html[end:])
        return parts


@dataclass(frozen=True)
class Placed:
    """A piece, and whether it stands in the place of a paragraph."""

    piece: Piece
    alone: bool
