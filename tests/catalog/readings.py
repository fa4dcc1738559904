"""Files that wait to be read, and tasks that take them."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalog import claims
from catalog.claims import Claim
from catalog.models import File, FileState, ResourceState
from catalog.reading import PageText, Reading
from lrc.db import transaction, utcnow
from lrc.storage import current_storage
from tests import factories

TEXT = "La quinua crece en la puna.\n\nSe cosecha en mayo."
STALE_S = 60.0
LONG_AGO = timedelta(seconds=1000)
FOUND = Reading("text/plain", "es", [PageText(1, "", "Uno"), PageText(2, "Dos", "Dos")], b"", b"")


def received(session: Session, text: str = TEXT, *, stored: bool = True, **columns: Any) -> File:
    """A file that waits to be read, its bytes in storage where ``stored``."""
    resource = factories.resource(session, state=ResourceState.DRAFT)
    assert resource.file is not None
    resource.file.state = FileState.RECEIVED
    if stored:
        resource.file.key = current_storage().save(io.BytesIO(text.encode()), kind="files")
        resource.file.sha256 = hashlib.sha256(text.encode()).hexdigest()
    for name, value in columns.items():
        setattr(resource.file, name, value)
    session.commit()
    return resource.file


def now(session: Session, file: File) -> File:
    """The file as the database has it now."""
    session.rollback()
    session.refresh(file)
    return file


def take(file: File) -> Claim | None:
    with transaction() as own:
        return claims.take(own, file.id, STALE_S)


def grow_old(session: Session, file: File) -> None:
    now(session, file).claimed_at = utcnow() - LONG_AGO
    file.sent_at = utcnow() - LONG_AGO
    session.commit()
