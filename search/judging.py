"""Judged queries: which records answer them, where the search puts these, and how that goes over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import EVERYONE, Viewer
from search import teaching
from search.dictionary import Dictionary
from search.documents import Hit, Query
from search.engine import Index
from search.models import JudgedQuery, Judging

FIRST = 10
"""Ranks beyond this count as not found."""
MOST_RELEVANT = 50
LONGEST_RECORD_ID = 255
AS_ANYBODY = frozenset({EVERYONE})
"""Judged queries are asked as by somebody of any institution: what only some may see answers nobody else."""


@dataclass(frozen=True)
class Figures:
    """How many queries, their mean reciprocal rank among the first ten and the share that has an answer there."""

    queries: int
    mrr: float
    success: float


def queries() -> Select[JudgedQuery]:
    """All of them, those changed last first."""
    return select(JudgedQuery).order_by(JudgedQuery.changed_at.desc(), JudgedQuery.id.desc())


def get(session: Session, query_id: int) -> JudgedQuery:
    found = session.get(JudgedQuery, query_id)
    if found is None:
        raise NotFound
    return found


def add(session: Session, viewer: Viewer, typed: str) -> JudgedQuery:
    """A query to be judged; the one that is there already where it was added before. BadInput: no words."""
    words = tidy(typed)
    known = select(JudgedQuery).where(JudgedQuery.typed == words)
    if (found := session.scalar(known)) is not None:
        return found
    made = JudgedQuery(typed=words, author_id=viewer.person_id, relevant=[])
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # somebody else added it at the same moment
        return session.scalars(known).one()
    return made


def judge(session: Session, viewer: Viewer, query_id: int, relevant: Iterable[str]) -> JudgedQuery:
    """Say which records answer a query, in place of what was said before. BadInput beyond MOST_RELEVANT."""
    query = get(session, query_id)
    query.relevant = checked(relevant)
    query.author_id = viewer.person_id
    return query


def remove(session: Session, query_id: int) -> None:
    session.delete(get(session, query_id))


def tidy(typed: str) -> str:
    """A query as it is kept; BadInput where it holds no word or is too long."""
    words = " ".join(typed.replace("\x00", " ").split())
    if not teaching.folded(words) or len(words) > 300:
        raise BadInput(_("Escribe una búsqueda con palabras, de hasta 300 letras."))
    return words


def checked(relevant: Iterable[str]) -> list[str]:
    """Record ids as they are kept: each once, without blanks around them. BadInput beyond the bounds."""
    kept = list(dict.fromkeys(filter(None, (each.replace("\x00", "").strip() for each in relevant))))
    if len(kept) > MOST_RELEVANT or any(len(each) > LONGEST_RECORD_ID for each in kept):
        raise BadInput(_("Marca hasta 50 respuestas."))
    return kept


def first_hits(index: Index, typed: str, dictionary: Dictionary, limit: int = FIRST) -> Sequence[Hit]:
    """What anybody finds for a query."""
    return index.search(Query(typed, AS_ANYBODY, limit=limit, dictionary=dictionary)).hits


def rank_of(hits: Sequence[Hit], relevant: Iterable[str]) -> int:
    """The place, from 1, of the first hit that answers; 0: none of the first ten does."""
    answers = set(relevant)
    return next((place for place, hit in enumerate(hits[:FIRST], 1) if hit.record_id in answers), 0)


def figures(ranks: Iterable[int]) -> Figures:
    """The figures of ranks from 1, 0 for none; of no query at all both are 0."""
    all_ranks = list(ranks)
    count = len(all_ranks) or 1
    return Figures(
        len(all_ranks), sum(1 / rank for rank in all_ranks if rank) / count, sum(map(bool, all_ranks)) / count
    )


def judged(session: Session) -> list[tuple[int, str, Sequence[str]]]:
    """Id, query and answers of all that have an answer."""
    found = session.execute(select(JudgedQuery.id, JudgedQuery.typed, JudgedQuery.relevant).order_by(JudgedQuery.id))
    return [(row.id, row.typed, tuple(row.relevant)) for row in found if row.relevant]


def ranks(index: Index, asked: Iterable[tuple[int, str, Sequence[str]]], dictionary: Dictionary) -> Mapping[str, int]:
    """Id of each query, as text -> the rank of its first answer now."""
    return {str(number): rank_of(first_hits(index, typed, dictionary), told) for number, typed, told in asked}


def record(session: Session, found: Mapping[str, int], *, engine: str, revision: int) -> Judging:
    """Keep one measuring. Conflict where no query has been judged."""
    if not found:
        raise Conflict(_("Todavía no hay nada que medir."), advice=_("Agrega una búsqueda y marca qué la responde."))
    told = figures(found.values())
    made = Judging(
        engine=engine,
        dictionary_revision=revision,
        queries=told.queries,
        mrr=told.mrr,
        success=told.success,
        ranks=dict(found),
    )
    session.add(made)
    session.flush()
    return made


def measurings(limit: int) -> Select[Judging]:
    """The latest measurings, the newest first."""
    return select(Judging).order_by(Judging.at.desc(), Judging.id.desc()).limit(limit)
