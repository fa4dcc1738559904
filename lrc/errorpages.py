"""The one map from errors to people: what happened, what to do next, a reference number; the details go to the log."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field

from flask import Flask, render_template, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
)
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.errors import BadInput, NotAllowed, NotFound, NotSignedIn, Refused, TooLarge, Unavailable
from lrc.errors import Conflict as Conflicting
from lti import leaving, visits
from lti.platforms import origin_of
from lti.viewers import is_signed_in

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _show)
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(OperationalError, _show_database)
    app.register_error_handler(Exception, _show_unforeseen)


@dataclass(frozen=True)
class Ways:
    """How one can go on from an error."""

    course_page: str = ""
    """The platform's page of the course that an ended visit was in."""
    visits: list[tuple[str, str]] = field(default_factory=list)
    """Title and address of the visits that are still open in this browser."""


_Shown = str | dict[str, str]
"""A page, or what a script reads."""


def _show(error: Refused) -> tuple[_Shown, int]:
    reference = secrets.token_hex(4).upper()
    log.warning("%s %s %s -> %s %s", reference, request.method, _path(), error.status, error.detail or error)
    return _page(error, reference), error.status


def _page(error: Refused, reference: str) -> _Shown:
    if request.is_json:
        said = {"title": error.title, "message": error.message, "advice": error.advice}
        return {name: str(text) for name, text in said.items()} | {"reference": reference}
    try:
        ways = _ways_on(error)
    except OperationalError as away:  # also shown when it is the database that is away
        log.warning("ways on are not known: %s", away.orig)
        ways = Ways()
    typed = "" if isinstance(error, TooLarge) else _typed()
    return render_template("error.html", error=error, reference=reference, ways=ways, typed=typed)


def _ways_on(error: Refused) -> Ways:
    if not isinstance(error, NotSignedIn):
        return Ways()
    handle = request.environ.get(visits.HANDLE, "")
    still_open = [(each.title, _address_in(each, handle)) for each in leaving.open_visits(session, cookie)]
    return Ways(course_page=leaving.way_back(session, handle), visits=still_open)


def _address_in(other: leaving.OpenVisit, handle: str) -> str:
    """The same page in another visit to the same course; else that visit's first page."""
    is_same_course = other.context_id is not None and other.context_id == visits.context_of(handle)
    path = request.full_path.rstrip("?") if is_same_course and request.method == "GET" else "/"
    return visits.prefix(other.handle) + path


def _typed() -> str:
    """What somebody wrote into the form that could not be taken, so that it is not lost; "" for anything else.

    Only of our own forms: another site must not have us show what it wants.
    """
    if request.method != "POST":
        return ""
    sent_from = request.headers.get("Origin") or request.referrer or ""
    if origin_of(sent_from) != origin_of(request.host_url):
        return ""
    try:
        texts = list(request.form.values())
    except (RequestEntityTooLarge, Refused):  # nobody had read it before, and it is too much, or a file unasked for
        return ""
    # What people write has blanks in it, or lines; choices and what the page itself sends along have not.
    written = [text.strip() for text in texts if len(text.split()) > 1]
    return "\n\n".join(written)


def _show_http(error: HTTPException) -> tuple[_Shown, int] | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    shown: Refused
    if isinstance(error, CSRFError):
        shown = _stale_form(error)
    elif isinstance(error, RequestEntityTooLarge):
        shown = TooLarge()
    elif isinstance(error, (NoSuchAddress, MethodNotAllowed)):
        shown = NotFound()
    elif isinstance(error, Forbidden):
        shown = NotAllowed()
    else:
        shown = BadInput(detail=str(error))
    text, status = _show(shown)
    return text, status if isinstance(shown, NotSignedIn) else error.code


def _stale_form(error: CSRFError) -> Refused:
    detail = f"CSRF: {error.description}"
    if not is_signed_in():
        return NotSignedIn(detail=detail)
    return Conflicting(
        _("Este formulario se abrió en una visita que ya terminó."),
        advice=_("Vuelve atrás, carga la página otra vez y envíalo de nuevo."),
        detail=detail,
    )


def _show_database(error: OperationalError) -> tuple[_Shown, int]:
    return _show(Unavailable(detail=f"database: {error.orig}"))


def _show_unforeseen(error: Exception) -> tuple[_Shown, int]:
    reference = secrets.token_hex(4).upper()
    log.error("%s %s %s failed", reference, request.method, _path(), exc_info=error)
    return _page(Unavailable(), reference), 500


def _path() -> str:
    """The path for the log: what an address calls "token" lets in whoever holds it."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(str(token), "...") if token else request.path
