"""Moving on to a newer version of a module without losing what was read, passed and answered; staying is as good."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Version, VersionState
from lrc.study import progress, studies
from lrc.study.models import Study


def newer(session: Session, study: Study) -> Version | None:
    """The published version of the module, where it is newer than the study's."""
    published = session.scalars(
        select(Version).where(Version.resource_id == study.module_id, Version.state == VersionState.PUBLISHED)
    ).one_or_none()
    if published is None or published.id == study.version_id:
        return None
    number = session.scalar(select(Version.number).where(Version.id == study.version_id)) or 0
    return published if published.number > number else None


def move_on(session: Session, study: Study) -> None:
    """Put the study into the newer version; where there is none it stays.

    Parts are known by their keys: what was read and passed counts on where the part is still there, an attempt that
    is open ends with the questions it began with, and having finished stays. Holds the study.
    """
    studies.hold(session, study)
    version = newer(session, study)
    if version is None:
        return
    study.version_id = version.id
    if studies.part_of(studies.module_of(study), study.last_part) is None:
        study.last_part = ""
    progress.refresh(session, study)
