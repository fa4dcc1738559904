"""The two pages of a launch in a browser that keeps no cookies, where the platform keeps our secret meanwhile."""

from __future__ import annotations

from collections.abc import Container, Mapping

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from lrc.db import session, transaction
from lti import claims, platformstorage
from lti.platforms import origin_of
from lti.tool import LoginRequest
from lti.views.blueprint import tool_settings


def is_offered(asked: LoginRequest) -> bool:
    """Whether the platform keeps things for us, in the page around our frame; a window of its own has none."""
    return bool(asked.lti_storage_target) and request.headers.get("Sec-Fetch-Dest") != "document"


def putting(asked: LoginRequest, ticket: str, launch_url: str) -> Response:
    """The page that puts the secret into the platform's storage and goes on to the platform; else offers a tab."""
    with transaction() as own:
        begun = platformstorage.begin_login(own, asked, tool_settings().tool_url, launch_url)
    return _uncached(render_template("lti/no_cookies.html", ticket=ticket, begun=begun))


def message() -> dict[str, str]:
    """What was posted as a launch; a secret counts only from our own page, which got it from the platform's storage.

    Else somebody could send others a message of their own together with its secret, which they know.
    """
    posted = request.form.to_dict()
    if request.headers.get("Origin") != origin_of(tool_settings().tool_url):
        posted.pop("storage", None)
    return posted


def getting(posted: Mapping[str, str], states: Container[str]) -> Response | None:
    """The page that gets the secret back and posts the message again with it; None where none is to be fetched."""
    state = posted.get("state", "")
    if state in states or "storage" in posted or "id_token" not in posted or not claims.is_id(state):
        return None
    login = platformstorage.find_waiting(session, state)
    if login is None:
        return None
    page = render_template(
        "lti/storage.html",
        posted={"id_token": posted["id_token"], "state": state},
        place=platformstorage.place_of(session, login),
        way_back=platformstorage.home_of(session, login),
    )
    return _uncached(page)


def _uncached(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
