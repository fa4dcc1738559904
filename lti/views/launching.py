"""Login, launch and key set: the doors that platforms and browsers come to first."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from lrc.db import session, transaction
from lrc.i18n import remember_launch_language
from lti import claims, keys, launches, tickets, tool
from lti.keysets import Limits
from lti.launches import Launch
from lti.models import StoredLaunch
from lti.refusals import Reason, refuse
from lti.tickets import Step, Ticket
from lti.viewers import LAUNCH_COOKIE_KEY
from lti.views.blueprint import blueprint, tool_settings

_TEST_COOKIE, _STATE_COOKIE = "lrc-frame", "lrc-login-"
_TEST_COOKIE_S = 30 * 24 * 3600


@blueprint.record_once
def _without_csrf_token(setup: BlueprintSetupState) -> None:
    # Platforms post to these two; the signed ticket, and the state with its cookie, stand for the token.
    for view in ("login", "launch"):
        setup.app.extensions["csrf"].exempt(f"{__name__}.{view}")


@blueprint.route("/lti/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Begin a login once it is sure that the browser keeps our cookies: the platform's hint is good for one try."""
    ticket = _ticket()
    if _TEST_COOKIE in request.cookies or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return _to_platform(ticket)
    if ticket.step is Step.TAB:
        raise refuse(Reason.NO_COOKIES)
    sealed = tickets.seal(ticket, tool_settings().secret_key)
    if ticket.step is Step.FRAME:
        return render_template("lti/no_cookies.html", ticket=sealed)
    response = redirect(url_for(".login", ticket=sealed), 303)
    _set_cookie(response, _TEST_COOKIE, "1", _TEST_COOKIE_S)
    return response


@blueprint.post("/lti/launch")
def launch() -> Response:
    """Take a launch, sign its person in and lead to the page that it asks for, if it is one of ours."""
    settings = tool_settings()
    states = {name.removeprefix(_STATE_COOKIE): value for name, value in request.cookies.items()}
    limits = Limits(settings.http_timeout_s, settings.jwks_lifetime_s)
    verified = tool.verified_launch(session, request.form, states, settings.tool_url, limits)
    received = Launch.from_claims(verified.body)
    stored = launches.receive(session, verified.platform, received, settings.launch_lifetime_s)
    _sign_in(stored, received.locale)
    response = redirect(_landing(stored, received), 303)
    name = _STATE_COOKIE + request.form["state"]
    response.delete_cookie(name, secure=True, httponly=True, samesite="None", partitioned=True)
    return response


@blueprint.get("/lti/jwks.json")
def jwks() -> Response:
    """Our key set, for platforms to check what we sign."""
    secret_key = tool_settings().secret_key
    with transaction(writing=False) as own:
        found = keys.key_set(own, secret_key)
    if not found["keys"]:
        with transaction() as own:
            keys.ensure_key(own, secret_key)
            found = keys.key_set(own, secret_key)
    response = jsonify(found)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _ticket() -> Ticket:
    settings = tool_settings()
    if "ticket" in request.values:
        return tickets.unseal(request.values["ticket"], settings.secret_key)
    asked = tool.LoginRequest.from_fields(request.values)
    with transaction(writing=False) as own:
        tool.check_login(own, asked, settings.tool_url)
    return Ticket(asked)


def _to_platform(ticket: Ticket) -> Response:
    settings = tool_settings()
    with transaction() as own:  # of its own, since a login may come by GET and must be kept all the same
        begun = tool.begin_login(own, ticket.asked, settings.tool_url, settings.tool_url + url_for(".launch"))
    response = redirect(begun.url, 303)
    _set_cookie(response, _STATE_COOKIE + begun.state, begun.state, tickets.MAX_AGE_S)
    return response


def _set_cookie(response: Response, name: str, value: str, max_age_s: int) -> None:
    # In Moodle's frame only a partitioned cookie comes back where third-party cookies are blocked.
    response.set_cookie(name, value, max_age=max_age_s, secure=True, httponly=True, samesite="None", partitioned=True)


def _sign_in(stored: StoredLaunch, locale: str) -> None:
    cookie.clear()  # nothing that was there before, perhaps planted, lives on in the new visit
    g.pop("viewer", None)
    cookie[LAUNCH_COOKIE_KEY] = stored.id
    remember_launch_language(locale)


def _landing(stored: StoredLaunch, launch: Launch) -> str:
    """Where a launch leads: the picker, the work of the person to review, what the link is for, or the first page."""
    if launch.message_type == claims.DEEP_LINKING_REQUEST:
        return url_for("search.home")
    if launch.message_type == claims.SUBMISSION_REVIEW_REQUEST:
        return url_for("catalog.review_work", link_id=stored.claims["link_id"], sub=launch.for_user)
    if launch.kind:
        return url_for("catalog.open_link", kind=launch.kind, target=launch.target)
    return _own_page(launch.target_link_uri)


def _own_page(target_link_uri: str) -> str:
    """The page that an address of ours names, built anew from the route it matches; else the first page."""
    parts = urlsplit(target_link_uri)
    try:
        endpoint, values = current_app.url_map.bind(parts.netloc).match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return url_for("search.home")
    if endpoint.partition(".")[0] in ("static", "pages", blueprint.name):
        return url_for("search.home")
    return url_for(endpoint, **values) + (f"?{parts.query}" if parts.query else "")
