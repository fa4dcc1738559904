"""What is being written: drafts of courses and modules, their parts, every save of them, and their images."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import Resource
from lrc.db import Base, utcnow
from lti.models import Person


class Draft(Base):
    """What a course or a module will say of itself; a module's parts are rows of their own."""

    __tablename__ = "drafts"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    head: Mapped[dict[str, Any]]
    """A lrc.study.content.Course, or a Module without its parts."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with every save, also of a part; a save that was begun on an older one of the same text is a conflict."""
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    resource: Mapped[Resource] = relationship()


class Part(Base):
    """A lesson or a quiz of a module's draft."""

    __tablename__ = "parts"
    __table_args__ = (UniqueConstraint("module_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    """The same in all versions: by it progress is kept when a version replaces another."""
    position: Mapped[int]
    """From 1."""
    content: Mapped[dict[str, Any]]
    """A lrc.study.content.Lesson or Quiz."""
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    deleted_at: Mapped[datetime | None]
    """Deleted parts are kept, to be put back."""

    saved_by: Mapped[Person | None] = relationship()


class Save(Base):
    """What somebody wrote of a part, at one moment; also what lost against another's save. Never changed."""

    __tablename__ = "saves"
    __table_args__ = (
        UniqueConstraint("part_id", "uid"),
        Index("ix_saves_part_id_id", "part_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id", ondelete="CASCADE"))
    uid: Mapped[str] = mapped_column(String(36))
    """Made by who sends it, so that the same save arriving twice counts once."""
    based_on: Mapped[int]
    """The part's revision on which it was written."""
    revision: Mapped[int | None]
    """The revision that it made; None where it was in conflict and only kept."""
    content: Mapped[dict[str, Any]]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(default=utcnow)

    author: Mapped[Person | None] = relationship()


class Image(Base):
    """An image that was put into a course or a module, its bytes in storage."""

    __tablename__ = "images"
    __table_args__ = (UniqueConstraint("resource_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    """As lessons name it: ![alternative text](image:name)."""
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(60))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow)
