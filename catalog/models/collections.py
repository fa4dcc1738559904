"""Collections: what librarians put together, in which order, for whom and from when, and which the home page shows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource
from lrc.db import Base, utcnow
from lti.models import Institution
from lti.viewers import EVERYONE


class Collection(Base):
    """Resources that belong together, in an order; it may be part of another collection of the same institution."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), index=True)
    """Whose librarians care for it."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id", ondelete="SET NULL"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    """Among those of the same parent."""
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    """Markdown."""
    audience: Mapped[str] = mapped_column(String(60), default=EVERYONE)
    is_published: Mapped[bool] = mapped_column(default=False)
    shown_from: Mapped[date | None] = mapped_column(Date)
    shown_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which readers see it."""
    cover_resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="SET NULL"), index=True)
    """Whose cover stands for it, where it has no picture of its own; None: the first that has one."""
    cover_key: Mapped[str] = mapped_column(String(100), default="")
    """Of a picture of its own (WebP) in storage."""
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """The same as a tiny WebP."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)

    institution: Mapped[Institution] = relationship()
    items: Mapped[list[CollectionItem]] = relationship(
        back_populates="collection",
        cascade="all, delete-orphan",
        order_by="CollectionItem.position, CollectionItem.id",
        passive_deletes=True,
    )


class CollectionItem(Base):
    """A resource in a collection."""

    __tablename__ = "collection_items"
    __table_args__ = (UniqueConstraint("collection_id", "resource_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    """Why it is here, for readers."""
    added_at: Mapped[datetime] = mapped_column(default=utcnow)

    collection: Mapped[Collection] = relationship(back_populates="items")
    resource: Mapped[Resource] = relationship()


class Featured(Base):
    """That the home page of an institution's readers shows a collection: its own, or one that others share."""

    __tablename__ = "featured_collections"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True)
    collection_id: Mapped[int] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
