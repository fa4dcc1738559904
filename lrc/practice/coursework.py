"""The courses of the demo: taken in from their folders, reviewed and published as a teacher and a librarian would."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review
from catalog.models import Kind, Resource
from lrc.practice.visiting import Door
from lrc.study import coursechecks, handingin, signatories
from lrc.study.exchange import disk, folders, taking
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lti.viewers import Viewer

_SIGNATORY = ("Directora del centro (de práctica)", "Centro de Recursos para el Aprendizaje")


def build(folder: Path) -> list[CourseFolder]:
    """The demo's courses as their folders say."""
    read = [folders.read(disk.read(each)) for each in sorted(folder.iterdir()) if each.is_dir()]
    return [each for each in read if isinstance(each, CourseFolder)]


def publish_all(door: Door, teacher: Viewer, librarian: Viewer) -> int:
    """Publish the courses with their modules; those that are there stay as they are. Returns how many came in."""
    with resources.as_file(resources.files(__package__) / "courses") as folder:
        wanted = build(folder)
    known = set(door.session.scalars(select(Resource.record_id).where(Resource.kind == Kind.COURSE)))
    coming = [each for each in wanted if each.record_id not in known]
    for each in coming:
        for module in each.modules:
            _publish_module(door.session, teacher, librarian, module)
        _publish_course(door.session, teacher, librarian, each)
    if coming and signatories.find(door.session, librarian.institution_id) is None:
        signatories.put(door.session, librarian, *_SIGNATORY)
    return len(coming)


def _publish_module(session: Session, teacher: Viewer, librarian: Viewer, folder: ModuleFolder) -> None:
    module = taking.take_module(session, teacher, folder, {})
    module.record_id = folder.record_id
    handingin.hand_in(session, teacher, module, "")
    review.publish(session, librarian, module)


def _publish_course(session: Session, teacher: Viewer, librarian: Viewer, folder: CourseFolder) -> None:
    course = taking.take_course(session, teacher, CourseFolder(folder.course), [{}])
    course.record_id = folder.record_id
    coursechecks.hand_in(session, teacher, course, "")
    review.publish(session, librarian, course)
