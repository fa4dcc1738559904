"""What is made out of what: the sources that a resource names, what was adapted from it, and what their licences ask.

The table ``adaptations`` follows what resources say of their sources, by itself, at each flush of a session.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Table, delete, event, insert, inspect, select
from sqlalchemy.orm import Session

from catalog import library
from catalog.merging import leading
from catalog.models import Adaptation, Resource, ResourceState
from lti.viewers import Viewer
from search import licenses
from search.licenses import ALIKE, NO_DERIVATIVES, NO_TRADE

MOST_SHOWN = 20
_RECORD_ID_LIMIT = 255
_TABLE = cast(Table, Adaptation.__table__)
_PERMANENT = re.compile(r"https?://\S+/r/([^\s/?#]+)\Z")


@dataclass(frozen=True)
class Source:
    """What something is adapted from: as it is written, and the resource of ours that is meant where one is."""

    written: str
    resource: Resource | None = None

    @property
    def title(self) -> str:
        return self.resource.title if self.resource is not None else self.written


def record_of(written: str) -> str | None:
    """The name by which a resource is exchanged, out of its permanent address; None where it is none."""
    found = _PERMANENT.match(written)
    name = unquote(found[1]) if found else ""
    return name if name.isprintable() and 0 < len(name) <= _RECORD_ID_LIMIT else None


def sources_of(session: Session, viewer: Viewer, resource: Resource) -> list[Source]:
    """What a resource names as its sources; as resources those that the viewer may see. Two queries at most."""
    written: list[str] = resource.profile.get("sources", [])
    named = {each: record_id for each in written if (record_id := record_of(each))}
    held = leading.by_record(session, library.visible_to(viewer), set(named.values())) if named else {}
    found = [Source(each, held.get(named.get(each, ""))) for each in written]
    return [each for each in found if each.resource is not resource]


def made_of(session: Session, viewer: Viewer, resource: Resource) -> Sequence[Resource]:
    """What is published for the viewer and adapted from a resource, the newest first, at most MOST_SHOWN."""
    naming = select(Adaptation.resource_id).where(Adaptation.source_record_id.in_(leading.names_of(resource)))
    query = library.visible_to(viewer).where(
        Resource.state == ResourceState.PUBLISHED, Resource.id.in_(naming), Resource.id != resource.id
    )
    return session.scalars(query.order_by(Resource.id.desc()).limit(MOST_SHOWN)).all()


def breaches(resource: Resource, sources: Iterable[Source]) -> Iterator[tuple[str, LazyString]]:
    """What the licences of sources of ours do not allow: the field to look at, and a sentence.

    Nobody needs a licence for what is their own; where none is told, nothing is known.
    """
    given = licenses.conditions(resource.license)
    for source in filter(None, (each.resource for each in sources)):
        if not source.license or (source.owner_id is not None and source.owner_id == resource.owner_id):
            continue
        asked = licenses.conditions(source.license)
        if asked is None or NO_DERIVATIVES in asked:
            yield "sources", _("Se adaptó de «%(title)s», cuya licencia no permite adaptaciones.", title=source.title)
        elif ALIKE in asked and given != asked:
            yield "license", _said_alike(source.title, licenses.short_name(source.license))
        elif NO_TRADE in asked and (given is None or NO_TRADE not in given):
            yield "license", _("Se adaptó de «%(title)s», que no permite fines comerciales.", title=source.title)


def _said_alike(title: str, license: str) -> LazyString:
    return _("Lo adaptado de «%(title)s» se comparte con la misma licencia: %(license)s.", title=title, license=license)


def may_be_adapted(resource: Resource) -> bool:
    """Whether its licence lets everybody make something else out of it."""
    asked = licenses.conditions(resource.license)
    return asked is not None and NO_DERIVATIVES not in asked


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    made = [each for each in session.new if isinstance(each, Resource)]
    changed = [each for each in session.dirty if isinstance(each, Resource) and _is_other(each)]
    if changed:
        session.execute(delete(_TABLE).where(_TABLE.c.resource_id.in_([each.id for each in changed])))
    named = {(each.id, record_of(written)) for each in (*made, *changed) for written in each.profile.get("sources", ())}
    rows = [{"resource_id": id_, "source_record_id": name} for id_, name in named if name is not None]
    if rows:
        session.execute(insert(_TABLE), rows)


def _is_other(resource: Resource) -> bool:
    return inspect(resource).attrs.profile.history.has_changes()
