"""How the description of a resource changed (who, when, what stood there before), and who has taken its review."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource, enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class EditWay(StrEnum):
    """By which way a description was changed."""

    FORM = "form"
    TABLE = "table"  # with many others
    UNDO = "undo"
    VERSION = "version"  # by publishing one


class Edit(Base):
    """One change of a description; the database refuses to change it. An undone one has another that says so."""

    __tablename__ = "edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    way: Mapped[EditWay] = mapped_column(enum_of(EditWay), default=EditWay.FORM)
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_edits.id", ondelete="SET NULL"), index=True)
    """The bulk edit that it is part of, or that it takes back a part of."""
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By field (catalog.describing.description) what it was, only of those that changed."""
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(default=utcnow)

    author: Mapped[Person | None] = relationship()


class Taking(Base):
    """That a librarian has taken the review of a resource; anybody else in charge may take it over."""

    __tablename__ = "takings"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    person: Mapped[Person] = relationship()


class BulkState(StrEnum):
    """Where a bulk edit stands."""

    PROPOSED = "proposed"  # looked through, nothing written
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class BulkEdit(Base):
    """A table that a librarian sent: what it would change, what was refused, and how far it was written."""

    __tablename__ = "bulk_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(255))
    """Of the file."""
    state: Mapped[BulkState] = mapped_column(enum_of(BulkState), default=BulkState.PROPOSED, index=True)
    rows: Mapped[int] = mapped_column(default=0)
    """How many lines the table had, its heading not counted."""
    refused: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Of each line that cannot be taken: line, record_id, reason."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When the last piece of it was written."""

    author: Mapped[Person] = relationship()


class ChangeState(StrEnum):
    """What became of one change of a bulk edit."""

    PROPOSED = "proposed"
    WRITTEN = "written"
    OVERTAKEN = "overtaken"  # somebody else changed the same meanwhile: it stays as they left it
    UNDONE = "undone"


class BulkChange(Base):
    """What a bulk edit changes of one material."""

    __tablename__ = "bulk_changes"
    __table_args__ = (Index("ix_bulk_changes_bulk_id_state", "bulk_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_edits.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[ChangeState] = mapped_column(enum_of(ChangeState), default=ChangeState.PROPOSED)

    resource: Mapped[Resource] = relationship()
