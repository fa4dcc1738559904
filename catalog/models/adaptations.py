"""Which resources are made out of which, so that the first can be asked for what came of it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lrc.db import Base


class Adaptation(Base):
    """That a resource names another as what it is adapted from (catalog.adaptations, which alone writes it)."""

    __tablename__ = "adaptations"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    source_record_id: Mapped[str] = mapped_column(String(255), primary_key=True, index=True)
    """The name under which the source is exchanged; it may have come to us later, or be gone."""
