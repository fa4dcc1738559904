"""The session of a visit without cookies: kept with its launch in the database, where other visits have a cookie."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from lrc.db import transaction
from lti import passes, visits
from lti.models import StoredLaunch

log = logging.getLogger(__name__)


class KeptSession(SecureCookieSession):
    """What a cookie would hold: forms' secret, messages to show, language."""


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, except in visits whose address alone shows who is asking."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        handle = request.environ.get(visits.HANDLE, "")
        if not visits.is_bearer(handle):
            return super().open_session(app, request)
        query = select(StoredLaunch.kept).where(StoredLaunch.bearer_hash == passes.fingerprint(handle))
        try:
            with transaction(writing=False) as own:
                return KeptSession(own.scalars(query).one_or_none())
        except OperationalError as error:  # the page that says that the database is away needs a session too
            log.warning("what a visit keeps is not known: %s", error.orig)
            return KeptSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, KeptSession):
            super().save_session(app, session, response)
            return
        # The address is a secret, so nothing that it answers may lie in a cache.
        response.headers["Cache-Control"] = "no-store"
        if session.modified and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            _keep(app, session)


def _keep(app: Flask, session: KeptSession) -> None:
    handle = request.environ[visits.HANDLE]
    kept: dict[str, Any] = json.loads(app.json.dumps(dict(session)))
    with transaction() as own:  # of its own: the request's ended before its answer was complete
        own.execute(
            update(StoredLaunch).where(StoredLaunch.bearer_hash == passes.fingerprint(handle)).values(kept=kept)
        )
