"""A platform's courses: their services and people, our links in them, and what teachers put there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models.platforms import Platform


class RosterState(StrEnum):
    """Where the course's list of people stands."""

    NEVER = "never"
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"


class Context(Base):
    """The Moodle course that a launch came from."""

    __tablename__ = "contexts"
    __table_args__ = (UniqueConstraint("platform_id", "context_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    history: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """The platform's ids of the courses that it was copied from ($Context.id.history), nearest first."""
    lineitems_url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    memberships_url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    groups_url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    """Its services, as the latest launch named them; empty where it named none."""
    groups: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Names of its groups by the platform's id, where the platform tells them."""
    roster_state: Mapped[RosterState] = mapped_column(
        Enum(RosterState, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members]),
        default=RosterState.NEVER,
        server_default=RosterState.NEVER.value,
    )
    roster_asked_at: Mapped[datetime | None]
    roster_fetched_at: Mapped[datetime | None]
    roster_failure: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """What went wrong the last time, for the log and the doctor; empty unless FAILED."""

    platform: Mapped[Platform] = relationship()


class Membership(Base):
    """Somebody in a course: as their launches said, and as the course's roster says. Either may be missing."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("context_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id", ondelete="CASCADE"))
    sub: Mapped[str] = mapped_column(String(255))
    """The platform's id of the person."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Who launched; None for who is listed and never came."""
    name: Mapped[str] = mapped_column(String(255), default="")
    folded_name: Mapped[str] = mapped_column(String(520), default="")
    launch_roles: Mapped[list[str]] = mapped_column(default=list)
    """Our roles of the last launch from this course (a non-editing teacher is a teacher here)."""
    launched_at: Mapped[datetime | None]
    roster_roles: Mapped[list[str]] = mapped_column(default=list)
    """Our roles as the roster says (where Moodle calls a non-editing teacher a learner)."""
    groups: Mapped[list[str]] = mapped_column(default=list)
    """The platform's ids of the person's groups in the course."""
    listed_at: Mapped[datetime | None]
    """When the roster last named them."""
    left_at: Mapped[datetime | None]
    """Since when the roster, which had named them, does no longer."""


class ResourceLink(Base):
    """A link of ours in a course, known since it was first launched; what it opens and how."""

    __tablename__ = "resource_links"
    __table_args__ = (
        UniqueConstraint("context_id", "resource_link_id"),
        Index("ix_resource_links_kind_target", "kind", "target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id", ondelete="CASCADE"))
    resource_link_id: Mapped[str] = mapped_column(String(255))
    """The platform's id: new in every copy of the course, so nothing is found by it but this row."""
    title: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    """What it opens: one of lti.messages.KINDS; empty for the library's first page."""
    target: Mapped[str] = mapped_column(String(300), default="")
    item: Mapped[str] = mapped_column(String(64), default="", index=True)
    """Our id of the placement, carried in the custom parameters: the same in every copy of the course."""
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How it opens, as the teacher chose; a copied course begins with those of the course it came from."""
    lineitem_url: Mapped[str] = mapped_column(String(2000), default="")
    """Its column in the gradebook (AGS line item); empty where it has none or Moodle left it out."""
    is_graded: Mapped[bool] = mapped_column(default=False)
    """Whether a grade is owed for it: the platform named a line item, or the placement had a maximum."""
    maximum: Mapped[float] = mapped_column(default=100.0)
    first_launched_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_launched_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]
    """Since when the teacher has said that the activity is gone; a launch brings it back."""

    context: Mapped[Context] = relationship()


class Placement(Base):
    """Something that a teacher put into a course with the picker; what was used lately is offered first."""

    __tablename__ = "placements"
    __table_args__ = (Index("ix_placements_person_id_placed_at", "person_id", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    context_id: Mapped[int | None] = mapped_column(ForeignKey("contexts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(500))
    maximum: Mapped[int | None]
    version: Mapped[int | None]
    """The number of the version with which its links stay at first; None: they follow the one in force."""
    placed_at: Mapped[datetime] = mapped_column(default=utcnow)
