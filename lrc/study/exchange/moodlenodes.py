"""A question element of Moodle XML: its texts in whatever format, its numbers and flags, what all kinds have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from catalog.extract.markup import Element, local
from lrc.study.content import new_key
from lrc.study.exchange import texts
from lrc.study.exchange.moodlefiles import Files
from lrc.study.exchange.naming import name_from
from lrc.study.exchange.reports import Report
from lrc.study.exchange.weights import fraction_of

_FORMATS = {
    "html": texts.HTML,
    "moodle_auto_format": texts.MOODLE,
    "plain_text": texts.PLAIN,
    "plain": texts.PLAIN,
    "wiki_like": texts.PLAIN,
    "markdown": texts.MARKDOWN,
}
_USUAL_PENALTIES = (0.0, 0.1, 1 / 3, 1.0)
_ROUNDING = 0.005
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
# What Moodle itself puts there, in English and in Spanish.
_USUAL_FEEDBACK = re.compile(
    r"(?:your answer is (?:partially )?(?:in)?correct|(?:tu |su )?respuesta (?:parcialmente )?(?:in)?correcta"
    r"|(?:tu|su) respuesta es (?:parcialmente )?(?:in)?correcta)[.!]?",
    re.IGNORECASE,
)


def line_of(element: Element) -> int:
    """The line on which it begins, from 1; 0 where it is not known."""
    line: Any = element.sourceline
    return int(line or 0)


@dataclass
class Node:
    """One <question>, or an element inside it, and what its readers share."""

    element: Element
    report: Report
    files: Files
    pool: str = ""
    kind: str = texts.HTML
    """The format of texts that say none."""

    def inside(self, element: Element) -> Node:
        """An element inside it, read in the same manner."""
        return Node(element, self.report, self.files, self.pool, self.kind)

    def all(self, name: str) -> Iterator[Node]:
        """Its children of that name."""
        return (self.inside(each) for each in self.element if local(each) == name)

    def find(self, name: str) -> Node | None:
        """Its first child of that name."""
        return next(self.all(name), None)

    def own_text(self) -> str:
        """What is in its <text>, or, in old files, directly in it."""
        inner = self.find("text")
        return (inner.element if inner else self.element).text or ""

    def text(self, name: str) -> str:
        """The words of a child of that name; empty where there is none."""
        found = self.find(name)
        return found.own_text().strip() if found else ""

    def has_flag(self, name: str, *, otherwise: bool) -> bool:
        """Whether a child says yes: Moodle writes true, 1, or an empty element."""
        found = self.find(name)
        if found is None:
            return otherwise
        return found.own_text().strip().lower() not in ("0", "false")

    def number(self, name: str, otherwise: float) -> float:
        """The number in a child of that name."""
        said = self.text(name).replace(",", ".")
        return float(said) if re.fullmatch(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?", said) else otherwise

    def markdown(self, name: str = "") -> str:
        """Its own text, or that of a child, as our Markdown, the files that come with it taken in."""
        node = self.find(name) if name else self
        if node is None:
            return ""
        found = self.files.taken_from(node.element, self.report)
        return texts.read(node.own_text(), node.own_kind(), self.report, lambda source: self.files.name(source, found))

    def own_kind(self) -> str:
        """The format of its text."""
        return _FORMATS.get((self.element.get("format") or "").strip().lower(), self.kind)

    def words(self, kind: str = texts.PLAIN) -> str:
        """Its own text as plain words."""
        return texts.words(self.own_text(), kind)

    def fraction(self) -> float:
        """The "fraction" of an answer, as a fraction; in the oldest files an element."""
        said = self.element.get("fraction")
        found = fraction_of(said) if said is not None else self.number("fraction", 0.0)
        if not -1 <= found <= 1:
            self.report.say(_("Un peso de más de 100 por ciento quedó en 100 por ciento."))
        return max(-1.0, min(1.0, found))

    def name(self) -> str:
        """What the question is called."""
        return " ".join(texts.words(self.text("name"), texts.HTML).split())[:500]

    def own_name(self, text: str) -> str:
        """What the question is called, unless that was made of its text."""
        name = self.name()
        return "" if name == name_from(text) else name

    def first_words(self) -> str:
        """The beginning of what it asks."""
        return texts.words(self.text("questiontext")[:2000], texts.HTML)[:200]

    def head(self) -> dict[str, Any]:
        """What every question has. Reports what of it is not kept."""
        asked = self.find("questiontext")
        self.kind = asked.own_kind() if asked else texts.HTML
        text = self.markdown("questiontext") + self._old_image()
        self._report_losses()
        return {
            "key": new_key(),
            "text": text,
            "points": self._points(),
            "hint": "\n\n".join(filter(None, (self._hint(each) for each in self.all("hint")))),
            "feedback": self.markdown("generalfeedback"),
            "pool": self.pool,
            "name": self.own_name(text),
        }

    def _hint(self, node: Node) -> str:
        return node.markdown("hintcontent") if node.find("hintcontent") else node.markdown()

    def _points(self) -> float:
        points = self.number("defaultgrade", 1.0)
        if points <= 0:
            self.report.say(_("Valía cero puntos: quedó en uno."))
            return 1.0
        return points

    def _old_image(self) -> str:
        """An image as the oldest files have it: beside the text."""
        name = self.files.old_image(self.text("image"), self.text("image_base64"), self.report)
        return f"\n\n![{name.rpartition('.')[0]}](image:{name})" if name else ""

    def _report_losses(self) -> None:
        penalty = self.number("penalty", 0.0)
        if not any(abs(penalty - each) < _ROUNDING for each in _USUAL_PENALTIES):
            self.report.say(_("El descuento por cada reintento no se conserva."))
        if any(tags.find("tag") for name in ("tags", "coursetags") for tags in self.all(name)):
            self.report.say(_("Sus etiquetas no se conservan."))
        for name in _COMBINED:
            said = texts.words(self.text(name), texts.HTML)
            if said and not _USUAL_FEEDBACK.fullmatch(said):
                self.report.say(
                    _("El comentario para quien acierta, acierta en parte o se equivoca en todo no se conserva.")
                )
