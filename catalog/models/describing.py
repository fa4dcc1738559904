"""How the description of a resource changed (who, when, what stood there before), and who has taken its review."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class EditWay(StrEnum):
    """By which way a description was changed."""

    FORM = "form"
    UNDO = "undo"


class Edit(Base):
    """One change of a description; never changed itself. An undone one has another edit that says so."""

    __tablename__ = "edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    way: Mapped[EditWay] = mapped_column(enum_of(EditWay), default=EditWay.FORM)
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
