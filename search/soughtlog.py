"""Notes what is sought, without names: counts of a query a day and institution, and what others sought with success."""

from __future__ import annotations

import hmac
import logging
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import transaction, utcnow
from lti.viewers import Viewer
from search.analysis import normal, words
from search.documents import Results
from search.models import SearchMark, Sought

log = logging.getLogger(__name__)

LONGEST = 300
"""Characters of a query that are kept."""
KEPT_DAYS = 400
"""How long the counts are kept, so that a year can be compared with the one before."""
SUGGESTED_DAYS = 90
FEWEST_ASKERS = 3
"""What fewer people sought is suggested to nobody."""
PATIENCE_MS = 250
"""Longest wait for others who write: a search that cannot be noted by then goes unnoted."""
_AGAIN_AFTER_S = 900
"""A person's same search within a quarter of an hour (a reload, a facet chosen, back from a hit) is the same one."""

_ADDRESS = re.compile(r"\S@\S")
_YEAR = r"(?:1[4-9]|2[01])\d\d"
_YEARS = re.compile(rf"(?<!\d)(?<!\d[ .-]){_YEAR}(?:\.\.| ?[-–] ?| )(?:{_YEAR})(?![ .-]?\d)")
_NUMBER = re.compile(r"\d(?:[\s.()/+–-]{0,2}\d){7,}")


def folded(typed: str) -> str:
    """A query as it is counted: small letters, no accents, single spaces, at most LONGEST characters."""
    return " ".join(words(normal(typed[:LONGEST])))[:LONGEST].strip()


def is_personal(typed: str) -> bool:
    """Whether it looks like a mail address or somebody's number: eight digits or more that are not two years."""
    plain = unicodedata.normalize("NFKC", typed)
    return bool(_ADDRESS.search(plain) or _NUMBER.search(_YEARS.sub(" ", plain)))


def note(session: Session, viewer: Viewer, typed: str, found: Results, page: int = 1) -> None:
    """Count a search, in a transaction of its own: ``session`` only reads. Further pages are not counted.

    What looks like personal data is not kept at all. A database too busy for it is logged; the search goes on.
    """
    sought = folded(typed)
    if page != 1 or not sought or is_personal(typed):
        return
    asked, recent = _marks(viewer, sought)
    if session.scalar(select(SearchMark.mark).where(SearchMark.mark == recent)):
        return
    try:
        with transaction(patience_ms=PATIENCE_MS) as own:
            fresh = _mark(own, asked, recent)
            if recent in fresh:
                own.execute(_counting(own, viewer, typed, found, is_first=asked in fresh))
    except SQLAlchemyError as error:
        _could_not("search", error)


def clicked(session: Session, viewer: Viewer, typed: str) -> None:
    """Count that somebody opened a hit of what they sought today, once a day for each query. As note otherwise."""
    sought = folded(typed)
    if not sought or is_personal(typed):
        return
    asked, opened = _mark_of(viewer, sought), _mark_of(viewer, sought, "opened")
    known = set(session.scalars(select(SearchMark.mark).where(SearchMark.mark.in_((asked, opened)))))
    if known != {asked}:
        return
    where = (Sought.day == today(), Sought.institution_id == viewer.institution_id, Sought.words == sought)
    try:
        with transaction(patience_ms=PATIENCE_MS) as own:
            if _mark(own, opened):
                own.execute(update(Sought).where(*where).values(clicks=Sought.clicks + 1))
    except SQLAlchemyError as error:
        _could_not("click", error)


def popular(session: Session, viewer: Viewer, start: str, limit: int) -> list[str]:
    """Past searches with hits that begin so, most frequent first: sought by FEWEST_ASKERS or more different people.

    Of the viewer's institution, or of two or more. Whether the viewer may know of what they find is not looked at.
    """
    start = folded(start)
    if len(start) < 2 or limit < 1:
        return []
    # People of one day are different people; those of several days may be the same, so the fullest day counts.
    of_each = (
        select(
            Sought.words,
            Sought.institution_id,
            func.max(Sought.typed).label("typed"),
            func.max(Sought.askers).label("people"),
            func.sum(Sought.times).label("times"),
            func.max(Sought.hits).label("hits"),
        )
        .where(Sought.day > today() - timedelta(days=SUGGESTED_DAYS), _begins(session, start))
        .group_by(Sought.words, Sought.institution_id)
        .subquery()
    )
    here = func.sum(case((of_each.c.institution_id == viewer.institution_id, of_each.c.people), else_=0))
    everywhere = and_(func.count() > 1, func.sum(of_each.c.people) >= FEWEST_ASKERS)
    query = (
        select(func.max(of_each.c.typed))
        .group_by(of_each.c.words)
        .having(or_(here >= FEWEST_ASKERS, everywhere), func.max(of_each.c.hits) > 0)
        .order_by(func.sum(of_each.c.times).desc(), of_each.c.words)
        .limit(limit)
    )
    return list(session.scalars(query))


def forget(session: Session) -> None:
    """Delete the marks of earlier days, and the counts of KEPT_DAYS ago."""
    session.execute(delete(SearchMark).where(SearchMark.day < today()))
    session.execute(delete(Sought).where(Sought.day < today() - timedelta(days=KEPT_DAYS)))


def today() -> date:
    """The day that it is in the time zone of the settings."""
    return utcnow().astimezone(ZoneInfo(_settings().time_zone)).date()


def _begins(session: Session, start: str) -> ColumnElement[bool]:
    # What each database answers from the index of the words.
    if session.get_bind().dialect.name == "sqlite":
        return and_(Sought.words >= start, Sought.words < start + "\U0010ffff")
    return Sought.words.startswith(start, autoescape=True)


def _marks(viewer: Viewer, sought: str) -> tuple[str, str]:
    """The mark of who sought something today, and of who did so in this quarter of an hour."""
    return _mark_of(viewer, sought), _mark_of(viewer, sought, str(int(utcnow().timestamp()) // _AGAIN_AFTER_S))


def _mark_of(viewer: Viewer, sought: str, what: str = "") -> str:
    key = hmac.digest(_settings().secret_key.encode(), f"search marks of {today()}".encode(), sha256)
    return hmac.new(key, f"{viewer.person_id}\n{what}\n{sought}".encode(), sha256).hexdigest()


def _mark(session: Session, *marks: str) -> Sequence[str]:
    """Keep marks; those that were not there yet."""
    insert = _dialect(session).insert(SearchMark).values([{"mark": mark, "day": today()} for mark in marks])
    return session.scalars(insert.on_conflict_do_nothing().returning(SearchMark.mark)).all()


def _counting(session: Session, viewer: Viewer, typed: str, found: Results, *, is_first: bool) -> Any:
    hits = found.total or sum(found.kinds.values())
    row = {
        "day": today(),
        "institution_id": viewer.institution_id,
        "words": folded(typed),
        "typed": " ".join(normal(typed[:LONGEST]).split())[:LONGEST],
        "times": 1,
        "askers": int(is_first),
        "without_hits": int(not hits),
        "clicks": 0,
        "hits": hits,
    }
    insert = _dialect(session).insert(Sought).values(row)
    counted = {name: getattr(Sought, name) + insert.excluded[name] for name in ("times", "askers", "without_hits")}
    return insert.on_conflict_do_update(
        index_elements=[Sought.day, Sought.institution_id, Sought.words],
        set_={**counted, "typed": insert.excluded.typed, "hits": insert.excluded.hits},
    )


def _dialect(session: Session) -> Any:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite


def _could_not(what: str, error: SQLAlchemyError) -> None:
    log.warning("a %s was not counted: %s", what, getattr(error, "orig", None) or error)


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
