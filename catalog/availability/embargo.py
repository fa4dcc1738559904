"""The embargo: until a day only the record and the cover of a material are there, not what is in it."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.days import today
from catalog.models import Resource
from lrc.errors import NotAllowed
from lti.viewers import Viewer

LIFTED_AT_ONCE = 500


class Embargoed(NotAllowed):
    """What is in it may not be read before ``until``."""

    title = _("Todavía no se puede abrir")
    advice = _("Vuelve ese día: se abrirá sin que nadie tenga que hacer nada.")

    def __init__(self, until: date) -> None:
        super().__init__(
            _("Quien lo hizo pidió que se pueda leer desde el %(day)s.", day=format_date(until, "long")),
            detail=f"embargo until {until}",
        )
        self.until = until


def is_closed(resource: Resource) -> bool:
    """Whether what is in it is not for readers today."""
    return resource.embargo_until is not None and resource.embargo_until > today()


def is_closed_to(viewer: Viewer, resource: Resource) -> bool:
    """The same for one person: those who made it and their institution's librarians work with it meanwhile."""
    if not is_closed(resource) or resource.owner_id == viewer.person_id:
        return False
    return not (viewer.is_librarian and resource.institution_id == viewer.institution_id)


def check_open(viewer: Viewer, resource: Resource) -> None:
    """Raise Embargoed where what is in it is not for this viewer yet."""
    if is_closed_to(viewer, resource) and resource.embargo_until is not None:
        raise Embargoed(resource.embargo_until)


def lift_due(session: Session) -> int:
    """End the embargoes whose day has come, so that what is in them is found; at most LIFTED_AT_ONCE. How many."""
    query = (
        select(Resource)
        .where(Resource.embargo_until <= today())
        .order_by(Resource.embargo_until, Resource.id)
        .limit(LIFTED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due = session.scalars(query).all()
    for each in due:
        each.embargo_until = None
        indexing.changed(session, each)
    return len(due)
