"""The one map from errors to people: what happened, what to do next, a reference number; the details go to the log."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, render_template, request
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

from lrc.errors import BadInput, NotAllowed, NotFound, Refused, TooLarge, Unavailable
from lrc.errors import Conflict as Conflicting

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _show)
    app.register_error_handler(HTTPException, _show_http)
    app.register_error_handler(OperationalError, _show_database)
    app.register_error_handler(Exception, _show_unforeseen)


def _show(error: Refused) -> tuple[str, int]:
    reference = secrets.token_hex(4).upper()
    log.warning("%s %s %s -> %s %s", reference, request.method, request.path, error.status, error.detail or error)
    return render_template("error.html", error=error, reference=reference), error.status


def _show_http(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    shown: Refused
    if isinstance(error, CSRFError):
        shown = Conflicting(detail=f"CSRF: {error.description}")
    elif isinstance(error, RequestEntityTooLarge):
        shown = TooLarge()
    elif isinstance(error, (NoSuchAddress, MethodNotAllowed)):
        shown = NotFound()
    elif isinstance(error, Forbidden):
        shown = NotAllowed()
    else:
        shown = BadInput(detail=str(error))
    text, _ = _show(shown)
    return text, error.code


def _show_database(error: OperationalError) -> tuple[str, int]:
    return _show(Unavailable(detail=f"database: {error.orig}"))


def _show_unforeseen(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4).upper()
    log.error("%s %s %s failed", reference, request.method, request.path, exc_info=error)
    return render_template("error.html", error=Unavailable(), reference=reference), 500
