"""Opens the practice library: registers the LMS, fills the shelves, and leaves something to review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import importing, library, uploads
from catalog.importing import Refusal, Source, Tally
from catalog.models import Resource
from catalog.vocabularies import shipped
from lrc.config import Settings
from lrc.db import transaction
from lrc.practice import beginnings, coursework, curating, registration, shelf, studying, visiting
from lrc.practice.classroom import COURSES, PEOPLE
from lrc.practice.shelf import ShelfItem
from lrc.practice.visiting import Door
from lti.models import Platform
from lti.viewers import Viewer

_TEACHER, _LIBRARIAN, _COURSE = "5", "7", "3"
_TO_REVIEW = frozenset({"planificar-una-clase"})
"""What the teacher has uploaded and the librarian has not yet seen; the damaged file is among the teacher's too."""


def open_library(settings: Settings) -> int:
    """Do it all; what is there already stays as it is. Returns how many files came in and wait to be read."""
    with transaction() as session:
        platform = registration.register(session, settings)
        institution_id = platform.institution_id
    shipped.bring()
    with TemporaryDirectory(dir=settings.scratch_path) as folder:
        items = shelf.build(Path(folder))
        uploaded = [item for item in items if item.damaged or item.id in _TO_REVIEW]
        imported = [item for item in items if item not in uploaded]
        count = _import(imported, Path(folder), settings, institution_id)
        count += sum(_upload(item, settings) for item in uploaded)
    if settings.mode == "demo":
        _open_courses(settings)
        with transaction() as session:
            door = Door(session, settings, registration.register(session, settings))
            visiting.visit(door)
            studying.study_all(door)
            curating.curate(door)
    return count


def _open_courses(settings: Settings) -> None:
    with transaction() as session:
        door = Door(session, settings, registration.register(session, settings))
        library_of_course = beginnings.fresh(settings).activities[COURSES[_COURSE].activity_id]
        teacher, librarian = (door.enter(PEOPLE[each], library_of_course) for each in (_TEACHER, _LIBRARIAN))
        # The courses' lessons hold texts of the shelf, which the teacher and the librarian may see by now.
        coursework.publish_all(door, teacher, librarian)


def _import(items: Iterable[ShelfItem], folder: Path, settings: Settings, institution_id: int) -> int:
    records = folder / "records.jsonl"
    records.write_text("".join(json.dumps(_record(item)) + "\n" for item in items), encoding="utf-8")
    tally = Tally(_unexpected)
    with records.open("rb") as stream:
        for _ in importing.run(Source(stream, folder, settings.max_upload_bytes, institution_id), tally):
            pass
    return tally.files


def _record(item: ShelfItem) -> dict[str, object]:
    described = asdict(item)
    described.update(file=item.path.name, creator=described.pop("creators"), subject=described.pop("subjects"))
    del described["path"], described["damaged"]
    return described


def _unexpected(refusal: Refusal) -> None:
    raise ValueError(f"the demo's own record {refusal.id} was refused: {refusal.reason}")


def _upload(item: ShelfItem, settings: Settings) -> bool:
    """Take an item in as the teacher would; False where it came in before."""
    data = item.path.read_bytes()
    with transaction() as session:
        known = session.scalar(select(func.count()).where(Resource.title == item.title))
        teacher = _teacher(session, settings)
    if known:
        return False
    with item.path.open("rb") as stream:
        received = uploads.Received(stream, item.path.name, len(data), hashlib.sha256(data).hexdigest())
        with uploads.stored(received) as stored, transaction() as session:
            details = library.Details(item.title, item.description, item.language, library.LICENSES[0])
            library.add(session, teacher, details, stored)
    return True


def _teacher(session: Session, settings: Settings) -> Viewer:
    """The teacher as a first launch makes them known."""
    of_demo = Platform.issuer == settings.practice_url, Platform.client_id == beginnings.CLIENT_ID
    platform = session.scalars(select(Platform).where(*of_demo)).one()  # an administrator may have registered others
    library_of_course = beginnings.fresh(settings).activities[COURSES[_COURSE].activity_id]
    return Door(session, settings, platform).enter(PEOPLE[_TEACHER], library_of_course)
