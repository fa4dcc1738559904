"""What lessons add to Markdown within a paragraph: formulas, double brackets, images of the module, bare addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element

import markdown
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.util import ETX, INLINE_PLACEHOLDER_RE, STX, AtomicString

from lrc.richtext.glossary import TERM
from lrc.richtext.job import Job
from lrc.richtext.lifting import RESOURCE, formula, resource
from lrc.richtext.pieces import ForeignImage, Image
from lrc.richtext.surroundings import Trouble

DECORATION = frozenset({"decorativa", "decorativo", "decorative"})
"""The alternative text of an image that says nothing: the explicit word for none."""
_ESCAPED = re.compile(rf"{STX}(\d+){ETX}")


class Maths(InlineProcessor):
    """$...$ as in LaTeX, but not the dollars of prices: no space inside, no digit after."""

    def __init__(self, job: Job) -> None:
        super().__init__(r"(?<![\\$])(\${1,2})(?=[^\s$])((?:\\.|[^\\$]){1,2000}?)(?<=\S)\1(?![\d$])")
        self._job = job

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override] # noqa: N802
        piece = formula(m[2], m[0], self._job.pieces, self._job.problems, is_block=m[1] == "$$")
        return self._job.pieces.element(piece), m.start(0), m.end(0)


class Brackets(InlineProcessor):
    """[[...]]: a card within a paragraph, or a term of the glossary."""

    def __init__(self, job: Job) -> None:
        super().__init__(r"\[\[([^\[\]\n|]{1,300})(?:\|([^\[\]\n]{1,200}))?\]\]")
        self._job = job

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        return self._meant(m), m.start(0), m.end(0)

    def _meant(self, m: re.Match[str]) -> Element | str | None:
        pieces, inside = self._job.pieces, m[1].strip()
        if found := RESOURCE.fullmatch(m[0]):
            return pieces.element(resource(found, pieces))
        term = self._job.terms.find(inside)
        if term is None:
            if not self._job.is_whole:
                return None
            self._job.note(Trouble.TERM, inside, m[0])
            return (m[2] or inside).strip()
        link = Element("a", {TERM: term})
        link.text = AtomicString((m[2] or inside).strip())
        return link


class Images(LinkInlineProcessor):
    """![alternative text](image:name "caption")."""

    def __init__(self, md: markdown.Markdown, job: Job) -> None:
        super().__init__(r"\!\[", md)
        self._job = job

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        text, index, handled = self.getText(data, m.end(0))
        if not handled:
            return None, None, None
        href, title, index, handled = self.getLink(data, index)
        if not handled:
            return None, None, None
        source = self._typed(data[m.start(0) : index])
        line = self._job.pieces.line_of(source)
        alt, target = " ".join(self._said(text).split()), self._said(href).strip()
        if not target.lower().startswith("image:"):
            return self._job.pieces.element(ForeignImage(source, line, alt, target)), m.start(0), index
        is_decoration = alt.lower() in DECORATION
        piece = Image(
            source, line, "" if is_decoration else alt, target[6:].strip(), self._said(title or ""), is_decoration
        )
        return self._job.pieces.element(piece), m.start(0), index

    def _said(self, text: str) -> str:
        return self._told(text, "words")

    def _typed(self, text: str) -> str:
        return self._told(text, "source")

    def _told(self, text: str, what: str) -> str:
        """Text in which earlier patterns have left their marks, in words or as it was typed."""
        stash: Mapping[str, Element | str] = cast(Any, self.md).treeprocessors["inline"].stashed_nodes

        def told(found: re.Match[str]) -> str:
            node = stash.get(found[1], "")
            if isinstance(node, str):
                return node
            piece = self._job.pieces.of(node)
            return getattr(piece, what) if piece else "".join(node.itertext())

        return _ESCAPED.sub(lambda found: chr(int(found[1])), INLINE_PLACEHOLDER_RE.sub(told, text))


class Mail(InlineProcessor):
    """<somebody@example.pe>."""

    def __init__(self) -> None:
        super().__init__(r"<([^\s<>@:]{1,64}@[^\s<>@]{1,255})>")

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override] # noqa: N802
        return _link(f"mailto:{m[1]}", m[1]), m.start(0), m.end(0)


class Bare(InlineProcessor):
    """https://... in the middle of a text."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self) -> None:
        super().__init__(rf"(?<![\w/])https?://[^\s<>\"'`{STX}{ETX}]{{1,1000}}")

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override] # noqa: N802
        address = m[0].rstrip(".,;:!?*_~]}")
        while address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1].rstrip(".,;:!?")
        return _link(address, address), m.start(0), m.start(0) + len(address)


def _link(href: str, text: str) -> Element:
    link = Element("a", {"href": href})
    link.text = AtomicString(text)
    return link
