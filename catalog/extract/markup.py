"""How XML and HTML are parsed: no entity expanded, nothing fetched. The only module that knows lxml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from catalog.extract.refusal import Failure, Unreadable

Element = etree._Element
_WALKED = ("start", "end")
# Entities made of entities grow without measure ("billion laughs"); no honest document has them.
_NESTED_ENTITY = re.compile(rb"<!ENTITY[^>]*?&\s*[\w#]+;[^>]*>", re.I)
_NAMED_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = {b"amp", b"lt", b"gt", b"quot", b"apos"}


def parse_xml(content: bytes, *, recover: bool = False) -> Element:
    """The root of an XML document; CORRUPT where it is none, ZIP_BOMB for entities that grow."""
    if b"<!ENTITY" in content and _NESTED_ENTITY.search(content):
        raise Unreadable(Failure.ZIP_BOMB, "entities made of entities")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        recover=recover,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Failure.CORRUPT, f"XML: {error}") from error
    if root is None:
        raise Unreadable(Failure.CORRUPT, "XML without a root")
    return root


def parse_xhtml(content: bytes) -> Element:
    """The same for a chapter of a book, where faults are common and HTML's named characters are meant."""
    return parse_xml(_NAMED_ENTITY.sub(_as_number, content), recover=True)


def parse_html(text: str) -> Element | None:
    """The root of an HTML page, or None where nothing is in it."""
    # Bytes, for a text that declares an encoding is refused.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(Failure.CORRUPT, f"HTML: {error}") from error


def walk(root: Element, skipped: frozenset[str] = frozenset()) -> Iterator[tuple[str, str, Element]]:
    """("start" | "end", local name, element) in the order of the document; of what is skipped only the end.

    Text that follows a skipped element is still its ``tail``. No recursion, so no depth is too deep.
    """
    events = etree.iterwalk(root, events=_WALKED)
    for event, element in events:
        name = local(element)
        if name in skipped and event == "start":
            events.skip_subtree()
            continue
        yield event, name, element


def local(element: Element) -> str:
    """The name of an element without its namespace, which Office has in two versions; empty for what is no element."""
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """The attribute of that local name, whatever its namespace, or empty."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def drop(root: Element, *names: str) -> None:
    """Take elements of these local names out of the tree."""
    etree.strip_elements(root, *(f"{{*}}{name}" for name in names), with_tail=False)


def _as_number(match: re.Match[bytes]) -> bytes:
    name = match[1]
    if name in _OF_XML:
        return match[0]
    characters = html5.get(name.decode() + ";", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode() or match[0]
