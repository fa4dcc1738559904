"""What the reader keeps of its readers: how they like to read, and where they stopped."""

from __future__ import annotations

import logging

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from catalog import habits, library, places
from catalog.editions import reading
from catalog.extract import captions
from catalog.habits import Habits
from catalog.models import File, Place, Resource
from catalog.views.blueprint import RESOURCE, VERSION, blueprint
from lrc.db import session, transaction
from lrc.errors import BadInput
from lti.viewers import role_required, viewer

log = logging.getLogger(__name__)
blueprint.add_app_template_filter(captions.clock, "clock")


@blueprint.app_template_global("reading_habits")
def reading_habits() -> Habits:
    """How the viewer likes to read, for the pages where one does."""
    return habits.of(session, viewer)


@blueprint.app_template_global("place_in")
def place_in(resource: Resource) -> Place | None:
    """Where the viewer stopped in the resource, for the pages that lead on from there."""
    here = request.view_args or {}
    number = here.get("number") if here.get("resource_id") == resource.id else None
    file = reading.file_of(session, viewer, resource, number) if number else resource.file
    return places.find_in(session, viewer, resource, file)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"READING_CHOICES": habits.CHOICES}


def note_place(resource: Resource, file: File, number: int) -> None:
    """Keep on which page the viewer is, in a transaction of its own; how far in it, where it is the same, is left.

    Where the database is too busy for that the page comes all the same.
    """
    kept = places.find_in(session, viewer, resource, file)
    if kept is not None and kept.page == number:
        return
    try:
        with transaction(hasty=True) as own:
            places.keep_in(own, viewer, resource, file, (number, 0.0))
    except OperationalError as error:
        log.warning("the place in resource %s was not kept: %s", resource.id, error.orig)


@blueprint.post(RESOURCE + "/place")
@blueprint.post(VERSION + "/place")
@role_required()
def keep_place(resource_id: int, number: int | None = None) -> Response:
    """Keep where the viewer is: ``page`` and ``offset``, as the pages tell while one reads."""
    resource = library.get(session, viewer, resource_id)
    page, offset = request.form.get("page", type=int), request.form.get("offset", type=float)
    if page is None or offset is None:
        raise BadInput(_("Este documento no tiene esa página."))
    file = reading.file_of(session, viewer, resource, number) if number else resource.file
    places.keep_in(session, viewer, resource, file, (page, offset))
    return Response(status=204)


@blueprint.app_template_global("places_kept")
def places_kept() -> int:
    """In how many resources it is kept where the viewer stopped."""
    return places.count(session, viewer)


@blueprint.post("/reading/forget-places")
@role_required()
def forget_places() -> Response:
    """Forget where the viewer stopped, everywhere."""
    places.forget_all(session, viewer)
    flash(gettext("Ya no recordamos dónde quedaste en tus lecturas."), "success")
    return redirect(url_for(".history"), 303)


@blueprint.post(RESOURCE + "/habits")
@blueprint.post(VERSION + "/habits")
@role_required()
def keep_habits(resource_id: int, number: int | None = None) -> Response:
    """Keep how the viewer likes to read, and show the page again; who says ``quiet`` has changed it already."""
    if "forget" in request.form:
        habits.forget(session, viewer)
    else:
        habits.keep(session, viewer, request.form.to_dict())
    if "quiet" in request.form:
        return Response(status=204)
    page, part = (request.form.get(name, type=int) for name in ("page", "part"))
    words = request.form.get("q") or None
    return redirect(url_for(".read", resource_id=resource_id, number=number, page=page, part=part, q=words), 303)
