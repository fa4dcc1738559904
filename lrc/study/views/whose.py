"""Whose the answers are that a browser keeps until the server has them: the name of a person's outbox there."""

from __future__ import annotations

import hmac

from flask import current_app, request

from lrc.errors import NotSignedIn
from lrc.study.views.blueprint import blueprint
from lti.viewers import viewer

HEADER = "X-Study-Person"
"""The header in which study.js says whose outbox it sends."""
_CHARACTERS = 24


@blueprint.app_template_global("outbox_token")
def token() -> str:
    """The same for all visits of one person, and says nothing of them: another on the same phone has another outbox."""
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, f"study outbox {viewer.person_id}".encode(), "sha256").hex()[:_CHARACTERS]


def check() -> None:
    """NotSignedIn for what comes from the page of another person, whose visit this browser has left for this one."""
    whose = request.headers.get(HEADER)
    if whose is not None and not hmac.compare_digest(whose.encode(), token().encode()):
        raise NotSignedIn(detail="the outbox of another person")
