"""Markdown as lessons are written in it: what is added and left out, and where it gives up in time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement

import markdown
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.extensions.footnotes import FootnoteExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from lrc.richtext.indenting import Evener
from lrc.richtext.inlines import Bare, Brackets, Images, Mail, Maths
from lrc.richtext.job import Job
from lrc.richtext.lifting import Lifter
from lrc.richtext.pieces import ATTRIBUTE, TOKEN
from lrc.richtext.short import RAW_HTML, REFERENCED
from lrc.richtext.surroundings import Trouble
from lrc.richtext.taming import TooWild, has_wild_lines, has_wild_runs

MOST_COLUMNS, MOST_CELLS = 30, 6_000
_KINDS = {
    "note": ("note", "nota", "info"),
    "tip": ("tip", "consejo", "hint"),
    "warning": ("warning", "cuidado", "caution", "danger", "atención", "atencion", "importante"),
    "example": ("example", "ejemplo"),
}
KIND_NAMES = {"note": _("Nota"), "tip": _("Consejo"), "warning": _("Cuidado"), "example": _("Ejemplo")}
ADMONITIONS = {name: kind for kind, names in _KINDS.items() for name in names}


class LessonWriter(markdown.Markdown):
    """Markdown with tables, footnotes, admonitions, formulas, images of the module and cards; without raw HTML and
    references, which can make much out of little. ``finish`` gets the tree last."""

    def __init__(self, job: Job, finish: Callable[[Element], None]) -> None:
        super().__init__(extensions=["sane_lists"], output_format="html")
        self.registerExtensions(["tables"], {"tables": {"use_align_attribute": True}})
        self.ESCAPED_CHARS.append("$")
        self.preprocessors.deregister("html_block")
        self.parser.blockprocessors.deregister("reference")
        for pattern in (*RAW_HTML, "image_link", *REFERENCED, "reference", "short_reference", "automail"):
            self.inlinePatterns.deregister(pattern)
        if job.is_whole:
            self.registerExtensions([_footnotes()], {})
            self.parser.blockprocessors.register(_Admonitions(self.parser, job), "admonition", 105)
        self.preprocessors.register(_Lift(self, job), "lift", 25)
        self.parser.blockprocessors.register(_Watch(self.parser, job), "watch", 1000)
        self.parser.blockprocessors.register(_Placed(self.parser), "pieces", 95)
        inlines: tuple[tuple[InlineProcessor, str, int], ...] = (
            (_Gate(job), "gate", 1000),
            (Maths(job), "maths", 185),
            (Brackets(job), "brackets", 178),
            (Images(self, job), "images", 150),
            (Mail(), "mail", 118),
            (Bare(), "bare", 115),
        )
        for processor, name, priority in inlines:
            self.inlinePatterns.register(processor, name, priority)
        self.treeprocessors.register(_Finish(self, finish), "finish", -5)


def _footnotes() -> FootnoteExtension:
    return FootnoteExtension(BACKLINK_TEXT=gettext("volver"), BACKLINK_TITLE=gettext("Volver al texto"))


class _Lift(Preprocessor):
    def __init__(self, md: markdown.Markdown, job: Job) -> None:
        super().__init__(md)
        self._job = job

    def run(self, lines: list[str]) -> list[str]:
        kept = Evener().even(Lifter(self._job.pieces, self._job.problems, self._job.watch).lift(lines))
        text = "\n".join(kept)
        if has_wild_lines(text) or has_wild_runs(text):
            raise TooWild
        return kept


class _Watch(BlockProcessor):
    """Asked before each block; processes none."""

    def __init__(self, parser: Any, job: Job) -> None:
        super().__init__(parser)
        self._job = job

    def test(self, parent: Element, block: str) -> bool:
        self._job.watch.check()
        columns = block.partition("\n")[0].count("|")
        if columns > MOST_COLUMNS or columns * block.count("\n") > MOST_CELLS:
            raise TooWild
        return False

    def run(self, parent: Element, blocks: list[str]) -> bool:
        return False


class _Gate(InlineProcessor):
    """Asked before each stretch of text; lets pass those whose signs are as many as people write."""

    MOST = {"[": 300, "`": 400, "$": 300, "<": 400, "(": 600, "!": 600, "*": 600, "_": 600, "\\": 1_000}
    MOST_CHARACTERS = 12_000

    def __init__(self, job: Job) -> None:
        super().__init__("(?!)")
        self._job = job

    def getCompiledRegExp(self) -> re.Pattern[str]:  # noqa: N802 (Markdown's name)
        # Markdown only asks it for finditer: the one place where it shows a stretch before any pattern works on it.
        return cast(re.Pattern[str], self)

    def finditer(self, data: str, _start: int) -> Iterator[re.Match[str]]:
        self._job.watch.check()
        if len(data) > self.MOST_CHARACTERS or any(data.count(sign) > most for sign, most in self.MOST.items()):
            raise TooWild
        return iter(())


class _Placed(BlockProcessor):
    """A token on its own becomes the element that the walls know."""

    def test(self, parent: Element, block: str) -> bool:
        return TOKEN.fullmatch(block.strip()) is not None and not block.startswith(" " * 4)

    def run(self, parent: Element, blocks: list[str]) -> None:
        SubElement(parent, "div", {ATTRIBUTE: blocks.pop(0).strip()})


class _Admonitions(AdmonitionProcessor):
    RE = re.compile(r'(?:^|\n)!!! ?([\w\-]{1,30})(?: +"([^"\n]{0,200})")? *(?:\n|$)')

    def __init__(self, parser: Any, job: Job) -> None:
        super().__init__(parser)
        self._job = job

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str]:
        kind = ADMONITIONS.get(match[1].lower())
        if kind is None:
            self._job.note(Trouble.ADMONITION, match[1], match[0].strip())
            kind = "note"
        name = str(KIND_NAMES[kind])
        title = (match[2] or "").strip()
        return kind, f"{name}: {title}" if title else name


class _Finish(Treeprocessor):
    def __init__(self, md: markdown.Markdown, finish: Callable[[Element], None]) -> None:
        super().__init__(md)
        self._finish = finish

    def run(self, root: Element) -> None:
        self._finish(root)
