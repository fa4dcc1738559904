"""How a book (EPUB 2 or 3) becomes its chapters, in the order of its spine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from catalog.extract.archive import Archive, beside
from catalog.extract.contents import SECTION_CHARACTERS, Block, Contents, Section, clean, gather, pieces
from catalog.extract.limits import Limits
from catalog.extract.markup import Element, attribute, parse_xhtml, parse_xml
from catalog.extract.refusal import Failure, Unreadable
from catalog.extract.webabout import Inspection
from catalog.extract.webpage import blocks

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"


@dataclass(frozen=True)
class _Item:
    """A file of the book: ``name`` in the archive, ``properties`` and ``media_type`` as its package says."""

    name: str
    media_type: str
    properties: frozenset[str]


def read(path: Path, limits: Limits) -> Contents:
    """Chapters, labelled by the book's table of contents, else by their first heading; only long ones are cut."""
    archive = Archive(path)
    package_name = _package_name(archive)
    package = parse_xml(archive.read(package_name))
    items = {
        attribute(each, "id"): _Item(
            name=beside(package_name, unquote(attribute(each, "href"))),
            media_type=attribute(each, "media-type"),
            properties=frozenset(attribute(each, "properties").split()),
        )
        for each in package.iter("{*}item")
    }
    spine = [items[key] for each in package.iter("{*}itemref") if (key := attribute(each, "idref")) in items]
    chapters = [item.name for item in spine if item.name in archive and "nav" not in item.properties]
    if not chapters:
        raise Unreadable(Failure.CORRUPT, "no chapters")
    _refuse_encrypted(archive, chapters)
    labels = _labels(archive, list(items.values()))
    inspection = Inspection(language=_said(package, "language"), said={"title": _said(package, "title")})
    for name in ("creator", "date", "subject"):
        inspection.said[name] = _said(package, name)
    return Contents(
        _sections(archive, chapters, labels, inspection),
        picture=lambda: _cover(archive, package, items),
        about=inspection.about,
    )


def _said(package: Element, name: str) -> str:
    """What the book's package says of itself in Dublin Core's words, several parted by semicolons."""
    return "; ".join(
        filter(None, ((each.text or "").strip() for each in package.iterfind(f"./{{*}}metadata/{{*}}{name}")))
    )


def _package_name(archive: Archive) -> str:
    for each in parse_xml(archive.read(_CONTAINER)).iter("{*}rootfile"):
        return unquote(attribute(each, "full-path"))
    raise Unreadable(Failure.CORRUPT, "no package document")


def _refuse_encrypted(archive: Archive, chapters: list[str]) -> None:
    """Fonts may be obfuscated, which is no matter; chapters may not."""
    if _ENCRYPTION not in archive:
        return
    locked = {
        unquote(attribute(each, "URI")).lstrip("/")
        for each in parse_xml(archive.read(_ENCRYPTION)).iter("{*}CipherReference")
    }
    if locked.intersection(chapters):
        raise Unreadable(Failure.ENCRYPTED, "chapters under digital rights management")


def _sections(
    archive: Archive, chapters: list[str], labels: dict[str, str], inspection: Inspection
) -> Iterator[Section]:
    for name in chapters:
        root = parse_xhtml(archive.read(name))
        inspection.look(root)
        found = [Block(text, each.level) for each in blocks(root) if (text := clean(each.text))]
        heading = next((each.text for each in found if each.level), "")
        label = labels.get(name) or heading
        if sum(len(each.text) for each in found) > SECTION_CHARACTERS:
            yield from gather(found, label=label)
        else:
            yield from pieces(label, [each.text for each in found])


def _labels(archive: Archive, items: list[_Item]) -> dict[str, str]:
    """The titles in the table of contents, by the file that they lead to; the first one where there are several."""
    labels: dict[str, str] = {}
    for item in items:
        if item.name not in archive:
            continue
        if "nav" in item.properties:
            found = _from_navigation(parse_xhtml(archive.read(item.name)))
        elif item.media_type == "application/x-dtbncx+xml":
            found = _from_ncx(parse_xhtml(archive.read(item.name)))
        else:
            continue
        for target, label in found:
            labels.setdefault(beside(item.name, unquote(target.partition("#")[0])), label)
    return labels


def _from_navigation(root: Element) -> Iterator[tuple[str, str]]:
    for nav in root.iter("{*}nav"):
        if attribute(nav, "type") in ("toc", ""):
            yield from ((attribute(link, "href"), _all_text(link)) for link in nav.iter("{*}a"))


def _from_ncx(root: Element) -> Iterator[tuple[str, str]]:
    for point in root.iter("{*}navPoint"):
        label, content = point.find("./{*}navLabel"), point.find("./{*}content")
        if label is not None and content is not None:
            yield attribute(content, "src"), _all_text(label)


def _all_text(element: Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def _cover(archive: Archive, package: Element, items: dict[str, _Item]) -> bytes | None:
    named = (attribute(each, "content") for each in package.iter("{*}meta") if attribute(each, "name") == "cover")
    candidates = [item for item in items.values() if "cover-image" in item.properties]
    candidates += [items[key] for key in named if key in items]
    for item in candidates:
        if item.media_type.startswith("image/") and item.name in archive:
            return archive.read(item.name)
    return None
