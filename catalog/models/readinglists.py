"""The reading list of a Moodle course: its sections, what is to be read in each, and who has read what."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource, enum_of
from lrc.db import Base, utcnow
from lti.models import Context


class Weight(StrEnum):
    """How much a reading is expected of the students."""

    ESSENTIAL = "essential"
    OPTIONAL = "optional"
    FURTHER = "further"


class ReadingList(Base):
    """What the people of a course are to read; one a course, written by all who teach in it."""

    __tablename__ = "reading_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id", ondelete="CASCADE"), unique=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """By which links in courses name it."""
    intro: Mapped[str] = mapped_column(Text, default="")
    """What its teacher says before the list; plain text."""
    is_published: Mapped[bool] = mapped_column(default=False)
    """Whether the students see it."""
    revision: Mapped[int] = mapped_column(default=1)
    """Of ``intro``: one more each time that it changes."""
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("reading_lists.id", ondelete="SET NULL"))
    """The list of another course from which something was copied last."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)

    context: Mapped[Context] = relationship()


class ReadingSection(Base):
    """A week or a part of a reading list."""

    __tablename__ = "reading_sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("reading_lists.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(default=1)
    """One more each time that its title or dates change: who writes says what they saw."""


class ReadingItem(Base):
    """Something to read: a resource of ours, or the reference of something that we do not hold."""

    __tablename__ = "reading_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("reading_sections.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="SET NULL"), index=True)
    page: Mapped[int | None]
    """Of the resource, where to begin; None: where it begins itself."""
    reference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """In CSL-JSON (catalog.citing.references), of what we do not hold; empty beside a resource."""
    weight: Mapped[Weight] = mapped_column(enum_of(Weight), default=Weight.ESSENTIAL)
    note: Mapped[str] = mapped_column(Text, default="")
    """What its teacher says of it, such as which chapter; plain text."""
    revision: Mapped[int] = mapped_column(default=1)
    """One more each time that something is written of it."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow)

    resource: Mapped[Resource | None] = relationship()


class ReadingMark(Base):
    """That somebody says to have read something of a list; their teacher sees it."""

    __tablename__ = "reading_marks"

    item_id: Mapped[int] = mapped_column(ForeignKey("reading_items.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    marked_at: Mapped[datetime] = mapped_column(default=utcnow)
