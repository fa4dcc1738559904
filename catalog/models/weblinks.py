"""Addresses elsewhere in the web to which resources lead, and whether something answers there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource, enum_of
from lrc.db import Base, utcnow


class WebLinkState(StrEnum):
    """Whether an address still leads to what it led to."""

    UNKNOWN = "unknown"  # never asked, or it does not let us look
    ALIVE = "alive"
    MOVED = "moved"  # for good, to another address that answers
    DEAD = "dead"  # it failed again and again


class WebLink(Base):
    """The address to which a resource leads: the first of its identifiers that is one, which remains the truth."""

    __tablename__ = "weblinks"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    """SHA-256 (hex) of what makes two addresses the same (catalog.weblinks.addresses.same)."""
    host: Mapped[str] = mapped_column(String(255))
    state: Mapped[WebLinkState] = mapped_column(enum_of(WebLinkState), default=WebLinkState.UNKNOWN, index=True)
    since: Mapped[datetime] = mapped_column(default=utcnow)
    """When it came to be in this state."""
    status: Mapped[int] = mapped_column(default=0)
    """What was answered last, in HTTP's numbers; 0 where nothing was."""
    failure: Mapped[str] = mapped_column(String(40), default="")
    """Why the last try did not end well: a code of catalog.weblinks.sentences."""
    tries: Mapped[int] = mapped_column(default=0)
    """How many failed one after the other."""
    failing_at: Mapped[datetime | None]
    """When the first of them did."""
    moved_to: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    """When it is to be asked again."""
    is_to_be_read: Mapped[bool] = mapped_column(default=False)
    """Whether what its page says of itself is still to be read: somebody pasted it."""
    offered: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the page says of itself, to be offered to who describes it, as File.offered."""

    resource: Mapped[Resource] = relationship()
