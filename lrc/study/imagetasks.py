"""The task that sweeps images: those that nothing written ever names, and bytes that no row names."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, String, cast, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.models import Version
from lrc.celery import READING, every, task
from lrc.db import transaction, utcnow
from lrc.storage import current_storage
from lrc.study import drafts
from lrc.study.images import IMAGES
from lrc.study.models import Draft, Image, Part, Save

log = logging.getLogger(__name__)
SWEEP_IMAGES = "study.sweep_images"
SWEEP_EVERY_S = 24 * 3600.0
UNUSED_FOR = timedelta(days=30)
# Bytes come before their row; what is younger may still get one.
_ORPHAN_AGE = timedelta(days=1)
_AT_ONCE = 500


def schedule() -> None:
    """Have beat sweep now and then."""
    every(SWEEP_EVERY_S, SWEEP_IMAGES)


@task(SWEEP_IMAGES, queue=READING)
def sweep_images() -> None:
    """Delete images that were added long ago and are named nowhere, also not in what an author could go back to."""
    with transaction(writing=False) as session:
        candidates = session.execute(unused()).all()
    deleted = 0
    for image_id, resource_id in candidates:
        with transaction() as session:
            drafts.hold(session, resource_id)  # nobody may be putting it into a text at this moment
            image = session.scalars(_unused().where(Image.id == image_id)).one_or_none()
            if image is not None:
                session.delete(image)
                deleted += 1
    orphans = _delete_orphans()
    if deleted or orphans:
        log.info("swept images: %s that nothing named, bytes of %s that no row named", deleted, orphans)


def unused() -> Select[int, int]:
    """Ids of the images that nothing written names, and of what they belong to."""
    return _unused().with_only_columns(Image.id, Image.resource_id)


def _unused() -> Select[Image]:
    in_saves = exists().where(Save.part_id == Part.id, Part.module_id == Image.resource_id, _names(Save.content))
    return select(Image).where(
        Image.added_at < utcnow() - UNUSED_FOR,
        ~exists().where(Draft.resource_id == Image.resource_id, _names(Draft.head)),
        ~exists().where(Part.module_id == Image.resource_id, _names(Part.content)),
        ~exists().where(Version.resource_id == Image.resource_id, _names(Version.content)),
        ~in_saves,
    )


def _names(content: InstrumentedAttribute[dict[str, object]]) -> ColumnElement[bool]:
    return cast(content, String).contains(Image.name)


def _delete_orphans() -> int:
    """Delete bytes that no row names, how many; those of a row that was just deleted wait until they are old enough."""
    old = list(current_storage().keys(IMAGES, before=utcnow() - _ORPHAN_AGE))
    orphans: list[str] = []
    with transaction(writing=False) as session:
        for start in range(0, len(old), _AT_ONCE):
            orphans += _unnamed(session, old[start : start + _AT_ONCE])
    for key in orphans:
        current_storage().delete(key)
    return len(orphans)


def _unnamed(session: Session, keys: Sequence[str]) -> list[str]:
    named = set(session.scalars(select(Image.key).where(Image.key.in_(keys))))
    return [key for key in keys if key not in named]
