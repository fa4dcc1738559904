"""What the launch doors tell lti.sightings: how each launch arrived, and why some were refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import request

from lrc.db import release, session
from lrc.errors import LaunchRefused
from lti import sightings, tickets
from lti.messages import Launch
from lti.refusals import Reason
from lti.tool import Verified
from lti.views.blueprint import tool_settings

P = ParamSpec("P")
R = TypeVar("R")


def note(verified: Verified, launch: Launch) -> None:
    """Note a launch that was received."""
    clock_s = verified.body["iat"] - time.time()
    sightings.note(session, verified.platform, launch, cookies=_arrived(verified, launch), clock_s=clock_s)


def noting_refusals(view: Callable[P, R]) -> Callable[P, R]:
    """Let a refusal by the view be noted with the platform, before it is answered as ever."""

    @wraps(view)
    def noted(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return view(*args, **kwargs)
        except LaunchRefused as refused:
            release()
            sightings.note_refusal(refused, **_sender(refused))
            raise

    return noted


def _arrived(verified: Verified, launch: Launch) -> str:
    if not verified.has_cookies:
        return sightings.STORAGE
    is_alone = request.headers.get("Sec-Fetch-Dest") == "document"
    if launch.document_target in ("frame", "window"):  # "frame" is the platform's whole window, "iframe" a part of it
        return sightings.WINDOW
    return sightings.TAB if is_alone else sightings.FRAME


def _sender(refused: LaunchRefused) -> dict[str, Any]:
    """Who the request says that it is from: a login's issuer and client, also within our ticket; a launch's state."""
    given = request.values
    if refused.reason == Reason.NO_COOKIES:
        asked = tickets.unseal(given["ticket"], tool_settings().secret_key).asked
        return {"issuer": asked.iss, "client_id": asked.client_id}
    return {
        "issuer": given.get("iss", ""),
        "client_id": given.get("client_id", ""),
        "state": given.get("state", ""),
    }
