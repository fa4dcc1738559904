"""Finds in our own catalogue what references name, and says what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from catalog import identities, links
from catalog.citing.references import Reference
from catalog.models import Resource, Scheme
from catalog.readinglists.pasted import Pasted
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
