"""What a manuscript is: front matter, then headings, paragraphs, lists, tables, quotes and code in plain Markdown.

Only what the library's sources use is understood, so that every format can show all of it. ``*x*`` and ``**x**`` do
not nest; a cell of a table cannot hold a bar.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

_SPAN = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*\s](?:[^*]*[^*\s])?)\*")
_NUMBERED = re.compile(r"\d+\. ")
_RULE = re.compile(r"\|[\s|:-]+\|")
_FENCE = "```"


@dataclass(frozen=True)
class Span:
    """A run of text in one style: "", "bold" or "italic"."""

    text: str
    style: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    """2 for a section or chapter, 3 for what is inside; 1 is the title of the whole."""
    text: str


@dataclass(frozen=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True)
class Listing:
    items: tuple[Spans, ...]
    numbered: bool


@dataclass(frozen=True)
class Table:
    """Its first row is the header; every row has as many cells."""

    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True)
class Quote:
    paragraphs: tuple[Spans, ...]


@dataclass(frozen=True)
class Code:
    text: str


Block = Heading | Paragraph | Listing | Table | Quote | Code


@dataclass(frozen=True)
class Section:
    """What stands under one heading of level 2; the title is empty for what comes before the first."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Manuscript:
    """A text with its description in Dublin Core's words and the format in which it is published."""

    id: str
    title: str
    creators: tuple[str, ...]
    description: str
    language: str
    subjects: tuple[str, ...]
    type: str
    date: datetime.date
    license: str
    format: str
    source: str
    """The body as written, in Markdown."""
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> list[Section]:
        parts: list[tuple[str, list[Block]]] = [("", [])]
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 2:
                parts.append((block.text, []))
            else:
                parts[-1][1].append(block)
        return [Section(title, tuple(blocks)) for title, blocks in parts if title or blocks]

    @property
    def colophon(self) -> str:
        """Who made it and what one may do with it, in its own language."""
        allowed = "Licensed under" if self.language == "en" else "Publicado con la licencia"
        return f"{'; '.join(self.creators)}, {self.date.year}. {allowed} CC BY 4.0: {self.license}"


def plain(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def parse(text: str) -> Manuscript:
    """Read a source; KeyError where the front matter lacks a field, ValueError where there is none."""
    _, front, body = text.split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.strip().splitlines())
    return Manuscript(
        id=fields["id"],
        title=fields["title"],
        creators=_several(fields["creators"]),
        description=fields["description"],
        language=fields["language"],
        subjects=_several(fields["subjects"]),
        type=fields["type"],
        date=datetime.date.fromisoformat(fields["date"]),
        license=fields["license"],
        format=fields["format"],
        source=body.strip() + "\n",
        blocks=tuple(_blocks(body)),
    )


def _several(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";"))


def _blocks(body: str) -> Iterator[Block]:
    lines: list[str] = []
    in_code = False
    for line in [*body.splitlines(), ""]:
        in_code ^= line == _FENCE
        if line.strip() or in_code:
            lines.append(line)
        elif lines:
            yield from _block(lines)
            lines = []


def _block(lines: list[str]) -> Iterator[Block]:
    first = lines[0]
    if first == _FENCE:
        yield Code("\n".join(lines[1:-1]))
    elif first.startswith("#"):
        marks, _, title = first.partition(" ")
        yield Heading(len(marks), title)
    elif first.startswith(("- ", "|", ">")) or _NUMBERED.match(first):
        yield _structured(lines)
    else:
        yield Paragraph(_spans(" ".join(lines)))


def _structured(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("|"):
        rows = [line for line in lines if not _RULE.fullmatch(line)]
        return Table(tuple(tuple(_spans(cell.strip()) for cell in row.strip("|").split("|")) for row in rows))
    if first.startswith(">"):
        quoted = [line.removeprefix(">").strip() for line in lines]
        return Quote(tuple(_spans(" ".join(part)) for filled, part in groupby(quoted, bool) if filled))
    if first.startswith("- "):
        return Listing(tuple(_spans(line.removeprefix("- ")) for line in lines), numbered=False)
    return Listing(tuple(_spans(_NUMBERED.sub("", line, count=1)) for line in lines), numbered=True)


def _spans(text: str) -> Spans:
    spans: list[Span] = []
    end = 0
    for match in _SPAN.finditer(text):
        spans.append(Span(text[end : match.start()]))
        spans.append(Span(match[match.lastgroup or 0], match.lastgroup or ""))
        end = match.end()
    return tuple(span for span in (*spans, Span(text[end:])) if span.text)
