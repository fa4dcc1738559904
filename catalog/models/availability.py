"""What was reviewed and is to be published on a later day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import Resource
from lrc.db import Base, utcnow
from lti.models import Person


class Scheduling(Base):
    """That a librarian, having reviewed a resource that waits, lets it be published on a day."""

    __tablename__ = "schedulings"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    publish_on: Mapped[date] = mapped_column(Date, index=True)
    fingerprint: Mapped[str] = mapped_column(Text)
    """Of what was reviewed (catalog.review): anything else in its place is not published."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    missed_at: Mapped[datetime | None]
    """When its day had come, but it was not what was reviewed any more; until somebody decides anew."""

    resource: Mapped[Resource] = relationship()
    person: Mapped[Person | None] = relationship()
