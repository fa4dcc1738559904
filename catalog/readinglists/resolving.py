"""Finds in our own catalogue what references name, and says what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import identities, links
from catalog.citing.references import Reference
from catalog.models import ReadingItem, Resource, Scheme
from catalog.readinglists.items import Part
from catalog.readinglists.pasted import Pasted
from lrc.errors import NotFound
from lti.viewers import Viewer

_SURE_WORDS = 3
"""A title of fewer words is shared by many: it is offered, and the reference stays unless the teacher says so."""


@dataclass(frozen=True)
class Resolved:
    """What stands for an entry in our catalogue, if anything does, and how sure that is."""

    entry: Pasted
    resource: Resource | None
    is_sure: bool = False
    """By an identifier, or by a long title; else only the title is the same."""


def resolve(session: Session, viewer: Viewer, entries: Sequence[Pasted]) -> list[Resolved]:
    """For each entry the resource that the course's students can open, by its identifiers, then by its title."""
    keys = [_keys(each) for each in entries]
    found = identities.find_all(session, viewer, [key for some in keys for key in some])
    open_ones = {key: each for key, each in found.items() if links.trouble_of(each, viewer) is None}
    return [_resolved(entry, some, open_ones) for entry, some in zip(entries, keys, strict=True)]


def find(session: Session, viewer: Viewer, references: Sequence[Reference]) -> list[Resource | None]:
    """The same for references that stand in lists, by identifiers alone."""
    entries = [Pasted("", {name: value for name, value in each.items() if name != "title"}) for each in references]
    return [each.resource for each in resolve(session, viewer, entries)]


def held(session: Session, viewer: Viewer, parts: Sequence[Part]) -> dict[int, Resource]:
    """By item what the library has by now of what it had not when it was put in the list; one query."""
    cited = [entry.item for part in parts for entry in part.entries if entry.item.reference]
    found = find(session, viewer, [each.reference for each in cited])
    return {item.id: resource for item, resource in zip(cited, found, strict=True) if resource is not None}


def get_held(session: Session, viewer: Viewer, item: ReadingItem) -> Resource:
    """The same of one reading. NotFound where the library has it not, or no longer."""
    found = find(session, viewer, [item.reference])[0] if item.reference else None
    if found is None:
        raise NotFound(_("La biblioteca no tiene esto ahora."))
    return found


def _keys(entry: Pasted) -> list[tuple[str, str]]:
    known: list[tuple[str, str]] = [each for each in map(identities.identify, entry.identifiers) if each]
    title = identities.title_key(entry.reference.get("title", ""))
    return [*known, (Scheme.TITLE, title)] if title else known


def _resolved(entry: Pasted, keys: Sequence[tuple[str, str]], found: dict[tuple[str, str], Any]) -> Resolved:
    key = next((each for each in keys if each in found), None)
    if key is None:
        return Resolved(entry, None)
    is_sure = key[0] != Scheme.TITLE or len(key[1].split()) >= _SURE_WORDS
    return Resolved(entry, found[key], is_sure)
