"""What every answer carries for safety: cookies that work in a frame, the content security policy, size limits."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError

import lti.platforms
from lrc.config import MIB, Settings
from lrc.db import engine_of, new_session

log = logging.getLogger(__name__)
_ORIGINS_KEPT_S = 2.0
_FORM_FIELDS_BYTES = 1 * MIB
# Our longest form has nine fields.
_MOST_FORM_PARTS = 30
_FILE_ANSWERS = frozenset({200, 206, 304})


def configure(app: Flask, settings: Settings) -> None:
    """Set Flask's own settings and add the headers to every answer."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        LRC_SETTINGS=settings,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + _FORM_FIELDS_BYTES,
        MAX_FORM_MEMORY_SIZE=_FORM_FIELDS_BYTES,
        MAX_FORM_PARTS=_MOST_FORM_PARTS,
        # In Moodle's frame we are a third party: only a partitioned cookie comes back (../docs/moodle.md).
        SESSION_COOKIE_NAME="lrc",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_PARTITIONED=True,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        # A token lives as long as the cookie that it belongs to, so that a long form outlives the visit it began in.
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,  # as quick as 4, and a script or style sheet is a sixteenth smaller
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],  # static files: brotli is a tenth smaller than zstd
    )
    headers = _Headers(app, settings)
    app.after_request(headers.add)


class _Headers:
    """Adds the headers; remembers for a moment which platforms may frame us."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._storage = _origin(settings.s3_public_url)
        self._is_https = settings.tool_url.startswith("https://")
        self._origins: frozenset[str] = frozenset()
        self._read_at = float("-inf")

    def add(self, response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", self._policy())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if self._is_https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # What tells of other people (the view says so) is not shown again by Back once its reader has left.
        response.headers.setdefault("Cache-Control", "no-store" if g.get("kept_nowhere") else "private, no-cache")
        # A file that is missing is answered by a page, which may hold a name, a form's token and a cookie.
        if request.endpoint == "static" and response.status_code in _FILE_ANSWERS and "v" in request.args:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # the address follows the content
        return response

    def _policy(self) -> str:
        platforms = " ".join(sorted(self._platform_origins()))
        storage = f" {self._storage}" if self._storage else ""
        return "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                f"img-src 'self' data:{storage}",
                f"media-src 'self'{storage}",
                f"connect-src 'self'{storage}",
                "font-src 'self' data:",
                "worker-src 'self'",
                "base-uri 'none'",
                # A form that starts a login is answered by a redirect to the platform, which browsers check too.
                f"form-action 'self' {platforms}".rstrip(),
                f"frame-ancestors {self._framers(platforms)}",
            ]
        )

    def _framers(self, platforms: str) -> str:
        """Who may frame this answer: the platforms, unless the view said whom else (``g.framed_by``, origins)."""
        if "framed_by" in g:
            return " ".join(sorted(g.framed_by)) or "'none'"
        return f"'self' {platforms}".rstrip()

    def _platform_origins(self) -> frozenset[str]:
        if time.monotonic() - self._read_at > _ORIGINS_KEPT_S:
            try:
                with new_session(engine_of(self._app)) as session:
                    self._origins = lti.platforms.origins(session)
            except OperationalError as error:  # the page that says so needs its headers too: those known last
                log.warning("which platforms may frame us is not known anew: %s", error.orig)
            self._read_at = time.monotonic()
        return self._origins


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
