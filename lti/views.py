"""The doors of this room: login, launch and key set for platforms; the People page for administrators."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from lrc.config import Settings
from lrc.db import session, transaction
from lrc.errors import BadInput
from lrc.i18n import remember_launch_language
from lrc.pagination import paginate
from lti import keys, launches, tickets, tool
from lti import people as everybody
from lti.keysets import Limits
from lti.launches import Launch
from lti.models import StoredLaunch
from lti.refusals import Reason, refuse
from lti.tickets import Step, Ticket
from lti.viewers import LAUNCH_COOKIE_KEY, Role, role_required, viewer

blueprint = Blueprint("lti", __name__)

_TEST_COOKIE, _STATE_COOKIE = "lrc-frame", "lrc-login-"
_TEST_COOKIE_S = 30 * 24 * 3600
_LONGEST_SEARCH = 100
_ROLE_NAMES = {
    Role.STUDENT: lazy_gettext("Estudiante"),
    Role.TEACHER: lazy_gettext("Docente"),
    Role.LIBRARIAN: lazy_gettext("Biblioteca"),
    Role.ADMINISTRATOR: lazy_gettext("Administración"),
}


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
    sealed = tickets.seal(ticket, _settings().secret_key)
    if ticket.step is Step.FRAME:
        return render_template("lti/no_cookies.html", ticket=sealed)
    response = redirect(url_for(".login", ticket=sealed), 303)
    _set_cookie(response, _TEST_COOKIE, "1", _TEST_COOKIE_S)
    return response


@blueprint.post("/lti/launch")
def launch() -> Response:
    """Take a launch, sign its person in and lead to the page that it asks for, if it is one of ours."""
    settings = _settings()
    states = {name.removeprefix(_STATE_COOKIE): value for name, value in request.cookies.items()}
    limits = Limits(settings.http_timeout_s, settings.jwks_lifetime_s)
    verified = tool.verified_launch(session, request.form, states, settings.tool_url, limits)
    received = Launch.from_claims(verified.body)
    _sign_in(launches.receive(session, verified.platform, received, settings.launch_lifetime_s), received.locale)
    response = redirect(_landing(received.target_link_uri), 303)
    name = _STATE_COOKIE + request.form["state"]
    response.delete_cookie(name, secure=True, httponly=True, samesite="None", partitioned=True)
    return response


@blueprint.get("/lti/jwks.json")
def jwks() -> Response:
    """Our key set, for platforms to check what we sign."""
    secret_key = _settings().secret_key
    with transaction(writing=False) as own:
        found = keys.key_set(own, secret_key)
    if not found["keys"]:
        with transaction() as own:
            keys.ensure_key(own, secret_key)
            found = keys.key_set(own, secret_key)
    response = jsonify(found)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/people")
@role_required(Role.ADMINISTRATOR)
def people() -> str:
    """The people of the administrator's institution, to find one and appoint librarians."""
    words = request.args.get("q", "")[:_LONGEST_SEARCH].strip()
    query = everybody.of_institution(viewer.institution_id, words)
    found = paginate(session, query, request.args.get("page", 1, type=int))
    return render_template("lti/people.html", found=found, q=words, role_names=_ROLE_NAMES)


@blueprint.post("/people/<int:person_id>/librarian")
@role_required(Role.ADMINISTRATOR)
def appoint(person_id: int) -> Response:
    """Appoint a librarian, or end the appointment ("appointed" is "yes" or "no")."""
    appointed = request.form.get("appointed")
    if appointed not in ("yes", "no"):
        raise BadInput(detail="appointed")
    person = everybody.appoint(session, viewer.institution_id, person_id, librarian=appointed == "yes")
    name = person.name or _("Esta persona")
    if person.is_librarian:
        flash(_("%(name)s ya puede revisar y publicar materiales.", name=name), "success")
    else:
        flash(_("%(name)s ya no revisa materiales.", name=name), "success")
    return redirect(url_for(".people", q=request.form.get("q") or None), 303)


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])


def _ticket() -> Ticket:
    settings = _settings()
    if "ticket" in request.values:
        return tickets.unseal(request.values["ticket"], settings.secret_key)
    asked = tool.LoginRequest.from_fields(request.values)
    with transaction(writing=False) as own:
        tool.check_login(own, asked, settings.tool_url)
    return Ticket(asked)


def _to_platform(ticket: Ticket) -> Response:
    settings = _settings()
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


def _landing(target_link_uri: str) -> str:
    """The address of the page that a launch asks for, built anew from the route it matches; else of the first page."""
    parts = urlsplit(target_link_uri)
    try:
        endpoint, values = current_app.url_map.bind(parts.netloc).match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return url_for("search.home")
    if endpoint.partition(".")[0] in ("static", "pages", blueprint.name):
        return url_for("search.home")
    return url_for(endpoint, **values) + (f"?{parts.query}" if parts.query else "")
