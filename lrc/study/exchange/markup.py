"""HTML that others wrote, made into our Markdown without any raw HTML; what Markdown cannot say is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from catalog.extract.markup import Element, local, parse_html
from catalog.extract.refusal import Unreadable
from lrc.study.exchange import inlines
from lrc.study.exchange.escaping import escaped_starts
from lrc.study.exchange.inlines import BREAK, Inline
from lrc.study.exchange.reports import Report, Unkept

MOST_CHARACTERS = 100_000
_DEEPEST = 40
_BLOCKS = frozenset(
    {"html", "body", "p", "div", "section", "article", "aside", "main", "header", "footer", "nav", "center", "figure"}
    | {"figcaption", "fieldset", "form", "address", "details", "summary", "dl", "dt", "dd", "ul", "ol", "li", "pre"}
    | {"blockquote", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
_HEADINGS = {"h1": 1, "h2": 1, "h3": 1, "h4": 2, "h5": 3, "h6": 4}
_TABLES_LOSE = _("Una tabla con celdas unidas se dejó con una celda por columna.")
_TOO_DEEP = _("Un texto con demasiados niveles, uno dentro de otro, quedó sin formato.")
_TAG = re.compile(r"<[a-zA-Z/!]")


def to_markdown(html: str, report: Report, picture: Callable[[str], str]) -> str:
    """The Markdown that says what HTML says.

    ``picture`` gives the name of a module's image for the address that an <img> has, or "" where there is none.
    Raises Unkept for more than MOST_CHARACTERS.
    """
    if len(html) > MOST_CHARACTERS:
        raise Unkept(_("Su texto es demasiado largo: no la tomamos."))
    try:
        root = parse_html(f"<html><body>{html}</body></html>")
    except Unreadable:
        raise Unkept(_("Su texto no se puede leer: no la tomamos.")) from None
    if root is None:
        return ""
    return "\n\n".join(_Blocks(Inline(report, picture)).of(root))


def is_marked_up(text: str) -> bool:
    """Whether there is any tag in a text."""
    return _TAG.search(text) is not None


@dataclass
class _Blocks:
    """Writes the blocks of an element one by one; ``run`` holds the words of the paragraph that is being read."""

    inline: Inline
    depth: int = 0
    run: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def of(self, element: Element) -> list[str]:
        """The blocks inside an element."""
        if self.depth > _DEEPEST:
            self.inline.report.say(_TOO_DEEP)
            return [inlines.plain(element)]
        self._read(element)
        self._end_paragraph()
        return self.done

    def _read(self, element: Element) -> None:
        self.run.append(self.inline.words(element.text))
        for child in element:
            name = local(child)
            if name in _BLOCKS:
                self._end_paragraph()
                self._block(name, child)
            elif self.depth <= _DEEPEST and any(local(each) in _BLOCKS for each in child.iterdescendants()):
                self.depth += 1
                self._read(child)  # blocks inside <span> or <b>: the paragraphs count, not what is around them
                self.depth -= 1
            else:
                self.run.append(self.inline.of(name, child))
            self.run.append(self.inline.words(child.tail))

    def _end_paragraph(self) -> None:
        text = inlines.joined(self.run)
        self.run = []
        for part in inlines.parted_formulas(text):
            self.done.append(part if part.startswith("$$") else escaped_starts(part))

    def _inside(self, element: Element) -> list[str]:
        return _Blocks(self.inline, self.depth + 1).of(element)

    def _line(self, element: Element) -> str:
        return " ".join(" ".join(self._inside(element)).replace(BREAK, " ").split())

    def _block(self, name: str, element: Element) -> None:
        if name in _HEADINGS:
            self._add(f"{'#' * _HEADINGS[name]} {self._line(element)}".rstrip(" #"))
        elif name in ("ul", "ol"):
            self._add(self._list(name, element))
        elif name == "blockquote":
            self._add(_led("> ", "\n\n".join(self._inside(element))))
        elif name == "pre":
            self._add("\n".join(f"    {line}" for line in inlines.plain(element, keep_lines=True).split("\n")))
        elif name == "table":
            self._add(self._table(element))
        elif name == "hr":
            self._add("---")
        elif name == "dt":
            self._add(f"**{self._line(element)}**".replace("****", ""))
        else:
            self.done.extend(self._inside(element))

    def _add(self, block: str) -> None:
        if block.strip():
            self.done.append(block)

    def _list(self, name: str, element: Element) -> str:
        items = []
        for number, item in enumerate((each for each in element if local(each)), _start(element)):
            mark = f"{number}. " if name == "ol" else "- "
            blocks = self._inside(item)
            is_tight = len(blocks) <= 1 or all(re.match(r"- |\d+\. ", each) for each in blocks[1:])
            text = ("\n" if is_tight else "\n\n").join(blocks)
            first, *rest = text.split("\n")
            items.append("\n".join([mark + first, *([_led("    ", "\n".join(rest))] if rest else [])]))
        return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)

    def _table(self, element: Element) -> str:
        rows = [
            [self._line(cell).replace("|", r"\|") for cell in row if local(cell) in ("td", "th")]
            for row in element.iter("tr")
        ]
        if any(cell.get("colspan") or cell.get("rowspan") for cell in element.iter("td", "th")):
            self.inline.report.say(_TABLES_LOSE)
        rows = [row for row in rows if row]
        if not rows:
            return ""
        width = max(map(len, rows))
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        lines.insert(1, f"|{' --- |' * width}")
        return "\n".join(lines)


def _led(lead: str, text: str) -> str:
    """The text with something before each line; two blanks at a line's end, which break it, stay."""
    return "\n".join(f"{lead}{line}" if line.strip() else lead.rstrip() for line in text.split("\n"))


def _start(element: Element) -> int:
    start = element.get("start") or ""
    return int(start) if start.isdigit() and len(start) < 6 else 1
