"""How a Word document (DOCX) becomes sections under its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.extract import officeabout
from catalog.extract.contents import Block, Contents, gather
from catalog.extract.limits import Limits
from catalog.extract.markup import Element, attribute, drop, local
from catalog.extract.office import Package

# Word names its built-in styles in English in the file, whatever language it speaks on the screen.
_HEADING = re.compile(r"heading ([1-6])", re.I)
_BASES_FOLLOWED = 10
_CONTAINERS = {"sdt", "sdtcontent", "customxml", "ins", "moveto", "smarttag", "alternatecontent", "choice"}
# The other reading of a drawing, text that was moved away, and tab stops, which look like tabs.
_DROPPED = ("Fallback", "moveFrom", "del", "tabs")
_TEXT_TAGS = tuple(f"{{*}}{name}" for name in ("t", "tab", "br", "cr", "noBreakHyphen", "footnoteReference", "p"))
_IN_WORDS = {"tab": "\t", "br": "\n", "cr": "\n", "nobreakhyphen": "-", "p": "\n"}


@dataclass(frozen=True)
class _Style:
    level: int = 0
    is_list: bool = False


@dataclass(frozen=True)
class _Document:
    styles: dict[str, _Style]
    footnotes: dict[str, str]


def read(path: Path, limits: Limits) -> Contents:
    package = Package(path)
    root = package.parse(package.main)
    drop(root, *_DROPPED)
    document = _Document(_styles(package), _footnotes(package))
    body = next((child for child in root if local(child) == "body"), root)
    levels: list[int] = []
    return Contents(
        gather(_noting(_blocks(body, document), levels)),
        picture=package.thumbnail,
        about=lambda: officeabout.of_document(package, root, levels),
    )


def _noting(blocks: Iterator[Block], levels: list[int]) -> Iterator[Block]:
    """The blocks as they come, and the levels of the headings among them."""
    for block in blocks:
        if block.level and block.text:
            levels.append(block.level)
        yield block


def _blocks(container: Element, document: _Document) -> Iterator[Block]:
    for child in container:
        name = local(child)
        if name == "p":
            yield _paragraph(child, document)
            yield from _notes(child, document)
        elif name == "tbl":
            yield Block("\n".join(_rows(child)))
            yield from _notes(child, document)
        elif name in _CONTAINERS:
            yield from _blocks(child, document)


def _paragraph(paragraph: Element, document: _Document) -> Block:
    style, level, is_list = _Style(), 0, False
    properties = next((child for child in paragraph if local(child) == "ppr"), None)
    for each in properties if properties is not None else ():
        name, value = local(each), attribute(each, "val")
        if name == "pstyle":
            style = document.styles.get(value, style)
        elif name == "outlinelvl" and value in set("012345"):
            level = int(value) + 1
        elif name == "numpr":
            is_list = True
    level = level or style.level
    mark = "• " if (is_list or style.is_list) and not level else ""
    return Block(mark + text if (text := _text(paragraph)).strip() else "", level)


def _text(element: Element) -> str:
    found = []
    for each in element.iter(*_TEXT_TAGS):
        name = local(each)
        found.append(each.text or "" if name == "t" else _IN_WORDS.get(name, "") if each is not element else "")
    return "".join(found).strip()


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter("{*}tr"):
        cells = (" ".join(_text(cell).split()) for cell in row if local(cell) in ("tc", "sdt"))
        if line := " | ".join(cell for cell in cells if cell):
            yield line


def _notes(element: Element, document: _Document) -> Iterator[Block]:
    for reference in element.iter("{*}footnoteReference"):
        yield Block(document.footnotes.get(attribute(reference, "id"), ""))


def _footnotes(package: Package) -> dict[str, str]:
    part = package.find(package.main, "footnotes")
    return {attribute(each, "id"): _text(each) for each in package.parse(part)} if part else {}


def _styles(package: Package) -> dict[str, _Style]:
    part = package.find(package.main, "styles")
    elements = {attribute(each, "styleId"): each for each in package.parse(part)} if part else {}
    return {name: _style(each, elements) for name, each in elements.items() if local(each) == "style"}


def _style(element: Element | None, elements: dict[str, Element]) -> _Style:
    """What a style says of headings and lists, by itself or by the styles it is based on."""
    is_list = False
    for _ in range(_BASES_FOLLOWED):
        if element is None:
            break
        values = {
            local(each): attribute(each, "val") for each in element.iter("{*}name", "{*}basedOn", "{*}outlineLvl")
        }
        name = values.get("name", "")
        is_list = is_list or name.lower().startswith("list ") or element.find(".//{*}numPr") is not None
        if heading := _HEADING.fullmatch(name):
            return _Style(int(heading[1]))
        if values.get("outlinelvl", "") in set("012345"):
            return _Style(int(values["outlinelvl"] or 0) + 1)
        if name.lower() == "title":
            return _Style(1)
        element = elements.get(values.get("basedon", ""))
    return _Style(0, is_list)
