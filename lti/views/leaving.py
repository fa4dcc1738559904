"""Signing out: the button ends all visits of the browser, and a page shows the way back to Moodle."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from lrc.db import session
from lti import leaving, visits
from lti.models import StoredLaunch
from lti.viewers import is_signed_in, viewer
from lti.views.blueprint import blueprint


@blueprint.app_template_global("return_saying")
def return_saying(message: str) -> str:
    """Where to return to the platform with a message that it shows; "" where there is no such place."""
    address = viewer.return_url if is_signed_in() else ""
    return leaving.with_message(address, message) if address else ""


@blueprint.post("/leave")
def leave() -> Response:
    """End all visits of this browser, whichever of them one leaves from."""
    handle = request.environ.get(visits.HANDLE, "")
    if is_signed_in():
        handle_to_show = visits.lasting_handle(session.get_one(StoredLaunch, viewer.launch_id))
    else:
        handle_to_show = "" if visits.is_bearer(handle) else handle
    if visits.is_bearer(handle):
        leaving.end_bearer(session, handle)
    visits.end_all(session, cookie)
    g.pop("viewer", None)
    path = visits.without_prefix(url_for(".left"))
    return redirect(visits.prefix(handle_to_show) + path if handle_to_show else path, 303)


@blueprint.get("/left")
def left() -> str:
    """What is seen after leaving."""
    return render_template("lti/left.html", way_back=leaving.way_back(session, request.environ.get(visits.HANDLE, "")))
