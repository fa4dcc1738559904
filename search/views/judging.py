"""Librarians' pages of judged queries: the list with its figures over time, marking answers, files of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from lrc.celery import enqueue
from lrc.db import release, session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search import judgedlines, judging, records, teaching
from search.documents import Hit
from search.engine import current_index
from search.models import JudgedQuery
from search.soughttasks import MEASURE_JUDGED
from search.views.blueprint import blueprint
from search.views.report import AREA, NUMBER

JUDGED = AREA + "/judged"
QUERY = JUDGED + f"/<{NUMBER}:query_id>"
SHOWN_HITS = 20
SHOWN_MEASURINGS = 30
AT_ONCE = 200
"""So many queries are measured while somebody waits; more are left to a task."""


@dataclass(frozen=True)
class Miss:
    """A judged query without an answer among the first ten, and what comes instead."""

    query: JudgedQuery
    instead: Sequence[Hit]


@blueprint.get(JUDGED)
@role_required(Role.LIBRARIAN)
def judged() -> str:
    return _list_page()


@blueprint.post(JUDGED)
@role_required(Role.LIBRARIAN)
def add_judged() -> Response:
    typed = request.form.get("q", "")
    try:
        query = judging.add(session, viewer, typed)
    except BadInput as error:
        return make_response(_list_page(typed, error), error.status)
    return redirect(url_for(".judge", query_id=query.id), 303)


@blueprint.route(QUERY, methods=["GET", "POST"])
@role_required(Role.LIBRARIAN)
def judge(query_id: int) -> str | Response:
    """See what a query finds and mark what answers it, also what it does not find."""
    query = judging.get(session, query_id)
    if request.method == "GET":
        return _judge_page(query, query.relevant)
    wanted = [*request.form.getlist("record"), *request.form.get("others", "").replace("\x00", "").split()]
    try:
        judging.judge(session, viewer, query_id, wanted)
    except BadInput as error:
        return make_response(_judge_page(query, wanted, error), error.status)
    flash(_("Guardado. Cuenta desde la próxima medición."), "success")
    return redirect(url_for(".judged"), 303)


@blueprint.post(QUERY + "/remove")
@role_required(Role.LIBRARIAN)
def remove_judged(query_id: int) -> Response:
    judging.remove(session, query_id)
    flash(_("Quitada de las consultas evaluadas."), "success")
    return redirect(url_for(".judged"), 303)


@blueprint.post(JUDGED + "/measure")
@role_required(Role.LIBRARIAN)
def measure() -> Response:
    """Ask all judged queries now; where there are many a task does it."""
    asked = judging.judged(session)
    if len(asked) > AT_ONCE:
        enqueue(session, MEASURE_JUDGED)
        flash(_("Midiendo: son muchas, el resultado aparecerá aquí en unos minutos."), "info")
        return redirect(url_for(".judged"), 303)
    dictionary, revision = teaching.live(session), teaching.revision_of(session)
    release()  # nobody else's writing waits for the searches
    ranks = judging.ranks(current_index(), asked, dictionary)
    judging.record(session, ranks, engine=_engine(), revision=revision)
    flash(ngettext("Medido con %(num)s consulta.", "Medido con %(num)s consultas.", len(ranks)), "success")
    return redirect(url_for(".judged"), 303)


@blueprint.get(JUDGED + "/export.jsonl")
@role_required(Role.LIBRARIAN)
def export_judged() -> Response:
    answer = make_response("".join(judgedlines.written(session.scalars(judging.queries().order_by(None)))))
    answer.headers["Content-Type"] = "application/jsonl; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="consultas-evaluadas.jsonl"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post(JUDGED + "/import")
@role_required(Role.LIBRARIAN)
def import_judged() -> Response:
    """Take pasted JSON lines in; lines that cannot be are told by their number."""
    pasted = request.form.get("lines", "")
    try:
        taken = judgedlines.take(session, viewer, pasted)
    except BadInput as error:
        return make_response(_list_page(error_of_lines=error), error.status)
    if taken.count:
        flash(ngettext("Entró %(num)s consulta.", "Entraron %(num)s consultas.", taken.count), "success")
    for number, reason in list(taken.refused.items())[:5]:
        flash(_("Línea %(number)s: %(reason)s", number=number, reason=reason), "error")
    if len(taken.refused) > 5:
        flash(_("Y %(count)s líneas más que no pudimos aceptar.", count=len(taken.refused) - 5), "error")
    return redirect(url_for(".judged"), 303)


def _list_page(typed: str = "", error: BadInput | None = None, error_of_lines: BadInput | None = None) -> str:
    measurings = list(session.scalars(judging.measurings(SHOWN_MEASURINGS)))
    latest = measurings[0].ranks if measurings else {}
    stretch = paginate(session, judging.queries(), request.args.get("page", 1, type=int))
    return render_template(
        "search/librarian/judged.html",
        stretch=stretch,
        measurings=measurings,
        bars=list(reversed(measurings)),
        latest=latest,
        misses=_misses(stretch.items, latest),
        typed=typed,
        error=error,
        error_of_lines=error_of_lines,
        example=judgedlines.EXAMPLE,
    )


def _misses(queries: Sequence[JudgedQuery], latest: Mapping[str, int]) -> Mapping[int, Miss]:
    """Of these queries those that missed in the latest measuring, with what comes first now."""
    dictionary = teaching.live(session)
    missed = [each for each in queries if latest.get(str(each.id)) == 0]
    found = {each.id: judging.first_hits(current_index(), each.typed, dictionary, 3) for each in missed}
    return {each.id: Miss(each, found[each.id]) for each in missed}


def _judge_page(query: JudgedQuery, relevant: Sequence[str], error: BadInput | None = None) -> str:
    hits = judging.first_hits(current_index(), query.typed, teaching.live(session), SHOWN_HITS)
    shown = {hit.record_id for hit in hits}
    return render_template(
        "search/librarian/judge.html",
        query=query,
        hits=hits,
        relevant=set(relevant),
        others=[each for each in relevant if each not in shown],
        records=records.known(session, viewer, relevant),
        error=error,
    )


def _engine() -> str:
    return str(current_app.config["LRC_SETTINGS"].search_engine)
