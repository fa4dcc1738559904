"""Titles of records by their ids, for librarians who name them: what the catalogue tells of them to who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from lti.viewers import Viewer

_LOOKUP = "lrc_records"


@dataclass(frozen=True)
class Record:
    """A record that the viewer may know of. ``is_found``: published, so that searches can find it."""

    record_id: str
    document_id: str
    title: str
    kind: str
    is_found: bool


Lookup = Callable[[Session, Viewer, Iterable[str]], Mapping[str, Record]]
"""Record ids -> those that exist and that the viewer may see."""


def init_app(app: Flask, lookup: Lookup) -> None:
    """Say who knows the records: the catalogue, which lies above."""
    app.extensions[_LOOKUP] = lookup


def known(session: Session, viewer: Viewer, record_ids: Iterable[str]) -> Mapping[str, Record]:
    """Of these records those that exist and that the viewer may see; one query."""
    return cast(Lookup, current_app.extensions[_LOOKUP])(session, viewer, record_ids)
