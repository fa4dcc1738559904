"""A line of a journal as a browser sends it: what it says, and what cannot be one."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.errors import BadInput
from lrc.study.models import EntryKind

MOST_RESPONSE_BYTES = 20_000
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_ATTEMPTS = 100_000
_YEARS = range(2000, 2200)


class BadLine(BadInput):
    """A line that no journal can hold."""

    message = _("Esta anotación llegó dañada y no se pudo guardar.")


@dataclass(frozen=True)
class Line:
    """Something that somebody did in a module; of what EntryKind.ANSWERED says also the question and the response.

    ``sequence`` is the browser's Lamport clock: one more than the greatest that it knew; None: one more than the
    journal's. ``said_at`` is the time of the browser's own clock, which decides nothing.
    """

    uid: str
    kind: EntryKind
    part: str
    question: str = ""
    attempt_number: int | None = None
    response: Any = None
    sequence: int | None = None
    said_at: datetime | None = None


def new(kind: EntryKind, part: str, **others: Any) -> Line:
    """A line that the server writes for who sent a form, after all others."""
    return Line(str(uuid.uuid4()), kind, part, **others)


def read(data: Any) -> Line:
    """The line that JSON data says, as the door of lrc.study.views.journal describes it. Raises BadLine."""
    if not isinstance(data, Mapping):
        raise BadLine(detail="no object")
    return Line(
        uid=read_uid(data.get("uid")),
        kind=_kind(data.get("kind")),
        part=_key(data.get("part")),
        question=_key(data["question"]) if data.get("question") else "",
        attempt_number=_attempt(data.get("attempt")),
        response=_response(data.get("response")),
        sequence=_number(data.get("sequence")),
        said_at=_moment(data.get("said_at")),
    )


def read_uid(value: Any) -> str:
    """A UUID in its usual form, in lower case. Raises BadLine."""
    if not isinstance(value, str) or not _UID.fullmatch(value):
        raise BadLine(detail="uid")
    return value


def _kind(value: Any) -> EntryKind:
    try:
        return EntryKind(value)
    except ValueError as error:
        raise BadLine(detail="kind") from error


def _key(value: Any) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise BadLine(detail="key")
    return value


def _attempt(value: Any) -> int | None:
    number = _number(value)
    if number is not None and not 0 < number <= _MOST_ATTEMPTS:
        raise BadLine(detail="attempt")
    return number


def _number(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise BadLine(detail="number")


def _response(value: Any) -> Any:
    """Only what any database holds, and no more than a person can have written."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(written.encode())
    except (ValueError, RecursionError) as error:  # also of lone surrogates
        raise BadLine(detail="response") from error
    if size > MOST_RESPONSE_BYTES:
        raise BadLine(_("Esta respuesta es demasiado larga para guardarla; acórtala."))
    if "\\u0000" in written.replace("\\\\", ""):
        raise BadLine(detail="response with NUL")
    return value


def _moment(value: Any) -> datetime | None:
    """None for anything that is no time: a phone's clock must not cost an answer."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo and moment.year in _YEARS else None
    except (TypeError, ValueError):
        return None
