"""The operator's pages: invitations, platforms registered by themselves or by hand, their addresses and deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lrc.db import release, session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti import invitations, manual, operators, platforms
from lti.models import Platform
from lti.operators import operator_required
from lti.platforms import Registration
from lti.views.blueprint import blueprint, tool_settings

_ADDRESSES = ("auth_login_url", "auth_token_url", "jwks_url")
_LONGEST_FIELD = 2000


@blueprint.route("/operator/enter/<token>", methods=["GET", "POST"])
def operator_enter(token: str) -> str | Response:
    """The address that `lrc operator` prints. A button uses it up, since programs that look ahead open addresses."""
    g.framed_by = frozenset()
    if request.method == "GET":
        return render_template("lti/operator_enter.html", token=token)
    secret = operators.open_visit(session, token)
    response = redirect(url_for(".operator"), 303)
    response.set_cookie(
        operators.COOKIE,
        secret,
        max_age=operators.LIFETIME,
        path=operators.COOKIE_PATH,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/operator/leave")
@operator_required
def operator_leave() -> Response:
    """End the visit; the page then says how to come in again."""
    operators.end(session, operators.current())
    response = redirect(url_for(".operator"), 303)
    response.delete_cookie(operators.COOKIE, path=operators.COOKIE_PATH, secure=True, httponly=True, samesite="Lax")
    return response


@blueprint.get("/operator")
@operator_required
def operator() -> str:
    """Institutions and platforms with their state, and the invitations that are open."""
    return _home({})


@blueprint.post("/operator/invitations")
@operator_required
def invite() -> str | tuple[str, int]:
    """Make an invitation; its address is shown in this answer and never again."""
    given = _given("institution", "uses", "days", "note")
    try:
        made, token = invitations.invite(
            session, given["institution"], uses=_number("uses"), days=_number("days"), note=given["note"]
        )
    except BadInput as error:
        release()
        return _home(given, error=error), error.status
    address = invitations.address_of(token, tool_settings().tool_url)
    return render_template("lti/operator_invited.html", invitation=made, address=address)


@blueprint.post("/operator/invitations/<int:invitation_id>/revoke")
@operator_required
def revoke_invitation(invitation_id: int) -> Response:
    """End an invitation before its time."""
    revoked = invitations.revoke(session, invitation_id)
    flash(_("La invitación de %(institution)s ya no sirve.", institution=revoked.institution.name), "success")
    return redirect(url_for(".operator"), 303)


@blueprint.get("/operator/platforms/new")
@operator_required
def new_platform() -> str:
    """By hand: what to type into Moodle, and a form for what Moodle then shows."""
    return _new_form({})


@blueprint.post("/operator/platforms/new")
@operator_required
def add_platform() -> Response | tuple[str, int]:
    """Register a platform by hand, or bring what is known of it up to date."""
    given = _given("institution", "issuer", "client_id", "deployment_id", *_ADDRESSES)
    registration = manual.moodle_registration(
        given["issuer"], given["client_id"], {name: given[name] for name in _ADDRESSES}
    )
    try:
        platform = platforms.register(session, given["institution"], registration, given["deployment_id"])
    except BadInput as error:
        release()
        return _new_form(given, error=error), error.status
    flash(_("%(issuer)s ya puede abrir la biblioteca.", issuer=platform.issuer), "success")
    return redirect(url_for(".edit_platform", platform_id=platform.id), 303)


@blueprint.get("/operator/platforms/<int:platform_id>")
@operator_required
def edit_platform(platform_id: int) -> str:
    """One platform: how it was registered, its addresses and its deployments."""
    return _platform_page(platforms.get(session, platform_id), {})


@blueprint.post("/operator/platforms/<int:platform_id>")
@operator_required
def change_platform(platform_id: int) -> Response | tuple[str, int]:
    """Take a platform's new addresses."""
    platform, given = platforms.get(session, platform_id), _given(*_ADDRESSES)
    try:
        platforms.change_addresses(session, platform, Registration(platform.issuer, platform.client_id, **given))
    except BadInput as error:
        return _refused_change(platform_id, given, error)
    flash(_("Guardamos las direcciones."), "success")
    return redirect(url_for(".edit_platform", platform_id=platform.id), 303)


@blueprint.post("/operator/platforms/<int:platform_id>/deployments")
@operator_required
def add_deployment(platform_id: int) -> Response | tuple[str, int]:
    """Let one more deployment of the platform open the library."""
    platform, given = platforms.get(session, platform_id), _given("deployment_id")
    try:
        platforms.add_deployment(session, platform, given["deployment_id"])
    except BadInput as error:
        return _refused_change(platform_id, given, error)
    flash(_("Ya puede abrirse desde el despliegue %(id)s.", id=given["deployment_id"]), "success")
    return redirect(url_for(".edit_platform", platform_id=platform.id), 303)


def _refused_change(platform_id: int, given: Mapping[str, str], error: BadInput) -> tuple[str, int]:
    release()
    return _platform_page(platforms.get(session, platform_id), given, error=error), error.status


def _home(given: Mapping[str, str], **more: Any) -> str:
    found = paginate(session, platforms.registered(), request.args.get("page", 1, type=int))
    return render_template(
        "lti/operator.html",
        found=found,
        people=platforms.people_of(session, [each.id for each in found.items]),
        institutions=session.scalars(platforms.institutions()).all(),
        invitations=session.scalars(invitations.open_ones()).all(),
        limits=invitations,
        given=given,
        **more,
    )


def _new_form(given: Mapping[str, str], **more: Any) -> str:
    names = session.scalars(platforms.institutions()).all()
    shown = _to_copy()
    return render_template("lti/operator_new.html", given=given, institutions=names, **shown, **more)


def _platform_page(platform: Platform, given: Mapping[str, str], **more: Any) -> str:
    people = platforms.people_of(session, [platform.id]).get(platform.id)
    shown = _to_copy()
    return render_template("lti/operator_platform.html", platform=platform, people=people, given=given, **shown, **more)


def _to_copy() -> dict[str, Any]:
    return {
        "values": manual.form_values(tool_settings().tool_url),
        "custom_lines": manual.custom_lines(),
        "choices": manual.choices(),
    }


def _given(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "")[:_LONGEST_FIELD].strip() for name in names}


def _number(name: str) -> int:
    """The number of a field; 0, which no rule takes, for anything else."""
    return request.form.get(name, 0, type=int)
