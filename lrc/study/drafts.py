"""The row of what is being written of a course or a module: finding it, holding it against others, stamping it.

Whoever changes a draft, its parts or its images holds this row first, so that all wait for one another in one order.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.models import Kind, Resource
from lrc.db import utcnow
from lrc.errors import BadInput, NotFound
from lrc.study.content import Course, Misfit, Module, from_data, tidied, to_data
from lrc.study.models import Draft
from lti.viewers import Viewer

_HEADS: dict[Kind, type[Module] | type[Course]] = {Kind.MODULE: Module, Kind.COURSE: Course}


def get(session: Session, resource: Resource) -> Draft:
    """What is being written of it; NotFound where nothing ever was."""
    return _one(session, select(Draft).where(Draft.resource_id == resource.id))


def hold(session: Session, resource_id: int) -> Draft:
    """As get, read anew and held against others' changes until the transaction ends."""
    query = select(Draft).where(Draft.resource_id == resource_id)
    return _one(session, query.with_for_update().execution_options(populate_existing=True))


def _one(session: Session, query: Select[Draft]) -> Draft:
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def head_of(resource: Resource, draft: Draft) -> Module | Course:
    """What a draft says of itself: a Course, or a Module without its parts."""
    return from_data(draft.head, _HEADS[resource.kind])


def put_head(viewer: Viewer, resource: Resource, draft: Draft, head: Module | Course) -> None:
    """Write what a held draft says of itself. BadInput for what cannot be kept."""
    try:
        kept = tidied(head)
    except Misfit as misfit:
        raise BadInput(_("Hay un dato demasiado largo o que no podemos aceptar."), detail=str(misfit)) from misfit
    draft.head = to_data(kept)
    if resource.published_at is None:  # of what is published the library says what the published version does
        resource.title = kept.title
    stamp(viewer, draft)


def stamp(viewer: Viewer, draft: Draft) -> None:
    """Note that somebody changed something of a held draft."""
    draft.revision += 1
    draft.saved_at = utcnow()
    draft.saved_by_id = viewer.person_id


def fingerprint(data: dict[str, Any]) -> str:
    """What tells one text from any other; the same for equal contents."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
