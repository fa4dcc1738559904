"""A teacher's class in self-study: how it stands in each module, which questions are hard, one student's work."""

from __future__ import annotations

import math

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import spreadsheets
from catalog.models import Resource
from catalog.views.blueprint import as_table
from catalog.views.course import own_course
from lrc.db import session
from lrc.errors import BadInput, NotFound
from lrc.study import (
    allowances,
    attempts,
    classroom,
    classtable,
    hardquestions,
    memberwork,
    scoring,
    sheets,
    studies,
    tending,
)
from lrc.study.allowances import Grant
from lrc.study.classroom import State
from lrc.study.models import Attempt, Study
from lrc.study.views.blueprint import MODULE, blueprint
from lti.models import Context, Membership, Person
from lti.viewers import Role, role_required, viewer

CLASS = f"/class{MODULE}"
WORK = f"{CLASS}/people/<int(max=2147483647):person_id>"


@blueprint.get("/class")
@role_required(Role.TEACHER)
def course_class() -> str:
    """The modules that the course links, each with how many students stand where."""
    context = own_course()
    found = session.scalars(classroom.modules(context.id)).all()
    shown = [(each, classroom.counts(classroom.rows(session, context.id, each))) for each in found]
    return render_template("study/class/modules.html", context=context, modules=shown, states=classtable.STATES)


@blueprint.get(CLASS)
@role_required(Role.TEACHER)
def module_class(module_id: int) -> str:
    """The students, those who need help first, or only those in one state; and the hardest questions."""
    context = own_course()
    module = classroom.get_module(session, context.id, module_id)
    rows = classroom.rows(session, context.id, module)
    people = [row.study.person_id for row in rows if row.study is not None]
    state = request.args.get("state", "")
    return render_template(
        "study/class/module.html",
        context=context,
        module=module,
        rows=[row for row in rows if state not in set(State) or row.state == state],
        counts=classroom.counts(rows),
        state=state,
        states=classtable.STATES,
        hard=hardquestions.of_module(session, module, people),
        still_days=classroom.STILL_AFTER.days,
    )


@blueprint.get(f"{CLASS}/table.csv")
@role_required(Role.TEACHER)
def module_class_table(module_id: int) -> Response:
    context = own_course()
    module = classroom.get_module(session, context.id, module_id)
    lines = classtable.lines(classroom.rows(session, context.id, module))
    return as_table(lines, spreadsheets.file_name("modulo", context))


@blueprint.get(WORK)
@role_required()
def work(module_id: int, person_id: int) -> str:
    """What one student did in the module, for who teaches them, their tutor and who looks at the tutor's group.

    Moodle's gradebook leads here too (LTI Submission Review 1.0).
    """
    return _work_page(module_id, person_id)


@blueprint.post(f"{WORK}/grant")
@role_required()
def grant(module_id: int, person_id: int) -> str | Response:
    module, _person = _tended(module_id, person_id)
    try:
        wish = Grant(_number("extra_time_percent"), _number("extra_attempts"), request.form.get("reason", ""))
        allowances.grant(session, viewer, module, person_id, wish)
    except BadInput as error:
        return _again(module_id, person_id, "grant", error)
    flash(_("Guardado: vale desde ahora, también para el intento que esté abierto."), "success")
    return _back(module_id, person_id)


@blueprint.post(f"{WORK}/attempts/<int(max=2147483647):attempt_id>/override")
@role_required()
def override_attempt(module_id: int, person_id: int, attempt_id: int) -> str | Response:
    """Put other points in the place of what the attempt earned; none given: take them away again."""
    attempt = _attempt(module_id, person_id, attempt_id)
    try:
        attempts.override(session, viewer, attempt, _points(), request.form.get("reason", ""))
    except BadInput as error:
        return _again(module_id, person_id, f"override-{attempt_id}", error)
    flash(_("Guardado: la nota va camino a Moodle si el módulo la lleva."), "success")
    return _back(module_id, person_id)


