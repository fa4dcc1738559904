"""A course's page, for who is in it and who might be: enrolling, leaving, coming back."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from catalog import cohorts, enrolments, library, versions
from catalog.models import Course, Enrolment, Kind, Resource, ResourceState
from lrc.db import release, session, transaction
from lrc.errors import Conflict, NotFound
from lrc.study import listening, marks, syllabus, tutoring, writing
from lrc.study.models import Image
from lrc.study.views.blueprint import blueprint
from lrc.study.views.numbers import whole
from lti import gradewords
from lti.models import Institution
from lti.viewers import role_required, viewer
from search.levels import LEVELS
from search.views.clicks import came_by_search

log = logging.getLogger(__name__)
COURSE = "/courses/<int(max=2147483647):course_id>"


class Gone(Conflict):
    """A course that somebody is in and that they cannot open any more."""

    title = lazy_gettext("Este curso no está abierto")
    message = lazy_gettext("Este curso ya no está disponible: la biblioteca lo retiró, o es solo para otra aula.")
    advice = lazy_gettext("Lo que hiciste queda guardado, y sus módulos siguen en «Mis estudios».")


@dataclass(frozen=True)
class Seen:
    """A course as the viewer may see it, and their place in it."""

    resource: Resource
    enrolment: Enrolment | None

    @property
    def is_open(self) -> bool:
        return self.resource.state is ResourceState.PUBLISHED


@blueprint.get(COURSE, endpoint="course")
@role_required()
def show(course_id: int) -> str | Response:
    _settle(enrolments.find(session, viewer.person_id, course_id))
    seen = _get(course_id)
    came_by_search()
    facts = session.get(Course, course_id)
    if facts is None:  # it was never published
        if writing.writes(session, viewer, seen.resource):
            return redirect(url_for(".write_course", course_id=course_id))
        return redirect(url_for(".review_version", resource_id=course_id))
    return _page(seen, facts)


def _page(seen: Seen, facts: Course) -> str:
    course, enrolment = seen.resource, seen.enrolment
    lines = syllabus.of_courses(session, viewer, [course.id]).get(course.id, [])
    version = versions.published(session, course.id)
    return render_template(
        "study/course.html",
        course=course,
        facts=facts,
        seen=seen,
        enrolment=enrolment,
        lines=lines,
        going_on=syllabus.next_line(lines),
        next_part=syllabus.next_part,
        count_parts=syllabus.count_parts,
        groups=cohorts.current(session, [course.id]).get(course.id, []),
        group=_own_group(enrolment),
        version=version,
        cover=_cover(course, str(version.content.get("cover", "")) if version else ""),
        institution=session.get(Institution, course.institution_id) if course.institution_id else None,
        approval=tutoring.find_approval(session, enrolment),
        marks=marks.of_course(session, viewer, course),
        gradewords=gradewords,
        levels=LEVELS,
        may_write=writing.writes(session, viewer, course),
        may_run=cohorts.may_run(session, viewer, course),
    )


@blueprint.post(COURSE + "/enrol", endpoint="enrol")
@role_required()
def enrol(course_id: int) -> Response:
    """Enrol in the group that the form names, or by oneself."""
    course = _visible(course_id)
    chosen = request.form.get("cohort", type=whole)
    enrolments.enrol(session, viewer, course, cohorts.get(session, course_id, chosen) if chosen else None)
    flash(_("Ya estás en el curso. Empieza por el primer módulo cuando quieras."), "success")
    return redirect(url_for(".course", course_id=course_id), 303)


@blueprint.post(COURSE + "/leave", endpoint="leave_course")
@role_required()
def leave(course_id: int) -> Response:
    enrolments.leave(session, viewer, _get(course_id, whatever=True).resource)
    flash(_("Dejaste el curso. Lo que hiciste queda guardado y puedes volver cuando quieras."), "success")
    return redirect(url_for(".mine"), 303)


@blueprint.post(COURSE + "/return", endpoint="come_back")
@role_required()
def come_back(course_id: int) -> Response:
    enrolments.come_back(session, viewer, _visible(course_id))
    flash(_("¡Qué bueno que volviste! Todo está donde lo dejaste."), "success")
    return redirect(url_for(".course", course_id=course_id), 303)


def _visible(course_id: int) -> Resource:
    found = session.scalar(library.visible_to(viewer).where(Resource.id == course_id, Resource.kind == Kind.COURSE))
    if found is None:
        raise NotFound
    return found


def _get(course_id: int, *, whatever: bool = False) -> Seen:
    """The course. Gone where the viewer is in it but may not see it now (unless ``whatever``); else NotFound."""
    enrolment = enrolments.find(session, viewer.person_id, course_id)
    try:
        return Seen(_visible(course_id), enrolment)
    except NotFound:
        if enrolment is None:
            raise
        if not whatever:
            raise Gone from None
        return Seen(enrolment.course, enrolment)


def _settle(enrolment: Enrolment | None) -> None:
    """Note that the course is finished where nothing was learnt for it to be, in a transaction of its own."""
    if enrolment is None or not listening.is_due(session, enrolment):
        return
    try:
        with transaction() as own:
            listening.settle(own, own.get_one(Enrolment, enrolment.id))
    except OperationalError as error:
        log.warning("that enrolment %s is finished was not noted: %s", enrolment.id, error.orig)
    release()  # what follows is to see it


def _own_group(enrolment: Enrolment | None) -> cohorts.Standing | None:
    if enrolment is None or enrolment.cohort is None:
        return None
    return cohorts.standing(session, enrolment.cohort)


def _cover(course: Resource, name: str) -> Image | None:
    if not name:
        return None
    return session.scalars(select(Image).where(Image.resource_id == course.id, Image.name == name)).first()
