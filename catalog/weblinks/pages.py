"""What a page of the web says of itself in its head: title, description, authors, date, language, subjects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from catalog.extract import plain
from catalog.extract.about import offer
from catalog.extract.contents import clean_line
from catalog.extract.markup import Element, attribute, parse_html
from catalog.extract.refusal import Unreadable

DESCRIPTION_CHARACTERS = 2000
_MOST_SAID = 400
_HTML = frozenset({"", "text/html", "application/xhtml+xml"})
# By what is offered, the names of <meta> that tell it, the surest first: of scholarly pages, of shared ones, of all.
_NAMES = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title"),
    "description": ("description", "og:description", "dc.description", "dcterms.abstract"),
    "creators": ("citation_author", "dc.creator", "dcterms.creator", "author"),
    "date": (
        "citation_publication_date",
        "citation_date",
        "dc.date",
        "dcterms.issued",
        "article:published_time",
        "date",
    ),
    "language": ("citation_language", "dc.language", "og:locale"),
    "subjects": ("citation_keywords", "dc.subject", "dcterms.subject", "keywords"),
}
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
# Those of web pages only: Python knows some that take a time without measure.
_CHARSET = re.compile(r"(utf|iso|windows|latin|us|ascii|shift|gb|big|euc|koi|macintosh|cp)[-_]?[\w-]{0,12}", re.I)
_PARTS = re.compile(r"\s*[;\n]\s*")


def said(body: bytes, content_type: str) -> dict[str, Any]:
    """The beginning of a page as what may be offered to who describes it (catalog.extract.about, and "description").

    Nothing where it is no page, or cannot be read. The page is not trusted: everything is cut and cleaned.
    """
    kind = Message()
    kind["Content-Type"] = content_type.replace("\n", " ").replace("\r", " ")
    if not body or (content_type and kind.get_content_type() not in _HTML):
        return {}
    try:
        root = parse_html(_decoded(body, str(kind.get_param("charset", ""))))
    except Unreadable:
        return {}
    return {} if root is None else _offered(root)


def _decoded(body: bytes, charset: str) -> str:
    """As the server says, else as the page does, where that is true; else as plain text is."""
    whole = body[: body.rfind(b">") + 1] or body  # it may have been cut within a letter
    declared = _DECLARED.search(whole[:2048])
    for name in (charset, declared[1].decode("ascii") if declared else ""):
        if _CHARSET.fullmatch(name):
            try:
                return whole.decode(name)
            except (LookupError, ValueError):
                continue
    return plain.decode(whole)


def _offered(root: Element) -> dict[str, Any]:
    told: dict[str, list[str]] = {}
    for name, value in _metas(root):
        told.setdefault(name, []).append(value)
    found = {field: next((told[name] for name in names if name in told), []) for field, names in _NAMES.items()}
    title = next(iter(found["title"]), "") or clean_line(root.findtext(".//{*}title") or "")
    people = [part for each in found["creators"] for part in _PARTS.split(each)]
    made = offer(
        title=title,
        creators=[each for each in people if not each.lower().startswith(("http:", "https:"))],
        date=next(iter(found["date"]), ""),
        language=next(iter(found["language"]), "") or attribute(root, "lang"),
        subjects="; ".join(found["subjects"]),
    )
    description = clean_line(next(iter(found["description"]), ""))[:DESCRIPTION_CHARACTERS]
    return made | ({"description": description} if description else {})


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(root.iter("{*}meta")):
        if number == _MOST_SAID:
            return
        name = (attribute(each, "name") or attribute(each, "property")).strip().lower()
        value = attribute(each, "content").strip()
        if name and value:
            yield name, value[: DESCRIPTION_CHARACTERS * 2]