@blueprint.post(f"{WORK}/attempts/<int(max=2147483647):attempt_id>/late")
@role_required()
def accept_late(module_id: int, person_id: int, attempt_id: int) -> str | Response:
    attempt = _attempt(module_id, person_id, attempt_id)
    try:
        attempts.accept_late(session, viewer, attempt, request.form.get("reason", ""))
    except BadInput as error:
        return _again(module_id, person_id, f"late-{attempt_id}", error)
    flash(_("Listo: las respuestas que llegaron tarde ahora cuentan."), "success")
    return _back(module_id, person_id)


def _work_page(module_id: int, person_id: int, *, error: str = "", error_at: str = "") -> str:
    g.kept_nowhere = True
    place = memberwork.find_place(session, viewer, module_id, person_id)
    may_tend = tending.may_tend(session, viewer, module_id, person_id)
    if not may_tend and place is None:
        raise NotFound
    module, person = session.get_one(Resource, module_id), session.get_one(Person, person_id)
    context = (
        session.get(Context, viewer.context_id) if tending.teaches(session, viewer, module_id, person_id) else None
    )
    study = studies.find(session, person_id, module_id)
    return render_template(
        "study/class/work.html",
        context=context,
        module=module,
        person=person,
        name=_name(person),
        place=place,
        may_tend=may_tend,
        study=study if study and not study.is_trial else None,
        content=studies.module_of(study) if study else None,
        tries=_tries(study) if study else [],
        scoring=scoring,
        granted=allowances.of(session, study) if study else Grant(),
        error=error,
        error_at=error_at,
    )


def _name(person: Person) -> str:
    """As the Moodle course has it that the viewer comes from, where the person is in it."""
    member = session.scalars(
        select(Membership).where(Membership.context_id == viewer.context_id, Membership.person_id == person.id)
    ).first()
    return (member.name if member else "") or person.name or _("Sin nombre (%(sub)s)", sub=person.sub)


def _tries(study: Study) -> list[dict[str, object]]:
    """The attempts, by quiz and number, with what was answered where they are submitted."""
    made: list[dict[str, object]] = []
    for attempt in session.scalars(scoring.of_study(study.id)):
        quiz = scoring.quiz_of(session, attempt)
        asked = {each.key: each for each in quiz.questions}
        marks = [
            (asked[key], mark, hardquestions.said(asked[key], attempt.seed, mark["response"]))
            for key, mark in attempt.marks.items()
            if key in asked
        ]
        late = sheets.late(session, attempt) if attempt.submitted_at else 0
        made.append({"attempt": attempt, "quiz": quiz, "marks": marks, "late": late})
    return made


def _tended(module_id: int, person_id: int) -> tuple[Resource, Person]:
    """The module and the student; NotFound unless the viewer teaches one with the other."""
    module = session.get(Resource, module_id)
    person = session.get(Person, person_id)
    if module is None or person is None or not tending.may_tend(session, viewer, module_id, person_id):
        raise NotFound
    return module, person


def _attempt(module_id: int, person_id: int, attempt_id: int) -> Attempt:
    _tended(module_id, person_id)
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or (attempt.study.module_id, attempt.study.person_id) != (module_id, person_id):
        raise NotFound
    return attempt


def _number(name: str) -> int:
    given = request.form.get(name, "").strip() or "0"
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise BadInput(_("Escribe un número entero."))
    return int(given)


def _points() -> float | None:
    given = request.form.get("points", "").strip().replace(",", ".")
    if not given:
        return None
    try:
        points = float(given)
    except ValueError:
        points = math.nan
    if not math.isfinite(points):
        raise BadInput(_("Escribe los puntos con un número, por ejemplo 7,5."))
    return points


def _again(module_id: int, person_id: int, where: str, error: BadInput) -> Response:
    return Response(
        _work_page(module_id, person_id, error=str(error.message), error_at=where),
        status=error.status,
        mimetype="text/html",
    )


def _back(module_id: int, person_id: int) -> Response:
    return redirect(url_for(".work", module_id=module_id, person_id=person_id), 303)
