"""Records by the ids under which they are exchanged, as the search asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from catalog import library
from catalog.merging import leading
from catalog.models import Resource, ResourceState
from lti.viewers import Viewer
from search.records import Record

_AT_ONCE = 500


def known(session: Session, viewer: Viewer, record_ids: Iterable[str]) -> Mapping[str, Record]:
    """Of these records those that exist and that the viewer may see (search.records.Lookup)."""
    asked = list(dict.fromkeys(record_ids))
    found: dict[str, Record] = {}
    for start in range(0, len(asked), _AT_ONCE):
        some = leading.by_record(session, library.visible_to(viewer), asked[start : start + _AT_ONCE])
        found.update((record_id, _told(record_id, each)) for record_id, each in some.items())
    return found


def _told(record_id: str, resource: Resource) -> Record:
    # The index does not know it by the id of what was merged into it.
    is_found = resource.state == ResourceState.PUBLISHED and resource.record_id == record_id
    return Record(record_id, str(resource.id), resource.title, resource.kind.value, is_found)
