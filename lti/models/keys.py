"""Keys and tokens: our RSA keys, the platforms' key sets as last fetched, and the access tokens they gave us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lrc.db import Base, utcnow


class ToolKey(Base):
    """One of our RSA keys; the public half is served in our key set."""

    __tablename__ = "tool_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    private_pem: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    signs_from: Mapped[datetime | None]
    """From when we sign with it, so that platforms see a new key first; None: from its making."""
    retired_at: Mapped[datetime | None]
    """Since when nothing is signed with it; its public half is served for a while longer."""


class PlatformKeySet(Base):
    """A platform's JSON Web Key Set as last fetched, shared by all web processes."""

    __tablename__ = "platform_key_sets"

    jwks_url: Mapped[str] = mapped_column(String(1000), primary_key=True)
    keys: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fetched_at: Mapped[datetime | None]
    """When ``keys`` came; None until they came once."""
    tried_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When somebody last set out to fetch them: forged tokens must not make us ask the platform again and again."""


class ServiceToken(Base):
    """An access token that a platform gave us for its services, shared by all processes until it ends."""

    __tablename__ = "service_tokens"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    scopes: Mapped[str] = mapped_column(String(700), primary_key=True)
    """Sorted, with single blanks between."""
    sealed: Mapped[str] = mapped_column(Text)
    """The token, encrypted like our private keys."""
    expires_at: Mapped[datetime]
