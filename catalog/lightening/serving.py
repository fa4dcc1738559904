"""Which version of a file its reader gets: the original or a lighter one, and neither where it is known to be bad."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from catalog.fixity import damage
from catalog.lightening.claims import LIGHT
from catalog.models import File, FixityCheck, Rendition

WEIGHTS = ("light", "full")
"""What a reader may choose."""


@dataclass(frozen=True)
class Served:
    """What is served of a file, what else there is of it, and what is wrong with the original."""

    file: File
    stored: File | Rendition | None
    """None where nothing of it is sound."""
    light: Rendition | None
    damage: FixityCheck | None

    @property
    def is_light(self) -> bool:
        return self.stored is not None and self.stored is self.light

    @property
    def size_bytes(self) -> int:
        return self.stored.size_bytes if self.stored else 0

    @property
    def media_type(self) -> str:
        return self.stored.media_type if self.stored else ""

    @property
    def weight(self) -> str:
        """One of WEIGHTS, for the addresses that lead to the same version."""
        return WEIGHTS[0] if self.is_light else WEIGHTS[1]


def choose(session: Session, file: File, *, wants_light: bool) -> Served:
    """What to serve; where only one of them is sound, that one, whatever is wanted."""
    bad = select(FixityCheck).where(FixityCheck.file_id == file.id, FixityCheck.damaged_at.is_not(None))
    checks = {each.key: each for each in session.scalars(bad)}
    light = next((each for each in file.renditions if each.kind in LIGHT and each.key not in checks), None)
    wrong = checks.get(file.key)
    original = None if wrong else file
    stored = (light or original) if wants_light else (original or light)
    return Served(file, stored, light, wrong)


def check_sound(session: Session, served: Served) -> File | Rendition:
    """What is served; Conflict, in words for its reader, where nothing is."""
    if served.stored is None:
        damage.check_sound(session, served.file)
    assert served.stored is not None  # noqa: S101 - else the line above has raised
    return served.stored


def light_of(session: Session, resource_ids: Collection[int]) -> dict[int, Rendition]:
    """The sound lighter versions of many resources' files, by resource, in one query."""
    if not resource_ids:
        return {}
    found = session.execute(
        select(File.resource_id, Rendition)
        .join(Rendition.file)
        .where(File.resource_id.in_(resource_ids), Rendition.kind.in_(LIGHT), ~_IS_DAMAGED)
    )
    return {resource_id: light for resource_id, light in found.all() if resource_id is not None}


def light_beside(session: Session, file_ids: Collection[int]) -> dict[int, Rendition]:
    """As light_of, by file."""
    if not file_ids:
        return {}
    query = select(Rendition).where(Rendition.file_id.in_(file_ids), Rendition.kind.in_(LIGHT), ~_IS_DAMAGED)
    return {each.file_id: each for each in session.scalars(query)}


_IS_DAMAGED = exists().where(FixityCheck.key == Rendition.key, FixityCheck.damaged_at.is_not(None))
