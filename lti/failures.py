"""Calls to a platform's services that failed, with what the platform said, for operators and the doctor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lrc.db import transaction, utcnow
from lrc.richtext import words_of
from lti.models import Platform, ServiceFailure

KEPT_OF_A_PLATFORM = 200
KEPT_FOR = timedelta(days=90)
MAX_CHARACTERS = 500
_READ_CHARACTERS = 20_000
_HIDDEN = "[...]"
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}")
_NAMED_SECRET = re.compile(
    r"((?:access_token|refresh_token|id_token|client_assertion|registration_token|bearer)[\"'\s:=]+)[^\s\"'&,;}<>]+",
    re.IGNORECASE,
)


def note(platform_id: int, service: str, url: str, status: int | None, said: str) -> None:
    """Keep a failure, in a transaction of its own: end yours first, since on SQLite only one writes.

    ``status`` is None where no answer came; ``said`` is what the platform said or why it did not answer. Of each
    platform the newest KEPT_OF_A_PLATFORM are kept, for KEPT_FOR at the longest. Nothing is kept of one that is gone.
    """
    with transaction() as own:
        if own.get(Platform, platform_id) is None:
            return
        address = readable(url)[: ServiceFailure.url.type.length]
        own.add(
            ServiceFailure(platform_id=platform_id, service=service, url=address, status=status, said=readable(said))
        )
        own.flush()
        _prune(own, platform_id)


def recent(session: Session, platform_id: int, limit: int = 20) -> Sequence[ServiceFailure]:
    """The platform's latest failures, newest first."""
    query = select(ServiceFailure).where(ServiceFailure.platform_id == platform_id)
    return session.scalars(query.order_by(ServiceFailure.id.desc()).limit(limit)).all()


def forget_old(session: Session) -> None:
    session.execute(delete(ServiceFailure).where(ServiceFailure.failed_at < utcnow() - KEPT_FOR))


def readable(text: str, *secrets: str) -> str:
    """The beginning of what somebody said as printable text on one line: no markup, no tokens, none of ``secrets``."""
    for secret in filter(None, secrets):
        text = text.replace(secret, _HIDDEN)
    text = _NAMED_SECRET.sub(rf"\g<1>{_HIDDEN}", _JWT.sub(_HIDDEN, text[:_READ_CHARACTERS]))
    words = words_of(text) if text.lstrip().startswith("<") else " ".join(text.split())
    printable = "".join(each for each in words if each.isprintable())
    return printable[:MAX_CHARACTERS]


def _prune(session: Session, platform_id: int) -> None:
    own = ServiceFailure.platform_id == platform_id
    first_too_many = session.scalar(
        select(ServiceFailure.id).where(own).order_by(ServiceFailure.id.desc()).offset(KEPT_OF_A_PLATFORM).limit(1)
    )
    if first_too_many is not None:
        session.execute(delete(ServiceFailure).where(own, ServiceFailure.id <= first_too_many))
