"""Marking a resource as read, which may earn a grade, and noting that it was opened."""

from __future__ import annotations

import logging

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from catalog import library, openings
from catalog.keeping import history
from catalog.models import Resource
from catalog.openings import Mark, NoGradeHere
from catalog.views.blueprint import RESOURCE, VERSION, blueprint
from lrc.db import session, transaction
from lti import gradewords
from lti.viewers import role_required, viewer

log = logging.getLogger(__name__)


@blueprint.app_template_global("reading_mark")
def reading_mark(resource: Resource) -> Mark | None:
    """The grade for reading the resource in the viewer's course, for the pages that show it."""
    return openings.find_mark(session, viewer, resource)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"gradewords": gradewords}


def opened(resource: Resource) -> None:
    """Note that the viewer opens the resource, in a transaction of its own: the page itself only reads.

    For their course where it is linked there, and for themselves where they keep a history.
    Where the database is too busy for that the page comes all the same.
    """
    due = [each.note for each in (openings, history) if each.is_due(session, viewer, resource)]
    if not due:
        return
    try:
        with transaction() as own:
            for note in due:
                note(own, viewer, resource)
    except OperationalError as error:
        log.warning("the opening of resource %s was not noted: %s", resource.id, error.orig)


@blueprint.post(RESOURCE + "/mark")
@blueprint.post(VERSION + "/mark")
@role_required()
def mark_read(resource_id: int, number: int | None = None) -> Response:
    """Keep that the viewer has read it; ``from`` says whether to go back to its page or to the reader."""
    resource = library.get(session, viewer, resource_id)
    try:
        openings.mark_read(session, viewer, resource)
    except NoGradeHere as error:
        flash(str(error.message), "info")
    else:
        flash(_("Marcado como leído: la nota va camino a Moodle."), "success")
    page = request.form.get("page", type=int)
    if request.form.get("from") == "read":
        return redirect(url_for(".read", resource_id=resource_id, number=number, page=page), 303)
    return redirect(url_for(".show" if number is None else ".version", resource_id=resource_id, number=number), 303)


@blueprint.get(RESOURCE + "/mark")
@role_required()
def mark(resource_id: int) -> Response:
    """The part of a page that says how the grade for reading stands."""
    resource = library.get(session, viewer, resource_id)
    return make_response(render_template("catalog/_mark.html", resource=resource))
