"""What the search remembers: what was sought (without names), what librarians teach it, judged queries, saved ones."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models import Institution, Person


def _enum_of(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


class Sought(Base):
    """A query as it was sought on one day in one institution: how often, by how many, with what success. No names."""

    __tablename__ = "searches"
    __table_args__ = (
        UniqueConstraint("day", "institution_id", "words"),
        Index("ix_searches_words", "words", postgresql_ops={"words": "varchar_pattern_ops"}),  # for how words begin
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    """In the time zone of the settings."""
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(300))
    """What was typed, folded, stop words and order kept, single spaces: the same for accents and capitals."""
    typed: Mapped[str] = mapped_column(String(300))
    """As it was typed last."""
    times: Mapped[int] = mapped_column(default=0)
    askers: Mapped[int] = mapped_column(default=0)
    """How many different people; see SearchMark."""
    without_hits: Mapped[int] = mapped_column(default=0)
    """How often nothing was found."""
    clicks: Mapped[int] = mapped_column(default=0)
    """How often a hit was opened."""
    hits: Mapped[int] = mapped_column(default=0)
    """How many were found the last time."""


class SearchMark(Base):
    """That somebody sought something today: a keyed hash from which nobody can be told; deleted after the day."""

    __tablename__ = "search_marks"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, index=True)


class EntryKind(StrEnum):
    """What an entry of the dictionary does."""

    SYNONYM = "synonym"  # words that stand for each other
    VARIANT = "variant"  # the first is a spelling of the others: one way
    STOP_WORD = "stop_word"
    PIN = "pin"
    BOOST = "boost"


class EntryState(StrEnum):
    DRAFT = "draft"  # tried by librarians, not used yet
    LIVE = "live"
    LEAVING = "leaving"  # still used; retired with the next publication
    RETIRED = "retired"


class DictionaryEntry(Base):
    """One thing that librarians teach the search. What is live stays as it is: a change is an entry in its place."""

    __tablename__ = "dictionary_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EntryKind] = mapped_column(_enum_of(EntryKind))
    state: Mapped[EntryState] = mapped_column(_enum_of(EntryState), default=EntryState.DRAFT, index=True)
    words: Mapped[list[str]] = mapped_column(default=list)
    """As librarians typed them: the words of a synonym or variant, the stop word, the query of a pin."""
    record_ids: Mapped[list[str]] = mapped_column(default=list)
    """Of a pin: what comes first."""
    facet: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(500), default="")
    factor: Mapped[float] = mapped_column(default=1.0)
    """Of a boost, with facet and value: how many times as much."""
    note: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = mapped_column(Text, default="")
    """All of its text in small letters without accents, to be looked through."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("dictionary_entries.id"))
    """The live entry that a draft takes the place of when it is published."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who wrote it."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who changed it last: its draft, or where it stands."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])


class DictionaryState(Base):
    """The one row that tells every process whether the dictionary it holds is still the live one."""

    __tablename__ = "dictionary_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)


class TaskKind(StrEnum):
    """What a librarian means to do about something that was sought."""

    SYNONYM = "synonym"
    PURCHASE = "purchase"
    RECORD = "record"
    ANSWER = "answer"


class SearchTask(Base):
    """A row of the search report that became work."""

    __tablename__ = "search_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(300), index=True)
    """Folded, as in Sought."""
    typed: Mapped[str] = mapped_column(String(300))
    kind: Mapped[TaskKind] = mapped_column(_enum_of(TaskKind))
    note: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])


class JudgedQuery(Base):
    """A query with the records that answer it, as librarians judged."""

    __tablename__ = "judged_queries"

    id: Mapped[int] = mapped_column(primary_key=True)
    typed: Mapped[str] = mapped_column(String(300), unique=True)
    relevant: Mapped[list[str]] = mapped_column(default=list)
    """Record ids."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class Judging(Base):
    """One measuring of all judged queries."""

    __tablename__ = "judgings"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    engine: Mapped[str] = mapped_column(String(40))
    dictionary_revision: Mapped[int] = mapped_column(default=0)
    queries: Mapped[int]
    mrr: Mapped[float]
    """Mean reciprocal rank among the first ten, 0 to 1."""
    success: Mapped[float]
    """Share of queries with an answer among the first ten, 0 to 1."""
    ranks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Id of the judged query, as text -> rank of its first answer, from 1; 0: not among the first ten."""


class SavedSearch(Base):
    """A search that somebody keeps, and wants to hear of when something new answers it."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("person_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(1000))
    """The query string of the search page, in its canonical form."""
    tells: Mapped[bool] = mapped_column(default=True)
    """Whether what is new is told in the digest."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    looked_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When its results were last looked at; what came in later is new."""
    fresh: Mapped[int] = mapped_column(default=0)
    """How many were new when it was last checked."""
    checked_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    institution: Mapped[Institution] = relationship()
