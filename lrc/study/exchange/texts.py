"""The formats that Moodle's texts have (its own, HTML, Markdown, plain), read as our Markdown and written from it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from lrc import richtext
from lrc.study.exchange.escaping import escaped, escaped_starts, unescaped
from lrc.study.exchange.inlines import BREAK
from lrc.study.exchange.markup import is_marked_up, to_markdown
from lrc.study.exchange.reports import Report

MOODLE, HTML, MARKDOWN, PLAIN = "moodle", "html", "markdown", "plain"
IN_FILE = "@@PLUGINFILE@@/"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_OUR_IMAGE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(image:([A-Za-z0-9_][A-Za-z0-9._-]{0,99})\)")
_THEIR_IMAGE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(" + IN_FILE + r"([^)\s]+)[^)]*\)")
_FORMULA = r"(?<!`)\2(?!`))|\$\$(?P<block>[^$]+)\$\$|(?<!\\)\$(?!\s)(?P<inline>[^$\n]+?)(?<![\s\\])\$"
_IN_LISTS = re.compile(r"(?P<code>(?<!\\)(`+)(?!`).+?" + _FORMULA)
# What is indented is code, unless it belongs to an item of a list.
_OUR_FORMULA = re.compile(r"(?P<code>^(?: {4}|\t).*$|(?<!\\)(`+)(?!`).+?" + _FORMULA, re.MULTILINE)
_LIST = re.compile(r"^ {0,3}(?:[-*+]|\d+\.) ", re.MULTILINE)
_THEIR_FORMULA = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_ONLY_OURS = re.compile(r"^!!! |\[\[[^\]\n]+\]\]|\[\^[^\]\n]+\]", re.MULTILINE)
_REL = ' rel="nofollow noopener noreferrer"'
Pictures = Callable[[str], str]


def read(text: str, kind: str, report: Report, picture: Pictures) -> str:
    """Our Markdown of a text of that kind; ``picture`` as in markup.to_markdown. Raises Unkept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if kind == MARKDOWN:
        return _from_markdown(text, report, picture)
    if kind == HTML and (is_marked_up(text) or _ENTITY.search(text)):
        return to_markdown(text, report, picture)
    if kind == MOODLE and (is_marked_up(text) or _ENTITY.search(text)):
        return to_markdown(text.replace("\n", "<br>\n"), report, picture)
    if kind == HTML:
        return to_markdown(html.escape(text, quote=False), report, picture)
    if kind == PLAIN:
        lines = [escaped(line.strip()) for line in text.split("\n")]
        return escaped_starts(re.sub(r"\n(?:  \n)+", "\n\n", BREAK.join(lines)))
    return to_markdown(html.escape(text, quote=False).replace("\n", "<br>\n"), report, picture)


def words(text: str, kind: str) -> str:
    """A text as plain words on one line, for places that have no formatting."""
    if kind in (HTML, MOODLE) and (is_marked_up(text) or _ENTITY.search(text)):
        text = html.unescape(re.sub(r"<[^<>]*>", " ", text))
    return " ".join(text.split())


def as_words(text: str) -> str:
    """Plain words for a place where Moodle shows HTML on one line; the contrary of words(text, HTML)."""
    return html.escape(" ".join(text.split()), quote=False)


@dataclass(frozen=True)
class Said:
    """A text of ours as Moodle reads it, and of which kind it is."""

    text: str
    kind: str

    @property
    def is_plain(self) -> bool:
        """Whether it is HTML of one paragraph without any tag inside, nor anything that needs an entity."""
        return self.kind == HTML and re.fullmatch(r"<p>[^<>&\n]*</p>", self.text) is not None

    @property
    def words(self) -> str:
        """What is in its one paragraph, where it is plain."""
        return self.text[3:-4]


def said(markdown: str, report: Report) -> Said:
    """Our Markdown as HTML where the same comes back from it, as Markdown otherwise; both are what Moodle shows.

    Texts with formulas are always HTML: Moodle's Markdown would spoil them.
    """
    if not markdown:
        return Said("", HTML)
    if _ONLY_OURS.search(markdown):
        report.say(_("Los recuadros, notas al pie, términos y enlaces a la biblioteca quedan como texto en Moodle."))
    as_html, has_formula = _to_html(markdown)
    if has_formula or to_markdown(as_html, Report(), _named) == markdown:
        return Said(as_html, HTML)
    return Said(_OUR_IMAGE.sub(rf"![\1]({IN_FILE}\2)", markdown), MARKDOWN)


def to_html(markdown: str) -> str:
    """The HTML of a text, for places where Moodle takes no other format."""
    return _to_html(markdown)[0]


def images_in(markdown: str) -> list[str]:
    """The names of the images that a text shows."""
    return [found[2] for found in _OUR_IMAGE.finditer(markdown)]


def _from_markdown(text: str, report: Report, picture: Pictures) -> str:
    def image(found: re.Match[str]) -> str:
        name = picture(IN_FILE + found[2])
        if not name:
            report.say(_("Una imagen no viene en el archivo: se perdió."))
        return f"![{found[1]}](image:{name})" if name else found[1]

    if re.search(r"</?(?:p|br|b|i|strong|em|div|span|img|table|ul|ol|li|sub|sup|a)\b[^<>]*>", text, re.IGNORECASE):
        report.say(_("El HTML que estaba dentro de un texto en Markdown se verá como texto."))
    text = _THEIR_FORMULA.sub(lambda found: f"${found[1]}$" if found[1] else f"$${found[2]}$$", text)
    return _THEIR_IMAGE.sub(image, text)


def _to_html(markdown: str) -> tuple[str, bool]:
    """The HTML that Moodle shows as we show the Markdown, and whether there is a formula in it."""
    kept: list[str] = []
    formulas: list[str] = []
    mark = "lrcq"
    while mark in markdown:
        mark += "q"

    def keep(instead: str) -> str:
        kept.append(instead)
        return f"{mark}{len(kept) - 1}x"

    def formula(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        tex = html.escape(" ".join((found["block"] or found["inline"]).split()), quote=False)
        formulas.append(tex)
        return keep(rf"\[{tex}\]" if found["block"] else rf"\({tex}\)")

    def image(found: re.Match[str]) -> str:
        return keep(f'<img src="{IN_FILE}{found[2]}" alt="{html.escape(unescaped(found[1]))}">')

    text = (_IN_LISTS if _LIST.search(markdown) else _OUR_FORMULA).sub(formula, markdown)
    text = str(richtext.render(_OUR_IMAGE.sub(image, text))).replace(_REL, "").replace(r"\$", "$")
    return re.sub(rf"{mark}(\d+)x", lambda found: kept[int(found[1])], text), bool(formulas)


def _named(source: str) -> str:
    return source.removeprefix(IN_FILE) if source.startswith(IN_FILE) else ""
