"""A server that gives tokens as Moodle does, and what was kept of its troubles."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import ServiceFailure
from tests.lti.servers import Asked, Reply, Server, says

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ITEMS = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


class Platformlike(Server):
    """Gives tokens as Moodle does ("token-1", "token-2", ...) and answers services with ``reply``."""

    def __init__(self) -> None:
        super().__init__(says({}))
        self.token_reply: Reply = self.give
        self.given = 0
        self.pause_s = 0.0

    def give(self, asked: Asked) -> None:
        time.sleep(self.pause_s)
        self.given += 1
        body = {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": 3600, "scope": "x"}
        says(body, Content_Type="text/html; charset=utf-8")(asked)

    def finish_request(self, request: Any, client_address: Any) -> None:
        _Asked(request, client_address, self)

    @property
    def calls(self) -> list[Asked]:
        """What was asked of the services."""
        return [asked for asked in self.asked if asked.path != "/token.php"]

    @property
    def token_calls(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == "/token.php"]


class _Asked(Asked):
    server: Platformlike

    def _answer(self) -> None:
        if self.path != "/token.php":
            return super()._answer()
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self)
        return self.server.token_reply(self)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  named by http.server


def kept(session: Session) -> list[tuple[str, int | None, str]]:
    session.rollback()
    return [
        (each.service, each.status, each.said)
        for each in session.scalars(select(ServiceFailure).order_by(ServiceFailure.id))
    ]
