"""How a deck of slides (PPTX) becomes a page for each slide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.extract import officeabout
from catalog.extract.contents import Contents, Section, clean, has_words, shorten
from catalog.extract.limits import Limits
from catalog.extract.markup import Element, attribute, drop, local, walk
from catalog.extract.office import Package
from catalog.extract.refusal import Failure, Unreadable

_TITLES = {"title", "ctrTitle"}
# Date, footer and number say the same on every slide.
_REPEATED = {"dt", "ftr", "sldNum", "hdr", "sldImg"}


def read(path: Path, limits: Limits) -> Contents:
    """The title is the label and in the text as well; notes follow. Raises TOO_MANY_PAGES before any slide is read."""
    package = Package(path)
    targets = {each.id: each.target for each in package.relationships(package.main)}
    identifiers = package.parse(package.main).iter("{*}sldId")
    slides = [targets[_relationship_id(each)] for each in identifiers if _relationship_id(each) in targets]
    if len(slides) > limits.max_pages:
        raise Unreadable(Failure.TOO_MANY_PAGES, f"{len(slides)} slides")
    return Contents(
        _sections(package, slides),
        count=len(slides),
        picture=package.thumbnail,
        about=lambda: officeabout.of_slides(package, _titled(package, slides)),
    )


def _titled(package: Package, slides: list[str]) -> Iterator[tuple[Element, str]]:
    for slide in slides:
        root = package.parse(slide)
        yield root, _title(root)


def _relationship_id(element: Element) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")


def _sections(package: Package, slides: list[str]) -> Iterator[Section]:
    for slide in slides:
        root = package.parse(slide)
        paragraphs = list(_paragraphs(root))
        for each in package.relationships(slide):
            if each.kind in ("diagramData", "notesSlide"):
                paragraphs += _paragraphs(package.parse(each.target))
        text = clean("\n\n".join(filter(has_words, paragraphs)))
        yield Section(shorten(_title(root) or text.partition("\n")[0]), text)


def _title(root: Element) -> str:
    for shape in root.iter("{*}sp"):
        if _placeholder(shape) in _TITLES:
            return " ".join(_text(paragraph) for paragraph in shape.iter("{*}p"))
    return ""


def _placeholder(shape: Element) -> str:
    placeholder = shape.find("./{*}nvSpPr/{*}nvPr/{*}ph")
    return "" if placeholder is None else attribute(placeholder, "type") or "body"


def _paragraphs(root: Element) -> Iterator[str]:
    drop(root, "Fallback")
    for shape in [each for each in root.iter("{*}sp") if _placeholder(each) in _REPEATED]:
        drop(shape, "txBody")
    in_table = 0
    for event, name, element in walk(root):
        if name == "tbl":
            in_table += 1 if event == "start" else -1
            if event == "start" and in_table == 1:
                yield "\n".join(_rows(element))
        elif event == "start" and name == "p" and not in_table:
            yield _text(element)


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter("{*}tr"):
        cells = (" ".join(_text(cell).split()) for cell in row if local(cell) == "tc")
        if line := " | ".join(cell for cell in cells if cell):
            yield line


def _text(element: Element) -> str:
    parts = []
    for each in element.iter("{*}t", "{*}br", "{*}tab", "{*}p"):
        name = local(each)
        parts.append(each.text or "" if name == "t" else "" if each is element else "\n")
    return "".join(parts).strip()
