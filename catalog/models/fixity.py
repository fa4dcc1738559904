"""Whether stored bytes are still what was sent, round by round, and how far lighter versions of files are made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.collections import Collection
from catalog.models.resources import File, Rendition, Resource, enum_of
from lrc.db import Base, utcnow


class Outcome(StrEnum):
    """What the last look at a stored object found."""

    SOUND = "sound"
    MISSING = "missing"
    CHANGED = "changed"  # another size, or another SHA-256
    UNREADABLE = "unreadable"  # storage answers, but does not give the bytes


class RoundKind(StrEnum):
    SAMPLE = "sample"  # some, every night
    FULL = "full"  # everything, by command
    DAMAGED = "damaged"  # what is known to be, by command


class LighteningState(StrEnum):
    WAITING = "waiting"  # for another attempt
    WORKING = "working"
    DONE = "done"  # what helps is there; nothing, where nothing would be lighter
    FAILED = "failed"  # given up


class FixityCheck(Base):
    """The last look at one stored object, by its key; it goes with what names it."""

    __tablename__ = "fixity_checks"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), index=True)
    """None: it is a picture of a collection, or of a module or a course."""
    rendition_id: Mapped[int | None] = mapped_column(ForeignKey("renditions.id", ondelete="CASCADE"), index=True)
    """What stands beside the file; None: the file itself, or its cover."""
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    """Whose cover it is."""
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    """The module or the course whose image it is, of this name."""
    name: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    """What it must be, in hex: as the file's row says, or as it was when the rendition was looked at first."""
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome), index=True)
    found_bytes: Mapped[int | None] = mapped_column(BigInteger)
    found_sha256: Mapped[str] = mapped_column(String(64), default="")
    """Empty where the bytes were not read."""
    checked_at: Mapped[datetime] = mapped_column(default=utcnow)
    damaged_at: Mapped[datetime | None]
    """When it was found damaged first; None while it is sound."""
    told_at: Mapped[datetime | None]
    """When mail told of its present damage."""

    file: Mapped[File | None] = relationship()
    rendition: Mapped[Rendition | None] = relationship()
    collection: Mapped[Collection | None] = relationship()
    resource: Mapped[Resource | None] = relationship()


class FixityRound(Base):
    """A look at some or all stored objects."""

    __tablename__ = "fixity_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RoundKind] = mapped_column(enum_of(RoundKind), index=True)
    began_at: Mapped[datetime] = mapped_column(default=utcnow)
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    """Last sign of life."""
    ended_at: Mapped[datetime | None]
    objects: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    """Found damaged that were sound, or unknown, before."""
    mended: Mapped[int] = mapped_column(default=0)


class Lightening(Base):
    """How far the lighter versions of a file are."""

    __tablename__ = "lightenings"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[LighteningState] = mapped_column(enum_of(LighteningState), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(String(32), default="")
    """Token of the task that is at it; only the holder may report."""
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    detail: Mapped[str] = mapped_column(Text, default="")
    """What came of it, for the operator."""
