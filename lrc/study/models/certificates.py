"""Certificates, who signs them, and the keys that sign their badges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models import Person


class Certificate(Base):
    """That somebody finished a course, as it is on the paper. Only its revocation ever changes."""

    __tablename__ = "certificates"
    __table_args__ = (Index("ix_certificates_person_id", "person_id"), Index("ix_certificates_course_id", "course_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """What is typed or scanned to verify it: unguessable."""
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id", ondelete="SET NULL"))
    course_id: Mapped[int] = mapped_column(ForeignKey("resources.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    name: Mapped[str] = mapped_column(String(200))
    """As the person confirmed it."""
    course_title: Mapped[str] = mapped_column(String(500))
    effort_minutes: Mapped[int]
    institution_name: Mapped[str] = mapped_column(String(255))
    signatory_name: Mapped[str] = mapped_column(String(200))
    signatory_post: Mapped[str] = mapped_column(String(200))
    cohort_title: Mapped[str] = mapped_column(String(200), default="")
    """Of a tutored diploma; empty for self-study."""
    starts_and_ends: Mapped[list[str]] = mapped_column(default=list)
    """Of a tutored diploma: the first and last day (ISO 8601)."""
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The tutor who approved a diploma."""
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(Text, default="")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)

    @property
    def is_diploma(self) -> bool:
        """Whether the paper is called a diploma: of a tutor's group."""
        return bool(self.cohort_title)


class Approval(Base):
    """What a tutor decided on a diploma; without a row nobody has yet."""

    __tablename__ = "approvals"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), primary_key=True)
    is_approved: Mapped[bool]
    remark: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow)


class Signatory(Base):
    """Who signs an institution's certificates."""

    __tablename__ = "signatories"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(default=utcnow)


class BadgeKey(Base):
    """A key that signs badges. Its public half is served for good: what it signed must stay verifiable."""

    __tablename__ = "badge_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    public_jwk: Mapped[dict[str, Any]]
    private_sealed: Mapped[str] = mapped_column(Text, default="")
    """PEM sealed as lti.sealing does; empty once the key signs no more."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
