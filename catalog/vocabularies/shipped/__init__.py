"""The vocabularies that come with the tool, as Turtle, and that they are here (docs/decisions tells whose they are)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Vocabulary, VocabularyUse
from catalog.vocabularies import reading, taking
from catalog.vocabularies.taking import Wanted
from lrc.db import transaction

USES = {
    "oecd-ford": VocabularyUse.SUBJECTS,
    "coar-resource-types": VocabularyUse.TYPES,
    "coar-access-rights": VocabularyUse.ACCESS,
}
"""By short name, which is also the name of the file."""
_OURS = "shipped:"
_FOLDER = Path(__file__).resolve().parent


def bring() -> list[str]:
    """Take in what is not here yet, or has changed with the tool; returns their names.

    What somebody put in the place of one (another file of the same vocabulary) is left alone.
    """
    return [name for name in USES if _bring(name)]


def is_ours(vocabulary: Vocabulary) -> bool:
    """Whether it is as it came with the tool, which would bring it again."""
    return vocabulary.digest.startswith(_OURS)


def _bring(name: str) -> bool:
    file = _FOLDER / f"{name}.ttl"
    digest = _OURS + sha256(file.read_bytes()).hexdigest()[:56]
    with transaction(writing=False) as session:
        if not _is_wanted(session, name, digest):
            return False
    told = reading.read(file)
    with transaction() as session:
        here = session.scalar(select(Vocabulary).where(Vocabulary.uri == told.uri))
        if here is not None and not is_ours(here):
            return False
        taking.take(session, told, Wanted(name, USES[name] if here is None else None, digest))
    return True


def _is_wanted(session: Session, name: str, digest: str) -> bool:
    held = session.scalar(select(Vocabulary.digest).where(Vocabulary.name == name))
    return held is None or (held.startswith(_OURS) and held != digest)
