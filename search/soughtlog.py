"""Notes what is sought, without names: counts of a query a day and institution, and what others sought with success."""

from __future__ import annotations

import hmac
import logging
import re
import time
import unicodedata
from datetime import date, timedelta
from hashlib import sha256
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, Date, and_, bindparam, case, delete, func, or_, select, text, update
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
_AGAIN_AFTER_S = 900
"""A person's same search within a quarter of an hour (a reload, a facet chosen, back from a hit) is the same one."""

_Asked = tuple[int, str, int]
_HELD = "lrc_popular_searches"
_HELD_S, _MOST_HELD = 300.0, 5_000
"""Suggestions change from day to day but are asked for at every key: each process keeps them for a while."""

_NOT_SHOWN = frozenset({"So", "Sk", "Cc", "Cf", "Co", "Cn"})
"""Categories of Unicode: pictures and the like, marks of direction, what has no shape."""
_ADDRESS = re.compile(r"\S@\S")
_YEAR = r"(?:1[4-9]|2[01])\d\d"
_YEARS = re.compile(rf"(?<!\d)(?<!\d[ .-]){_YEAR}(?:\.\.| ?[-–] ?| )(?:{_YEAR})(?![ .-]?\d)")
_NUMBER = re.compile(r"\d(?:[\s.()/+–-]{0,2}\d){7,}")

_DAY = bindparam("day", type_=Date)
# As text: the same for both databases, and sent with each search, where putting them together anew would cost most.
_MARK = text(
    "INSERT INTO search_marks (mark, day) VALUES (:mark, :day) ON CONFLICT DO NOTHING RETURNING mark"
).bindparams(_DAY)
_COUNT = text(
    "INSERT INTO searches (day, institution_id, words, typed, times, askers, without_hits, clicks, hits)"
    " VALUES (:day, :institution_id, :words, :typed, 1, :askers, :in_vain, 0, :hits)"
    " ON CONFLICT (day, institution_id, words) DO UPDATE SET typed = excluded.typed, hits = excluded.hits,"
    " times = searches.times + 1, askers = searches.askers + excluded.askers,"
    " without_hits = searches.without_hits + excluded.without_hits"
).bindparams(_DAY)


def folded(typed: str) -> str:
    """A query as it is counted: small letters, no accents, single spaces, at most LONGEST characters."""
    return " ".join(words(normal(typed[:LONGEST])))[:LONGEST].strip()


def tidy(typed: str) -> str:
    """A query as it is shown: as it was typed, with single spaces, at most LONGEST characters.

    Others read it, of whom only the words are known to be the same: no pictures, and nothing that is not seen.
    """
    shown = (" " if unicodedata.category(sign) in _NOT_SHOWN else sign for sign in normal(typed[:LONGEST]))
    return " ".join("".join(shown).split())[:LONGEST]


def is_personal(typed: str) -> bool:
    """Whether it looks like a mail address or somebody's number: eight digits or more that are not two years."""
    plain = unicodedata.normalize("NFKC", typed)
    return bool(_ADDRESS.search(plain) or _NUMBER.search(_YEARS.sub(" ", plain)))


def note(session: Session, viewer: Viewer, typed: str, found: Results, page: int = 1) -> None:
    """Count a search, in a transaction of its own: ``session`` only reads.

    Further pages are not counted, nor what librarians seek, who try things. What looks like personal data is not kept
    at all. A database too busy for it is logged; the search goes on.
    """
    sought = folded(typed)
    if page != 1 or viewer.is_librarian or not sought or is_personal(typed):
        return
    asked, recent = _marks(viewer, sought)
    if session.scalar(select(SearchMark.mark).where(SearchMark.mark == recent)):
        return
    try:
        with transaction(hasty=True) as own:
            if _marked(own, recent):
                _count(own, viewer, typed, found, is_first=_marked(own, asked))
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
        with transaction(hasty=True) as own:
            if _marked(own, opened):
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
    held = cast("dict[_Asked, tuple[float, list[str]]]", current_app.extensions.setdefault(_HELD, {}))
    asked, now = (viewer.institution_id, start, limit), time.monotonic()
    known = held.get(asked)  # once: another thread may empty it at any moment
    if known is None or known[0] < now:
        if len(held) >= _MOST_HELD:
            held.clear()
        known = held[asked] = now + _HELD_S, _popular(session, viewer, start, limit)
    return list(known[1])


def _popular(session: Session, viewer: Viewer, start: str, limit: int) -> list[str]:
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


def _marked(session: Session, mark: str) -> bool:
    """Keep a mark; whether it is a new one."""
    return session.execute(_MARK, {"mark": mark, "day": today()}).first() is not None


def _count(session: Session, viewer: Viewer, typed: str, found: Results, *, is_first: bool) -> None:
    hits = found.total or sum(found.kinds.values())
    counted = {
        "day": today(),
        "institution_id": viewer.institution_id,
        "words": folded(typed),
        "typed": tidy(typed),
        "askers": int(is_first),
        "in_vain": int(not hits),
        "hits": hits,
    }
    session.execute(_COUNT, counted)


def _could_not(what: str, error: SQLAlchemyError) -> None:
    log.warning("a %s was not counted: %s", what, getattr(error, "orig", None) or error)


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
