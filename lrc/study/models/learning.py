"""What learning leaves: somebody's way through a module, its journal, attempts at quizzes, and what was granted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Resource, Version
from catalog.models.resources import enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class EntryKind(StrEnum):
    """What a line of the journal says."""

    OPENED = "opened"  # a lesson or a quiz
    READ = "read"  # a lesson, to its end
    ANSWERED = "answered"  # a question
    HINTED = "hinted"  # the hint of a question was asked for
    SUBMITTED = "submitted"  # a quiz


class Study(Base):
    """Somebody's way through a module. One a person and module, whatever course it is taken in."""

    __tablename__ = "studies"
    __table_args__ = (UniqueConstraint("person_id", "module_id"), Index("ix_studies_module_id", "module_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """The version that they are in; they keep it until they move on to a newer one."""
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_part: Mapped[str] = mapped_column(String(40), default="")
    """Where they stopped."""
    read_parts: Mapped[list[str]] = mapped_column(default=list)
    """The keys of the lessons that were read, as the journal says."""
    passed_parts: Mapped[list[str]] = mapped_column(default=list)
    percent: Mapped[float | None]
    """What their quizzes are worth together, 0 to 100, as attempts say; None before the first is submitted."""
    finished_at: Mapped[datetime | None]
    """When every lesson was read and every quiz passed; stays."""
    is_trial: Mapped[bool] = mapped_column(default=False)
    """An author's own, to try the module: counted nowhere, no grade."""

    person: Mapped[Person] = relationship()
    module: Mapped[Resource] = relationship()
    version: Mapped[Version] = relationship()


class Attempt(Base):
    """One try at a quiz. Its answers are in the journal."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("study_id", "part", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(String(40))
    """The quiz's key."""
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    """The version whose questions were asked."""
    number: Mapped[int]
    """From 1."""
    seed: Mapped[int] = mapped_column(BigInteger)
    """Which questions of a pool, and in which order; never sent to the browser."""
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime | None]
    """When its time is over, extra time included; None without a limit."""
    submitted_at: Mapped[datetime | None]
    given: Mapped[float | None]
    """Points, as the server counted them when it was submitted."""
    maximum: Mapped[float]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Of each question asked, by key: {"response": ..., "fraction": 0..1, "points": ...}; filled when submitted."""
    override: Mapped[float | None]
    """Points that a teacher put in the place of ``given``."""
    override_reason: Mapped[str] = mapped_column(Text, default="")
    overridden_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    overridden_at: Mapped[datetime | None]

    study: Mapped[Study] = relationship()
    version: Mapped[Version] = relationship()


class Entry(Base):
    """A line of somebody's journal. Lines are only ever added."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("study_id", "uid"), Index("ix_entries_attempt_id", "attempt_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(36))
    """Made by the browser (a UUID), so that a line that arrives twice is there once."""
    kind: Mapped[EntryKind] = mapped_column(enum_of(EntryKind))
    part: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(40), default="")
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"))
    response: Mapped[Any] = mapped_column(JSON, default=None)
    """As lrc.study.questions reads it; None where there is none."""
    sequence: Mapped[int]
    """A Lamport clock: one more than the greatest that the browser knew. Of two answers the greater (sequence, uid)
    counts, so that neither the phone's clock nor the order of arrival matters."""
    said_at: Mapped[datetime | None]
    """When the browser's clock says that it was made; shown to nobody as the truth."""
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    is_late: Mapped[bool] = mapped_column(default=False)
    """It came after its attempt was submitted, or over: kept, not counted."""


class Allowance(Base):
    """What a teacher granted somebody in a module: more time (accessibility), more attempts."""

    __tablename__ = "allowances"

    module_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime] = mapped_column(default=utcnow)
