"""The doctor's pages: the operator's for any platform, an administrator's for the platform of their own launch."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import lazy_gettext as _

from lrc.db import release, session
from lti.doctor import examining
from lti.doctor.case import Case, load
from lti.doctor.examining import Examination
from lti.doctor.findings import State
from lti.models import Person
from lti.operators import operator_required
from lti.viewers import Role, role_required, viewer
from lti.views.blueprint import blueprint, tool_settings

STATES = {
    State.GOOD: (_("bien"), "ok", "check"),
    State.BETTER: (_("por mejorar"), "warn", "warning"),
    State.BAD: (_("mal"), "bad", "cross"),
    State.UNKNOWN: (_("no se sabe todavía"), "", "question"),
}
"""Each state in words, with the class of its badge and its icon."""


@blueprint.get("/platform")
@role_required(Role.ADMINISTRATOR)
def own_platform() -> str:
    """What is known of the platform that the administrator came from; nobody is asked."""
    return _page(examining.known(_own_case()), address=url_for(".own_platform"))


@blueprint.post("/platform")
@role_required(Role.ADMINISTRATOR)
def check_own_platform() -> str:
    """The same, the platform having been asked just now."""
    return _page(_examined(_own_case()), address=url_for(".own_platform"))


@blueprint.get("/operator/platforms/<int:platform_id>/check")
@operator_required
def platform_check(platform_id: int) -> str:
    """What is known of a platform, for the operator."""
    return _operators_page(examining.known(_case(platform_id)))


@blueprint.post("/operator/platforms/<int:platform_id>/check")
@operator_required
def check_platform(platform_id: int) -> str:
    """The same, the platform having been asked just now."""
    return _operators_page(_examined(_case(platform_id)))


def _own_case() -> Case:
    platform_id = session.get_one(Person, viewer.person_id).platform_id
    return load(session, platform_id, tool_settings(), every_institution=False)


def _case(platform_id: int) -> Case:
    return load(session, platform_id, tool_settings(), every_institution=True)


def _examined(case: Case) -> Examination:
    release()  # nobody waits for a server that is not ours
    return examining.examine(case)


def _operators_page(examination: Examination) -> str:
    address = url_for(".platform_check", platform_id=examination.case.platform_id)
    return _page(examination, address=address, is_operating=True)


def _page(examination: Examination, *, address: str, is_operating: bool = False) -> str:
    return render_template(
        "lti/doctor.html",
        examination=examination,
        address=address,
        is_operating=is_operating,
        states=STATES,
        State=State,
    )
