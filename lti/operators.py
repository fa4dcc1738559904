"""The operator's visits: an address good for one opening within minutes, then some hours in one browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, request
from flask_babel import lazy_gettext as _
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from lrc.db import session, utcnow
from lrc.errors import NotSignedIn
from lti import passes
from lti.models import OperatorVisit

COOKIE = "lrc-operator"
COOKIE_PATH = "/operator"
TO_OPEN = timedelta(minutes=10)
LIFETIME = timedelta(hours=8)
_KEPT_AFTER = timedelta(days=1)
P = ParamSpec("P")
R = TypeVar("R")

_WHO = _("Esta página es para quien opera la biblioteca.")
_HOW = _("Escribe «lrc operator» en el servidor y abre la dirección que te da. Sirve una vez, durante diez minutos.")


def issue(session: Session) -> str:
    """The token of a way in, not opened yet; forgets the visits that ended long ago."""
    now = utcnow()
    session.execute(delete(OperatorVisit).where(OperatorVisit.expires_at < now - _KEPT_AFTER))
    token = passes.new()
    session.add(OperatorVisit(token_hash=passes.fingerprint(token), expires_at=now + TO_OPEN))
    session.flush()
    return token


def open_visit(session: Session, token: str) -> str:
    """Begin the visit: the secret of its cookie. Of two openings one succeeds; the other is refused (NotSignedIn)."""
    now, secret = utcnow(), passes.new()
    opened = (
        update(OperatorVisit)
        .where(
            OperatorVisit.token_hash == passes.fingerprint(token),
            OperatorVisit.opened_at.is_(None),
            OperatorVisit.expires_at > now,
        )
        .values(token_hash=passes.fingerprint(secret), opened_at=now, expires_at=now + LIFETIME)
    )
    if cast("CursorResult[object]", session.execute(opened)).rowcount != 1:
        raise NotSignedIn(_("Esta dirección ya se usó o ya venció."), advice=_HOW)
    return secret


def find(session: Session, secret: str) -> OperatorVisit | None:
    """The visit, opened and not ended, that this cookie belongs to."""
    query = select(OperatorVisit).where(
        OperatorVisit.token_hash == passes.fingerprint(secret),
        OperatorVisit.opened_at.is_not(None),
        OperatorVisit.expires_at > utcnow(),
    )
    return session.scalars(query).one_or_none() if secret else None


def end(session: Session, visit: OperatorVisit) -> None:
    visit.expires_at = utcnow()
    session.flush()


def current() -> OperatorVisit:
    """The operator's visit of this request; raises NotSignedIn, saying how to come in, where there is none."""
    if "operator_visit" not in g:
        g.operator_visit = find(session, request.cookies.get(COOKIE, ""))
    if g.operator_visit is None:
        raise NotSignedIn(_WHO, advice=_HOW)
    return cast(OperatorVisit, g.operator_visit)


def operator_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view under /operator be used by the operator only; no other site may frame its pages."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        g.framed_by, g.kept_nowhere = frozenset(), True
        current()
        return view(*args, **kwargs)

    return guarded
