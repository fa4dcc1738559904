"""What a resource is to who cites it: a reference in the words of CSL-JSON, made from what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from catalog.availability.rights import right_of
from catalog.citing.names import Name, name_of
from catalog.describing.identifiers import address, known
from catalog.models import Kind, Resource
from catalog.vocabularies.terms import NONE, Terms
from catalog.weblinks.addresses import of as address_of
from lti.people import fold

Reference = dict[str, Any]
"""An item of CSL-JSON (csl-data.json of the Citation Style Language): id, type, title, author, issued..."""

MOST_AUTHORS = 100
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff\ufff9-\uffff]")
"""What has no shape, or turns the direction of what follows: it has no place in a reference."""
_DATE = re.compile(r"^\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")

# The first that stands in what a record says of its type (folded) decides; longer words before those within them.
_TYPES = (
    (("capitulo", "chapter", "bookpart"), "chapter"),
    (("tesis", "thesis", "dissertation"), "thesis"),
    (("articulo", "article"), "article-journal"),
    (("ponencia", "conference", "congreso"), "paper-conference"),
    (("informe", "report", "reporte"), "report"),
    (("libro", "book", "manual"), "book"),
    (("video", "pelicula", "film"), "motion_picture"),
    (("audio", "sound", "podcast", "sonido"), "song"),
    (("conjunto de datos", "dataset"), "dataset"),
    (("mapa", "map"), "map"),
    (("imagen", "image", "fotografia", "lamina"), "graphic"),
    (("software", "programa"), "software"),
)
_NUMBERS = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}
_ROLES = ("editor", "translator")
"""Of catalog.describing those that CSL calls by the same name."""
_MEDIA = (("video/", "motion_picture"), ("audio/", "song"), ("image/", "graphic"))


def reference_of(resource: Resource, meant: Terms = NONE) -> Reference:
    """The resource as a reference; what is not known of it is left out. Its file is to be loaded.

    ``meant`` tells what its words mean in the vocabularies.
    """
    type_ = meant.type_of(resource)
    said: Reference = {
        "id": f"lrc{resource.id}",
        "type": type_of(resource, type_),
        "title": clean(resource.title),
        "author": _names(resource.creators, body=clean(resource.publisher)),
        **{role: _names(_had(resource, role)) for role in _ROLES},
        "publisher": clean(resource.publisher),
        "issued": _issued(resource.date),
        "language": clean(resource.language),
        **_identified(resource.identifiers),
    }
    if said["type"] == "thesis":
        said["genre"] = clean(type_) if " " in type_.strip() else ""
    return {part: value for part, value in said.items() if value}


def clean(text: str) -> str:
    """A line of text: single spaces, nothing that is not seen."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _names(people: Iterable[str], body: str = "") -> list[Name]:
    """The names parted; who is called as the publisher is a ``body`` too."""
    told = [each for each in map(clean, people) if each][:MOST_AUTHORS]
    return [{"literal": each} if each == body else name_of(each) for each in told]


def _had(resource: Resource, role: str) -> list[str]:
    return [each["name"] for each in resource.profile.get("contributors", ()) if each["role"] == role]


def kept_of(resource: Resource, meant: Terms) -> Reference:
    """As reference_of, for files that are kept: with keywords, and URIs of type, subjects and access in ``custom``."""
    words = [each for path in (resource.subjects, resource.profile.get("keywords", ())) for each in path]
    named = [meant.subjects[each].name if each in meant.subjects else each for each in words]
    uris = {
        "type": meant.types[resource.type].uri if resource.type in meant.types else "",
        "subjects": [meant.subjects[each].uri for each in resource.subjects if each in meant.subjects],
        "access": right_of(resource),
    }
    told = {
        "keyword": ", ".join(dict.fromkeys(clean(each).replace(",", ";") for each in named)),
        "custom": {part: value for part, value in uris.items() if value},
    }
    return reference_of(resource, meant) | {part: value for part, value in told.items() if value}


def type_of(resource: Resource, type_: str) -> str:
    """The type of CSL that comes nearest: by what the record says, else by the file, else a document."""
    if resource.kind is not Kind.MATERIAL:
        return "webpage"
    said = fold(type_)
    for words, kind in _TYPES:
        if any(word in said for word in words):
            return kind
    if resource.file is None and resource.owner_id is not None and address_of(resource):
        return "webpage"  # somebody pasted its address
    media_type = resource.file.media_type if resource.file else ""
    return next((kind for start, kind in _MEDIA if media_type.startswith(start)), "document")


def _issued(date: str) -> dict[str, Any] | None:
    found = _DATE.match(date)
    if found is None:
        return {"literal": said} if (said := clean(date)) else None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    parts = [year]
    if 1 <= month <= 12:
        parts.append(month)
        if 1 <= day <= 31:
            parts.append(day)
    return {"date-parts": [parts]}


def _identified(identifiers: Iterable[str]) -> dict[str, str]:
    """DOI, ISBN, ISSN and address, the first of each."""
    found: dict[str, str] = {}
    for each in identifiers:
        kind, colon, value = clean(known(each)).partition(":")
        if colon and kind in _NUMBERS:
            found.setdefault(_NUMBERS[kind], value)
        elif colon:
            found.setdefault("URL", clean(address(each)))
    if "DOI" in found:
        found["URL"] = f"https://doi.org/{found['DOI']}"
    return found
