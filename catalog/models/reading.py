"""What people keep of their own: how they like to read, where they stopped, their lists, what they asked for."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource, enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class ReadingHabits(Base):
    """How somebody likes to read, on every device."""

    __tablename__ = "reading_habits"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By the names of catalog.habits: size, spacing, width, colours, letters, voice."""
    keeps_history: Mapped[bool] = mapped_column(default=False)
    """Only who asked for it has a history."""


class Place(Base):
    """Where somebody stopped in a resource; told to nobody else."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("person_id", "resource_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    page: Mapped[int] = mapped_column(default=1)
    """The number of the page; of a recording that which is being said."""
    offset: Mapped[float] = mapped_column(default=0.0)
    """How far in it: a share from 0 to 1 of a page, seconds from the start of a recording."""
    file_key: Mapped[str] = mapped_column(String(100), default="")
    """Of the file that was read: in another one the place may be elsewhere."""
    left_at: Mapped[datetime] = mapped_column(default=utcnow)


class Visited(Base):
    """That somebody who keeps a history opened a resource."""

    __tablename__ = "visited"
    __table_args__ = (
        UniqueConstraint("person_id", "resource_id"),
        Index("ix_visited_person_id_opened_at", "person_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    """The last time."""

    resource: Mapped[Resource] = relationship()


class OwnList(Base):
    """A list that somebody keeps; the one without a name holds their favourites."""

    __tablename__ = "own_lists"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200), default="")
    share_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    """By which others read it; None: nobody else does."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)

    items: Mapped[list[OwnListItem]] = relationship(
        back_populates="own_list",
        cascade="all, delete-orphan",
        order_by="OwnListItem.position, OwnListItem.id",
        passive_deletes=True,
    )


class OwnListItem(Base):
    """A resource in somebody's list."""

    __tablename__ = "own_list_items"
    __table_args__ = (UniqueConstraint("list_id", "resource_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("own_lists.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(default=utcnow)

    own_list: Mapped[OwnList] = relationship(back_populates="items")
    resource: Mapped[Resource] = relationship()


class WishState(StrEnum):
    """What became of something that a reader could not find."""

    OPEN = "open"
    PROMISED = "promised"  # on a date
    ANSWERED = "answered"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"  # by who asked


class Wish(Base):
    """What a reader could not find and asked the librarians of their institution for."""

    __tablename__ = "wishes"
    __table_args__ = (
        Index("ix_wishes_institution_id_state", "institution_id", "state"),
        Index("ix_wishes_institution_id_folded", "institution_id", "folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"))
    sought: Mapped[str] = mapped_column(String(300))
    """What they had typed in the search, or the title that they look for."""
    folded: Mapped[str] = mapped_column(String(300))
    """The same as searches are counted by: who asked in the same words is answered together."""
    details: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[WishState] = mapped_column(enum_of(WishState), default=WishState.OPEN)
    promised_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str] = mapped_column(Text, default="")
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="SET NULL"), index=True)
    """What answers it."""
    librarian_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Who answered last; None also where they are forgotten."""
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    answered_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When who asked read the answer."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    librarian: Mapped[Person | None] = relationship(foreign_keys=[librarian_id])
    resource: Mapped[Resource | None] = relationship()


class TakenFrom(StrEnum):
    """What something was taken out of."""

    READINGS = "readings"
    LIST = "list"
    COLLECTION = "collection"


class TakenOut(Base):
    """What somebody took out of a list, as it stood there: for a day they can put it back."""

    __tablename__ = "taken_out"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[TakenFrom] = mapped_column(enum_of(TakenFrom))
    holder_id: Mapped[int]
    """Of the reading list, own list or collection."""
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Its columns by their names, of a reading with who had read it."""
    taken_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
