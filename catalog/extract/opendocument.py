"""How an OpenDocument text (ODT) becomes sections under its headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog.accessibility.flaws import Flaw, found
from catalog.extract.about import About, offer
from catalog.extract.archive import Archive
from catalog.extract.contents import Block, Contents, gather
from catalog.extract.limits import Limits
from catalog.extract.markup import Element, attribute, local, parse_xml, walk
from catalog.extract.refusal import Failure, Unreadable

_PROPERTIES = "meta.xml"
_MANIFEST, _THUMBNAIL = "META-INF/manifest.xml", "Thumbnails/thumbnail.png"
_SKIPPED = frozenset(
    {"annotation", "tracked-changes", "note-citation", "ruby-text", "forms", "sequence-decls", "title", "desc"}
)
_SPACES_MOST = 100


def read(path: Path, limits: Limits) -> Contents:
    archive = Archive(path)
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        raise Unreadable(Failure.ENCRYPTED, "encrypted parts")
    root = parse_xml(archive.read("content.xml"))
    text = next(root.iter("{*}text"), root)
    picture = (lambda: archive.read(_THUMBNAIL)) if _THUMBNAIL in archive else (lambda: None)
    return Contents(gather(_blocks(text)), picture=picture, about=lambda: _about(archive))


def _about(archive: Archive) -> About:
    said: dict[str, list[str]] = {}
    for each in parse_xml(archive.read(_PROPERTIES)).iter() if _PROPERTIES in archive else ():
        said.setdefault(local(each), []).append(each.text or "")
    title, language = ("".join(said.get(name, [])[:1]) for name in ("title", "language"))
    findings = [found(Flaw.NO_TITLE)] * (not title.strip())
    return About(
        offered=offer(
            title=title,
            creators=said.get("initial-creator") or said.get("creator"),
            date="".join(said.get("creation-date", [])[:1]),
            language=language,
            subjects=said.get("keyword"),
        ),
        findings=findings,
    )


def _blocks(root: Element) -> Iterator[Block]:
    tables = lists = paragraphs = 0
    for event, name, element in walk(root, _SKIPPED):
        step = 1 if event == "start" else -1
        if name == "table":
            tables += step
            if event == "start" and tables == 1:
                yield Block("\n".join(_rows(element)))
        elif name == "list":
            lists += step
        elif name in ("p", "h"):
            paragraphs += step
            # Notes and frames put paragraphs into a paragraph, which says them where they stand.
            if event == "start" and paragraphs == 1 and not tables:
                yield _block(name, element, in_list=lists > 0)


def _block(name: str, element: Element, *, in_list: bool) -> Block:
    text = _text(element)
    if name == "h":
        level = attribute(element, "outline-level")
        return Block(text, min(int(level), 6) if level.isdecimal() and int(level) else 1)
    return Block(f"• {text}" if in_list and text else text)


def _rows(table: Element) -> Iterator[str]:
    for row in table.iter("{*}table-row"):
        cells = (" ".join(_text(cell).split()) for cell in row if local(cell) == "table-cell")
        if line := " | ".join(cell for cell in cells if cell):
            yield line


def _text(root: Element) -> str:
    parts = []
    for event, name, element in walk(root, _SKIPPED):
        if event == "start":
            parts += [_before(name, element), element.text or ""]
        else:
            parts += [")" if name == "note-body" else " " if name in ("p", "h") else ""]
            parts += [element.tail or ""] if element is not root else []
    return "".join(parts).strip()


def _before(name: str, element: Element) -> str:
    if name == "s":
        count = attribute(element, "c")
        return " " * min(int(count), _SPACES_MOST) if count.isdecimal() else " "
    return {"tab": "\t", "line-break": "\n", "note-body": " ("}.get(name, "")
