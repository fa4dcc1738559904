"""What we keep of those who ask: institutions, platforms, deployments, keys, people, contexts, launches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow


class Institution(Base):
    """A university or a community centre."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Platform(Base):
    """An institution's Moodle, as registered with us: LTI 1.3 issuer and client_id."""

    __tablename__ = "platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_login_url: Mapped[str] = mapped_column(String(1000))
    auth_token_url: Mapped[str] = mapped_column(String(1000))
    jwks_url: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    institution: Mapped[Institution] = relationship()
    deployments: Mapped[list[Deployment]] = relationship(back_populates="platform", cascade="all, delete-orphan")


class Deployment(Base):
    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))

    platform: Mapped[Platform] = relationship(back_populates="deployments")


class ToolKey(Base):
    """One of our RSA keys; the public half is served in our key set."""

    __tablename__ = "tool_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    private_pem: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    retired_at: Mapped[datetime | None]


class PlatformKeySet(Base):
    """A platform's JSON Web Key Set as last fetched, shared by all web processes."""

    __tablename__ = "platform_key_sets"

    jwks_url: Mapped[str] = mapped_column(String(1000), primary_key=True)
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fetched_at: Mapped[datetime | None]
    """When ``keys`` came; None until they came once."""
    tried_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When somebody last set out to fetch them: forged tokens must not make us ask the platform again and again."""


class Login(Base):
    """A login that we began (OpenID Connect third-party initiated): its state, the nonce bound to it, and its end."""

    __tablename__ = "logins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


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


class Context(Base):
    """The Moodle course that a launch came from."""

    __tablename__ = "contexts"
    __table_args__ = (UniqueConstraint("platform_id", "context_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(500), default="")


class StoredLaunch(Base):
    """A verified launch: who, from which context, in which roles. The browser's cookie holds its id only."""

    __tablename__ = "launches"
    __table_args__ = (Index("ix_launches_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    context_id: Mapped[int | None] = mapped_column(ForeignKey("contexts.id"))
    roles: Mapped[list[str]]
    message_type: Mapped[str] = mapped_column(String(100))
    claims: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    context: Mapped[Context | None] = relationship()
