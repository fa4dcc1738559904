"""What Moodle's service endpoints share: who may call, which content types have a handler, how a refusal looks."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from lrc.practice.site import site
from lrc.practice.state import Tool


class ServiceRefusal(HTTPException):
    """A refusal of a service: a status and Moodle's own words, in JSON."""

    def __init__(self, status: int, reason: str = "") -> None:
        body = {
            "status": status,
            "reason": reason or HTTPStatus(status).phrase,
            "request": {
                "method": request.method,
                "url": request.url,
                "accept": request.headers.get("Accept", ""),
                "contentType": request.headers.get("Content-Type", ""),
            },
        }
        super().__init__(response=Response(json.dumps(body), status, content_type="application/json; charset=utf-8"))


def calling_tool(*scopes: str) -> Tool:
    """The tool whose token this request brings, which must be good for one of the scopes; else 401."""
    home = site()
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = home.grants.find(token.strip(), home.quirks.now()) if kind.lower() == "bearer" else None
    if grant is None or not grant.scopes & set(scopes) or grant.tool_id not in home.store.state.tools:
        raise ServiceRefusal(401)
    return home.store.state.tools[grant.tool_id]


def accepts(media_type: str) -> None:
    """Refuse a request whose Accept names other types only: not even */* finds Moodle's handler."""
    wanted = [each.split(";")[0].strip() for each in request.headers.get("Accept", "").split(",")]
    if wanted != [""] and media_type not in wanted:
        raise ServiceRefusal(400, f"No handler found for {request.path} {request.headers['Accept']}")


def brings(media_type: str) -> None:
    """Refuse a request whose body is of another type; parameters such as charset do not matter."""
    if request.mimetype != media_type:
        raise ServiceRefusal(400, f"No handler found for {request.path} {request.mimetype}")


def answer(body: object, media_type: str, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=f"{media_type};charset=UTF-8")
