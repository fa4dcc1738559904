"""That vocabularies changed: told to the search, and to what finds concepts in descriptions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from catalog.models import VocabularyState
from lrc.celery import enqueue
from search import entries

LINK = "catalog.find_concepts_in_descriptions"
_ID = 1


def hold(session: Session) -> VocabularyState:
    """The one row, made at first use, held against other changes of vocabularies until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(VocabularyState).values(id=_ID, revision=0, linking_revision=0, linked_up_to=0, linked_revision=0)
    session.execute(row.on_conflict_do_nothing(index_elements=[VocabularyState.id]))
    held = select(VocabularyState).where(VocabularyState.id == _ID).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def revision(session: Session) -> int:
    """How often vocabularies changed; 0: there are none."""
    return session.scalar(select(VocabularyState.revision).where(VocabularyState.id == _ID)) or 0


def is_behind(session: Session) -> bool:
    """Whether vocabularies changed since all descriptions were looked through."""
    behind = select(VocabularyState.id).where(VocabularyState.linked_revision != VocabularyState.revision)
    return session.scalar(behind) is not None


def changed(session: Session) -> None:
    """Note that names or relations changed: searches know at once, descriptions are looked through after the commit."""
    hold(session).revision += 1
    entries.taught_elsewhere(session)
    enqueue(session, LINK)
