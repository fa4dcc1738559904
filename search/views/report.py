"""Librarians' pages of what was sought: the report, its file, and the tasks that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lrc import spreadsheets
from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti.viewers import Role, Viewer, role_required, viewer
from search import soughtreport, worklist
from search.models import SearchTask, TaskKind
from search.soughtreport import PERIODS, Asked, Choice, Scope, View
from search.views.blueprint import blueprint
from search.worklist import Standing

AREA = "/library/search"
NUMBER = "int(max=2147483647)"
TASK_NAMES = {
    TaskKind.SYNONYM: lazy_gettext("Sinónimo"),
    TaskKind.PURCHASE: lazy_gettext("Compra"),
    TaskKind.RECORD: lazy_gettext("Nueva ficha"),
    TaskKind.ANSWER: lazy_gettext("Respuesta"),
}
C = TypeVar("C", View, Scope, Standing, TaskKind)


@blueprint.app_template_filter("task_name")
def task_name(kind: TaskKind) -> str:
    """What a task is about."""
    return str(TASK_NAMES[kind])


def member(kinds: type[C], text: str, default: C) -> C:
    """The member whose value was asked for; the default where it is none."""
    return next((each for each in kinds if each.value == text), default)


@blueprint.get(AREA)
@role_required(Role.LIBRARIAN)
def report() -> str:
    choice = _choice()
    stretch = soughtreport.report(session, viewer, choice, request.args.get("page", 1, type=int))
    return render_template(
        "search/librarian/report.html",
        choice=choice,
        stretch=stretch,
        periods=PERIODS,
        tasks=worklist.open_by_words(session, viewer, [row.words for row in stretch.items]),
        kinds=list(TaskKind),
    )


@blueprint.get(AREA + "/report.csv")
@role_required(Role.LIBRARIAN)
def report_file() -> Response:
    choice = _choice()
    rows = soughtreport.everything(session, viewer, choice)
    return spreadsheets.download(_lines(rows), f"busquedas-{choice.view.value}-{choice.days}.csv")


@blueprint.get(AREA + "/tasks")
@role_required(Role.LIBRARIAN)
def tasks() -> str:
    return _tasks_page()


@blueprint.post(AREA + "/tasks")
@role_required(Role.LIBRARIAN)
def add_task() -> Response:
    """Make a row of the report a task, and lead to where it is done if that is in the tool."""
    kind = member(TaskKind, request.form.get("kind", ""), TaskKind.ANSWER)
    task = worklist.add(session, viewer, request.form.get("words", ""), kind)
    flash(_("Ya es una tarea: está en la lista."), "success")
    if kind is TaskKind.SYNONYM:
        return redirect(url_for(".new_entry", kind="synonym", words=task.typed), 303)
    if kind is TaskKind.RECORD and viewer.is_teacher:
        return redirect(url_for("catalog.upload", title=task.typed), 303)
    return redirect(url_for(".tasks") + f"#task-{task.id}", 303)


@blueprint.post(AREA + f"/tasks/<{NUMBER}:task_id>/take")
@role_required(Role.LIBRARIAN)
def take_task(task_id: int) -> Response:
    return _step(task_id, worklist.take)


@blueprint.post(AREA + f"/tasks/<{NUMBER}:task_id>/leave")
@role_required(Role.LIBRARIAN)
def leave_task(task_id: int) -> Response:
    return _step(task_id, worklist.leave)


@blueprint.post(AREA + f"/tasks/<{NUMBER}:task_id>/done")
@role_required(Role.LIBRARIAN)
def finish_task(task_id: int) -> Response:
    outcome = request.form.get("outcome", "")
    try:
        worklist.finish(session, viewer, task_id, outcome)
    except BadInput as error:
        return make_response(_tasks_page(task_id, outcome, error), error.status)
    flash(_("Tarea hecha. Gracias."), "success")
    return redirect(url_for(".tasks"), 303)


def _step(task_id: int, rule: Callable[[Session, Viewer, int], SearchTask]) -> Response:
    rule(session, viewer, task_id)
    return redirect(url_for(".tasks") + f"#task-{task_id}", 303)


def _tasks_page(error_at: int = 0, outcome: str = "", error: BadInput | None = None) -> str:
    standing = member(Standing, request.args.get("standing", ""), Standing.OPEN)
    stretch = paginate(session, worklist.listed(viewer, standing), request.args.get("page", 1, type=int))
    return render_template(
        "search/librarian/tasks.html",
        stretch=stretch,
        standing=standing,
        error_at=error_at,
        outcome=outcome,
        error=error,
    )


def _choice() -> Choice:
    days = request.args.get("days", PERIODS[1], type=int)
    return Choice(
        member(View, request.args.get("view", ""), View.ASKED),
        days if days in PERIODS else PERIODS[1],
        member(Scope, request.args.get("scope", ""), Scope.OWN),
    )


def _lines(rows: Sequence[Asked]) -> Iterator[list[str]]:
    yield [_("Búsqueda"), _("Veces"), _("Personas"), _("Sin resultados"), _("Abiertas"), _("Resultados la última vez")]
    for row in rows:
        yield [row.typed, *map(str, (row.times, row.askers, row.in_vain, row.clicks, row.hits))]
