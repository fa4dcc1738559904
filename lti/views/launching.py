"""Login, launch and key set: the doors that platforms and browsers come to first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from lrc.db import session, transaction
from lrc.i18n import remember_launch_language
from lti import claims, deeplinking, keys, keysets, launches, tickets, tool, visits
from lti.messages import Launch
from lti.models import StoredLaunch
from lti.refusals import Reason, refuse
from lti.tickets import Step, Ticket
from lti.views import noting, storing
from lti.views.blueprint import blueprint, tool_settings

_TEST_COOKIE, _STATE_COOKIE = "lrc-frame", "lrc-login-"
_TEST_COOKIE_S = 30 * 24 * 3600


@blueprint.record_once
def _without_csrf_token(setup: BlueprintSetupState) -> None:
    # Platforms post to these two; the signed ticket, and the state with its cookie, stand for the token.
    for view in ("login", "launch"):
        setup.app.extensions["csrf"].exempt(f"{__name__}.{view}")


@blueprint.route("/lti/login", methods=["GET", "POST"])
@noting.noting_refusals
def login() -> str | Response:
    """Begin a login once it is sure that the browser keeps our cookies: the platform's hint is good for one try."""
    ticket = _ticket()
    if _TEST_COOKIE in request.cookies or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return _to_platform(ticket)
    if ticket.step is Step.START:
        with transaction(writing=False) as own:
            tool.check_login(own, ticket.asked, tool_settings().tool_url)
    if ticket.step is Step.TAB:
        raise refuse(Reason.NO_COOKIES)
    sealed = tickets.seal(ticket, tool_settings().secret_key)
    if ticket.step is Step.FRAME:
        return _without_cookies(ticket, sealed)
    response = redirect(url_for(".login", ticket=sealed), 303)
    _set_cookie(response, _TEST_COOKIE, "1", _TEST_COOKIE_S)
    return response


@blueprint.post("/lti/launch")
@noting.noting_refusals
def launch() -> Response:
    """Take a launch, sign its person in and lead to the page that it asks for, if it is one of ours."""
    settings = tool_settings()
    states = {name.removeprefix(_STATE_COOKIE): value for name, value in request.cookies.items()}
    posted = storing.message()
    page = storing.getting(posted, states)
    if page is not None:
        return page
    limits = keysets.limits_of(settings)
    verified = tool.verified_launch(session, posted, states, settings.tool_url, limits)
    received = Launch.from_claims(verified.body)
    if received.message_type == claims.DEEP_LINKING_REQUEST:
        deeplinking.check(verified.platform, received.roles, received.deep_linking)
    stored = launches.receive(session, verified.platform, received, settings.launch_lifetime_s)
    noting.note(verified, received)
    sign_in = _sign_in if verified.has_cookies else _sign_in_without_cookies
    handle = sign_in(stored, received.locale)
    response = redirect(visits.prefix(handle) + _landing(stored, received), 303)
    if verified.has_cookies:
        _set_own_cookie(response, handle, stored)
    name = _STATE_COOKIE + posted["state"]
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
    response.headers["Cache-Control"] = f"public, max-age={keys.CACHED_FOR.seconds}"
    return response


def _ticket() -> Ticket:
    if "ticket" in request.values:
        return tickets.unseal(request.values["ticket"], tool_settings().secret_key)
    return Ticket(tool.LoginRequest.from_fields(request.values))


def _without_cookies(ticket: Ticket, sealed: str) -> str | Response:
    if storing.is_offered(ticket.asked):
        return storing.putting(ticket.asked, sealed, tool_settings().tool_url + _bare_url(".launch"))
    return render_template("lti/no_cookies.html", ticket=sealed)


def _to_platform(ticket: Ticket) -> Response:
    settings = tool_settings()
    with transaction() as own:  # of its own, since a login may come by GET and must be kept all the same
        begun = tool.begin_login(own, ticket.asked, settings.tool_url, settings.tool_url + _bare_url(".launch"))
    response = redirect(begun.url, 303)
    _set_cookie(response, _STATE_COOKIE + begun.state, begun.state, tickets.MAX_AGE_S)
    return response


def _set_own_cookie(response: Response, handle: str, stored: StoredLaunch) -> None:
    settings = tool_settings()
    sealed = visits.seal(handle, stored.id, settings.secret_key)
    _set_cookie(response, visits.OWN_COOKIE, sealed, settings.launch_lifetime_s, visits.prefix(handle))


def _set_cookie(response: Response, name: str, value: str, max_age_s: int, path: str = "/") -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path=path,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,  # in Moodle's frame no other comes back where third-party cookies are blocked
    )


def _sign_in(stored: StoredLaunch, locale: str) -> str:
    """Begin the visit; answers its handle.

    Another person's visits in this browser end, and nothing that was there, perhaps planted, lives on. The same
    person's other tabs go on, with the token that their forms carry.
    """
    if cookie.get(visits.PERSON) != stored.person_id:
        visits.end_all(session, cookie)
    g.pop("viewer", None)
    cookie.setdefault("csrf_token", visits.forms_secret(stored.person_id, tool_settings().secret_key))
    remember_launch_language(locale, cookie)
    return visits.enter(cookie, stored)


def _sign_in_without_cookies(stored: StoredLaunch, locale: str) -> str:
    """Begin a visit in which the address alone shows who is asking; answers its handle."""
    g.pop("viewer", None)
    kept: dict[str, Any] = {}
    remember_launch_language(locale, kept)
    return visits.enter_without_cookies(stored, kept)


def _landing(stored: StoredLaunch, launch: Launch) -> str:
    """Where a launch leads: the picker, the work of the person to review, what the link is for, or the first page.

    A path outside any visit.
    """
    if launch.message_type == claims.DEEP_LINKING_REQUEST:
        return _bare_url("search.home")
    if launch.message_type == claims.SUBMISSION_REVIEW_REQUEST:
        return _bare_url("catalog.review_work", link_id=stored.claims["link_id"], sub=launch.for_user)
    if stored.claims["kind"]:
        return _bare_url("catalog.open_link", kind=stored.claims["kind"], target=stored.claims["target"])
    return _own_page(launch.target_link_uri)


def _own_page(target_link_uri: str) -> str:
    """The page that an address of ours names, built anew from the route it matches; else the first page."""
    parts = urlsplit(target_link_uri)
    try:
        endpoint, values = current_app.url_map.bind(parts.netloc).match(visits.without_prefix(parts.path), method="GET")
    except (HTTPException, RequestRedirect):
        return _bare_url("search.home")
    if endpoint.partition(".")[0] in ("static", "pages", blueprint.name):
        return _bare_url("search.home")
    return _bare_url(endpoint, **values) + (f"?{parts.query}" if parts.query else "")


def _bare_url(endpoint: str, **values: Any) -> str:
    return visits.without_prefix(url_for(endpoint, **values))
