"""How Markdown becomes sections under its headings, its marks taken off so that it reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from catalog.extract import plain
from catalog.extract.contents import Block, Contents, gather
from catalog.extract.limits import Limits

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:[-*_][ \t]*){3,}$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|[ \t:|-]*$")
_ITEM = re.compile(r"[ \t]*([-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+")
# Links and pictures become their words, marks of emphasis go, tags and comments go.
_INLINE = (
    (re.compile(r"!?\[([^\[\]\n]*)\](?:\([^()\n]*\)|\[[^\[\]\n]*\])"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]+)>"), r"\1"),
    (re.compile(r"<!--.*?-->|</?[A-Za-z][^<>\n]*>"), ""),
    (re.compile(r"(?<![\w\\*])(\*{1,3})(?=\S)([^*\n]+)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<![\w\\_])(_{1,3})(?=\S)([^_\n]+)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~([^~\n]+)~~"), r"\1"),
    (re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1(?!`)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read(path: Path, limits: Limits) -> Contents:
    return Contents(gather(blocks(plain.load(path, limits))))


def blocks(text: str) -> Iterator[Block]:
    """Headings and paragraphs; code between fences is kept line by line, the data at the top (front matter) is not."""
    lines = _without_front_matter(text.split("\n"))
    paragraph, fence = _Paragraph(), ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            else:
                paragraph.add(line, as_is=True)
        elif mark:
            yield from paragraph.end()
            fence = mark[1]
        elif heading := _HEADING.match(line):
            yield from paragraph.end()
            yield Block(inline(heading[2] or ""), len(heading[1]))
        elif paragraph and (underline := _UNDERLINE.match(line)):
            yield from paragraph.end(level=1 if underline[1][0] == "=" else 2)
        elif not line.strip() or _RULE.match(line):
            yield from paragraph.end()
        else:
            paragraph.add(line)
    yield from paragraph.end()


def inline(text: str) -> str:
    for pattern, words in _INLINE:
        text = pattern.sub(words, text)
    return text.strip()


class _Paragraph:
    """The lines since the last blank one. Items, rows of tables and code keep their own lines; others flow on."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, line: str, *, as_is: bool = False) -> None:
        if as_is:
            self._parts.append(f"\n{line}")
        elif not (_TABLE_RULE.match(line) or _DEFINITION.match(line)):
            self._parts.append(_readable(_QUOTE.sub("", line, count=1)))

    def end(self, level: int = 0) -> Iterator[Block]:
        text = "".join(self._parts).strip()
        self._parts = []
        if text:
            yield Block(text, level)


def _readable(line: str) -> str:
    if item := _ITEM.match(line):
        mark = "•" if item[1] in "-*+" else item[1]
        return f"\n{mark} {inline(line[item.end() :])}"
    if line.lstrip().startswith("|"):
        return "\n" + " | ".join(inline(cell) for cell in line.strip().strip("|").split("|"))
    return (" " if not line.endswith("  ") else "\n") + inline(line)


def _without_front_matter(lines: list[str]) -> list[str]:
    if lines[0].strip() == "---":
        for number, line in enumerate(lines[1:200], start=1):
            if line.strip() in ("---", "..."):
                return lines[number + 1 :]
    return lines
