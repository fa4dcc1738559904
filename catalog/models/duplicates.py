"""By what else resources are known, which of them may be the same, and which were merged into which."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource, enum_of
from lrc.db import Base, utcnow
from lti.models import Person


class Scheme(StrEnum):
    """Of what kind something is by which a resource is known."""

    DOI = "doi"
    ISBN = "isbn"
    ISSN = "issn"
    HANDLE = "handle"
    URL = "url"
    TITLE = "title"  # the words of its title, whatever their order, signs and accents


class KnownAs(Base):
    """Something by which a resource is known, in its one normal form (catalog.identities, which alone writes it)."""

    __tablename__ = "known_as"
    __table_args__ = (Index("ix_known_as_scheme_value", "scheme", "value"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    scheme: Mapped[Scheme] = mapped_column(enum_of(Scheme), primary_key=True)
    value: Mapped[str] = mapped_column(String(500), primary_key=True)


class Likeness(Base):
    """That two materials of an institution may be the same; kept when a librarian said that they are not."""

    __tablename__ = "likenesses"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        Index("ix_likenesses_institution_id_dismissed_at", "institution_id", "dismissed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"))
    one_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    """The one with the lower id."""
    other_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    """The strongest: "sha256" or a Scheme."""
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When both were last found to be alike."""
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))

    one: Mapped[Resource] = relationship(foreign_keys=[one_id])
    other: Mapped[Resource] = relationship(foreign_keys=[other_id])


class Merge(Base):
    """That a resource was merged into another, and what that changed."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), unique=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    is_settled: Mapped[bool] = mapped_column(default=False)
    """It can be taken back no more."""
    undoing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What taking it back needs (catalog.merging.merges); empty once it is settled."""
    file_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """In hex, of the file that was let go once it was settled: the same bytes still lead to what was kept."""

    merged: Mapped[Resource] = relationship(foreign_keys=[from_id])
    kept: Mapped[Resource] = relationship(foreign_keys=[into_id])
    author: Mapped[Person | None] = relationship()
