"""What every page shares: the language switch, the health check, and what templates may call."""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, current_app, jsonify, redirect, request, url_for
from flask import session as cookie
from flask_babel import format_decimal
from flask_compress import Compress
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.i18n import switch_language
from lti.viewers import Viewer, is_signed_in, viewer
from lti.visits import all_in, prefix, without_prefix

log = logging.getLogger(__name__)
blueprint = Blueprint("pages", __name__)


def init_app(app: Flask) -> None:
    Compress(app)
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        csrf=_csrf, asking=_asking, static_url=_static_url, is_framed=_is_framed, home_url=_home_url
    )
    app.jinja_env.globals["icon"] = app.jinja_env.get_template("icons.html").module.icon  # type: ignore[attr-defined]
    app.jinja_env.filters["filesize"] = filesize


@blueprint.post("/language")
def language() -> Response:
    """Switch the language and go back to the page one came from, which must be one of ours."""
    switch_language(request.form.get("language", ""))
    back = request.form.get("next", "")
    return redirect(back if is_own_path(back) else url_for("search.home"))


@blueprint.get("/health")
def health() -> Response:
    """200 where this process answers and reaches its database."""
    session.execute(text("SELECT 1"))
    return jsonify(status="ok")


def is_own_path(path: str) -> bool:
    """Is it a plain path of this site (never another host, as //host or \\host would be)?"""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()


def filesize(size_bytes: int) -> str:
    """Bytes as people say them, in the numbers of the page's language: "830 kB", "3.2 MB"."""
    for unit, factor, digits in (("GB", 10**9, 1), ("MB", 10**6, 1), ("kB", 10**3, 0)):
        if size_bytes >= factor:
            return f"{format_decimal(round(size_bytes / factor, digits))} {unit}"
    return f"{size_bytes} B"


def _csrf() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _asking() -> Viewer | None:
    try:
        return viewer if is_signed_in() else None
    except OperationalError as error:  # also asked by the page that says that the database is away
        log.warning("who asks is not known: %s", error.orig)
        return None


def _is_framed() -> bool:
    """Whether the browser says that it shows this page in a frame."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def _home_url() -> str:
    """The library's first page in this visit; in the newest one where the address names none."""
    newest = "" if request.script_root else next(reversed(all_in(cookie)), "")
    return (prefix(newest) if newest else "") + url_for("search.home")


def _static_url(filename: str) -> str:
    """The same address in every visit, so that browsers fetch it once."""
    version = _fingerprint(Path(str(current_app.static_folder)) / filename)
    return without_prefix(url_for("static", filename=filename, v=version))


@lru_cache(maxsize=100)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
