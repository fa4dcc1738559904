"""The grade ledger: every score that we owe a platform, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models.courses import ResourceLink
from lti.models.visits import Person


class ScoreState(StrEnum):
    CREATED = "created"  # to be sent, at next_try_at
    SENDING = "sending"  # a task holds it
    ACCEPTED = "accepted"  # the platform has it
    REFUSED = "refused"  # the platform will not have it, for the reason kept
    SUPERSEDED = "superseded"  # a newer score of the same person took its place before it was sent


class Score(Base):
    """A score that we owe, for one person and one link; always complete (AGS: Completed, FullyGraded)."""

    __tablename__ = "scores"
    __table_args__ = (
        Index("ix_scores_state_next_try_at", "state", "next_try_at"),
        Index("ix_scores_link_id_person_id", "link_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("resource_links.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    origin: Mapped[str] = mapped_column(String(100))
    """What earned it ("read:12"): the same origin with the same score is owed once."""
    given: Mapped[float]
    maximum: Mapped[float]
    comment: Mapped[str] = mapped_column(Text, default="")
    scored_at: Mapped[datetime] = mapped_column(default=utcnow)
    state: Mapped[ScoreState] = mapped_column(
        Enum(ScoreState, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members]),
        default=ScoreState.CREATED,
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=utcnow)
    claim: Mapped[str] = mapped_column(String(32), default="")
    """Token of the task that sends it; only the holder may say how it went."""
    claimed_at: Mapped[datetime | None]
    """Since when a task holds it; of one that waits, when the broker was last asked to have it sent."""
    stamped_at: Mapped[datetime | None]
    """The timestamp that the last sending carried, in whole seconds: Moodle takes only later ones."""
    status: Mapped[int | None]
    """HTTP status of the last answer; None where none came."""
    said: Mapped[str] = mapped_column(Text, default="")
    """What the platform said last, or why it did not answer."""
    reason: Mapped[str] = mapped_column(String(40), default="")
    """Why it was refused or waits, or is not shown though accepted: a code of lti.grades; empty where all is well."""
    shown: Mapped[float | None]
    """What the gradebook then showed, in points of ``maximum``, where it could be read: a teacher may override."""
    settled_at: Mapped[datetime | None]
    """When it was accepted, refused or superseded."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    link: Mapped[ResourceLink] = relationship()
    person: Mapped[Person] = relationship()
