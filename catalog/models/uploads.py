"""Files on their way: what a browser sends to storage in parts, before there is a resource."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lrc.db import Base, utcnow


class Upload(Base):
    """A file that somebody sends in parts; which parts have come, storage knows."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """Its random name in addresses."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    """Under which storage will hold it."""
    storage_id: Mapped[str] = mapped_column(String(500))
    """By which storage knows the upload in parts; empty once they are put together."""
    name: Mapped[str] = mapped_column(String(255))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    """As the browser said before sending."""
    part_bytes: Mapped[int]
    """Of every part but the last."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """In hex, as the browser said; empty where it did not. Checked before a resource is made."""
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was typed beside it, as far as it is known."""
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="SET NULL"), index=True)
    """What became of it."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    """The material whose file it is to take the place of, or to be a new version of; None: it makes another one."""
    began_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
