"""Institutions and their platforms: how each was registered, what it was seen to do, and where its services failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow


class Institution(Base):
    """A university or a community centre."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    group_ids: Mapped[list[int]] = mapped_column(default=list, server_default="[]")
    """The groups to which it belongs (lti.groups), for a visit to read them with everything else."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class InstitutionGroup(Base):
    """A set of institutions that something is meant for. It never changes: another set is another group."""

    __tablename__ = "institution_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 (hex) of the ids in order, by which the same set is found again."""
    institution_ids: Mapped[list[int]]


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
    product: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """LTI's product_family_code ("moodle"); empty until the platform said it."""
    version: Mapped[str] = mapped_column(String(100), default="", server_default="")
    scopes: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What a dynamic registration was told that it may use; empty where registered by hand."""
    configuration_url: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """The openid-configuration that it registered itself with; empty where registered by hand."""
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


class Invitation(Base):
    """Leave to register platforms of one institution: the secret in the address that an administrator pastes."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, in hexadecimal; the token itself is shown once and kept nowhere."""
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    uses_left: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    institution: Mapped[Institution] = relationship()


class OperatorVisit(Base):
    """The operator's way in: an address printed by `lrc operator`, good for one opening, then a visit of some hours."""

    __tablename__ = "operator_visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    opened_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class Sighting(Base):
    """What the launches of a platform were last seen to bring; the registration doctor reads it."""

    __tablename__ = "sightings"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As lti.sightings writes them: "marks" (when each was last set), "clock_s", "refusals" (by reason)."""
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)


class ServiceFailure(Base):
    """A call to a platform's service that failed, with what the platform said."""

    __tablename__ = "service_failures"
    __table_args__ = (Index("ix_service_failures_platform_id_failed_at", "platform_id", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id", ondelete="CASCADE"))
    service: Mapped[str] = mapped_column(String(30))
    """"token", "score", "lineitems", "results", "memberships", "groups", "keys"."""
    url: Mapped[str] = mapped_column(String(1000))
    status: Mapped[int | None]
    """HTTP status; None where no answer came."""
    said: Mapped[str] = mapped_column(Text, default="")
    """The beginning of the answer as printable text, without tokens; or why none came."""
    failed_at: Mapped[datetime] = mapped_column(default=utcnow)
