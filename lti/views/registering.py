"""Dynamic registration, shown in the platform's own frame: first what will be asked for, then one button."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import g, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale

from lrc.db import release, session, transaction
from lti import invitations, platforms
from lti.models import Invitation, Platform
from lti.outgoing import limits_of
from lti.platforms import origin_of
from lti.registering import application, discovery, joining, tickets
from lti.registering.refusals import Reason, RegistrationRefused, refuse
from lti.registering.tickets import Ticket
from lti.views.blueprint import blueprint, tool_settings

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}=*", re.ASCII)  # RFC 6750, section 2.1
_USUAL_PORTS = (None, 80, 443)


@blueprint.record_once
def _without_csrf_token(setup: BlueprintSetupState) -> None:
    # The platform's frame may keep no cookies; the ticket, which only our own page can hold, stands for the token.
    setup.app.extensions["csrf"].exempt(f"{__name__}.register")


@blueprint.get("/lti/register/<token>")
def invited(token: str) -> str:
    """What an administrator sees first: who is asked for what, and why; nothing is registered yet."""
    settings = tool_settings()
    url, secret = request.args.get("openid_configuration", ""), request.args.get("registration_token", "")
    _let_frame(url)
    invitation = invitations.get_open(session, token)
    invitation_id, institution_name = invitation.id, invitation.institution.name
    release()
    discovery.check_address(url)
    if secret and not _BEARER_TOKEN.fullmatch(secret):
        raise refuse(Reason.NOT_FROM_A_PLATFORM, "registration_token")
    configuration = discovery.discover(url, limits_of(settings))
    ticket = tickets.seal(Ticket(invitation_id, configuration, secret), settings.secret_key)
    return render_template(
        "lti/register.html",
        ticket=ticket,
        institution_name=institution_name,
        configuration=configuration,
        application=application,
    )


@blueprint.post("/lti/register")
def register() -> str:
    """The button: registers us there and the platform here, and says what is left to do."""
    settings = tool_settings()
    ticket = tickets.unseal(request.form.get("ticket", ""), settings.secret_key)
    _let_frame(ticket.configuration.url)
    tickets.check_age(ticket)
    release()
    platform = _joined(ticket) or _join(ticket)
    tool = urlsplit(settings.tool_url)
    return render_template(
        "lti/registered.html",
        configuration=ticket.configuration,
        platform=platform,
        name=application.NAME,
        keys_url=f"{settings.tool_url}/lti/jwks.json",
        tool_host=tool.hostname,
        tool_port=tool.port if tool.port not in _USUAL_PORTS else None,
    )


def _join(ticket: Ticket) -> Platform:
    settings = tool_settings()
    configuration, secret = ticket.configuration, ticket.registration_token
    try:
        with force_locale(settings.default_language):  # the tool's name there is for everybody who uses that Moodle
            granted = joining.apply(configuration, secret, settings.tool_url, limits_of(settings))
    except RegistrationRefused:
        joined = _joined(ticket)
        if joined is None:
            raise
        return joined
    return joining.join(session, ticket.invitation_id, configuration, granted)


def _joined(ticket: Ticket) -> Platform | None:
    """What this page registered already, where the button was pressed twice; else None, if the invitation serves."""
    with transaction(writing=False) as own:
        invitation = own.get(Invitation, ticket.invitation_id)
        if invitation is not None:
            joined = joining.find_joined(own, invitation.institution_id, ticket.configuration, ticket.sealed_at)
            if joined is not None:
                return platforms.get(own, joined.id)
        invitations.check_open(invitation)
    return None


def _let_frame(configuration_url: str) -> None:
    """The platform is not registered yet: only it, by what it calls its own address, may show the page in a frame.

    Its secret is in our address, so the page has no other form that would carry that on, such as the language's.
    """
    g.keeps_language = True
    g.framed_by = frozenset({origin_of(configuration_url)} - {""})
