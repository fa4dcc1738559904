"""Logins, people and their launches, and what a teacher has picked while choosing contents for a course."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models.courses import Context
from lti.models.platforms import Institution, Platform


class Login(Base):
    """A login that we began (OpenID Connect third-party initiated): its state, the nonce bound to it, and its end."""

    __tablename__ = "logins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    storage_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """SHA-256 of the secret kept in the platform's storage for a browser without cookies; empty with cookies."""
    storage_target: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """LTI's lti_storage_target: the frame of the platform that keeps it ("_parent" or a name)."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    platform: Mapped[Platform] = relationship()


class Person(Base):
    """Somebody of one platform: issuer + sub. Name and email may be missing, and may appear later."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("platform_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    sub: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255), default="")
    folded_name: Mapped[str] = mapped_column(String(520), default="")
    """Name and email in lower case without accents, which the People page searches and sorts by."""
    email: Mapped[str] = mapped_column(String(255), default="")
    is_librarian: Mapped[bool] = mapped_column(Boolean, default=False)
    """Appointed by an administrator of the institution on the People page."""
    last_roles: Mapped[list[str]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime] = mapped_column(default=utcnow)

    platform: Mapped[Platform] = relationship()
    institution: Mapped[Institution] = relationship()


class StoredLaunch(Base):
    """A verified launch: who, from which context, in which roles. The browser's cookie holds its id only."""

    __tablename__ = "launches"
    __table_args__ = (
        Index("ix_launches_expires_at", "expires_at"),
        Index("uq_launches_bearer_hash", "bearer_hash", unique=True),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    context_id: Mapped[int | None] = mapped_column(ForeignKey("contexts.id"))
    roles: Mapped[list[str]]
    message_type: Mapped[str] = mapped_column(String(100))
    claims: Mapped[dict[str, Any]]
    """What pages need of it: see lti.launches.receive."""
    bearer_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the secret in the addresses of a visit without cookies; None for visits with them."""
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What a cookie would hold (messages to show, language) in a visit without cookies."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    context: Mapped[Context | None] = relationship()


class Pick(Base):
    """Something ticked in the picker, to be put into the course; it ends with the launch."""

    __tablename__ = "picks"
    __table_args__ = (UniqueConstraint("launch_id", "kind", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    launch_id: Mapped[str] = mapped_column(ForeignKey("launches.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    """What is linked: one of lti.messages.KINDS."""
    target: Mapped[str] = mapped_column(String(300))
    """Our id of it: a resource's record_id, or the words of a search."""
    title: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(String(2000), default="")
    maximum: Mapped[int | None]
    """The grade's maximum, 1 to 100; None where it is not graded."""
    version: Mapped[int | None]
    """The number of the version that its link stays with; None: it follows the one in force."""
