"""Who signs the certificates of an institution, as its librarians or administrators set it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import BadInput, NotAllowed
from lrc.study.models import Signatory
from lti.viewers import Viewer

LIMIT = 200


def find(session: Session, institution_id: int) -> Signatory | None:
    return session.get(Signatory, institution_id)


def may_set(viewer: Viewer) -> bool:
    return viewer.is_librarian or viewer.is_administrator


def put(session: Session, viewer: Viewer, name: str, post: str) -> Signatory:
    """Set who signs from now on for the viewer's institution; what was issued keeps its own. NotAllowed, BadInput."""
    if not may_set(viewer):
        raise NotAllowed
    name, post = _line(name), _line(post)
    if not name or not post:
        raise BadInput(_("Escribe el nombre y el cargo de quien firma."))
    if max(len(name), len(post)) > LIMIT:
        raise BadInput(_("El nombre y el cargo pueden tener hasta %(limit)s caracteres cada uno.", limit=LIMIT))
    found = find(session, viewer.institution_id)
    if found is None:
        found = Signatory(institution_id=viewer.institution_id)
        session.add(found)
    found.name, found.post = name, post
    found.set_by_id, found.set_at = viewer.person_id, utcnow()
    return found


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
