"""For whom a material is and from when: the form that says so, and publishing on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library, versions
from catalog.availability import audiences, embargo, publishing, schedules
from catalog.availability.audiences import Wanted
from catalog.days import today
from catalog.models import Collection, Kind, Resource, Scheduling
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.numbers import row
from lrc.db import session
from lrc.errors import BadInput, NotAllowed
from lti import groups
from lti.models import Institution
from lti.viewers import Role, role_required, viewer

_MISSED_SHOWN = 3


@blueprint.app_template_global("schedules_of")
def schedules_of(resources: Sequence[Resource]) -> dict[int, Scheduling]:
    return schedules.of(session, [each.id for each in resources])


@blueprint.app_template_global("missed_days")
def missed_days() -> list[Scheduling]:
    """What of the viewer's was not published on its day: some, for the home page."""
    return list(session.scalars(schedules.missed(viewer).limit(_MISSED_SHOWN)))


@blueprint.app_template_global("is_closed_to_me")
def is_closed_to_me(resource: Resource) -> bool:
    """Whether what is in it is not for who asks yet."""
    return embargo.is_closed_to(viewer, resource)


@blueprint.app_template_global("may_set_audience")
def may_set_audience(resource: Resource) -> bool:
    return audiences.may_set(viewer, resource)


@blueprint.app_template_global("group_members")
def group_members(meant: Resource | Collection) -> list[Institution]:
    """The institutions that it is for, where it is for chosen ones."""
    return groups.members(session, meant.audience)


blueprint.add_app_template_global(embargo.is_closed, "is_embargoed")


@blueprint.route(RESOURCE + "/availability", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def availability(resource_id: int) -> str | Response:
    """Who can see a material and from which day it can be opened; sent, it is so from then on."""
    if request.method == "POST":
        return _set(resource_id)
    resource = library.get(session, viewer, resource_id)
    if not audiences.may_set(viewer, resource):
        raise NotAllowed(_("Esto lo decide quien subió el material o la biblioteca."))
    return _page(resource, _now(resource))


def _now(resource: Resource) -> Wanted:
    members = groups.members(session, resource.audience)
    return Wanted(audiences.choice_of(resource), frozenset(each.id for each in members), resource.embargo_until)


def _set(resource_id: int) -> Response:
    resource = library.get_for_change(session, viewer, resource_id)
    chosen = frozenset(request.form.getlist("institution", type=row))
    wanted = Wanted(request.form.get("audience", ""), chosen)
    try:
        wanted = Wanted(wanted.choice, chosen, _day("embargo"))
        audiences.set_for(session, viewer, resource, wanted)
    except BadInput as error:
        return make_response(_page(resource, wanted, error.message), error.status)
    flash(_("Guardamos quién puede verlo y desde cuándo."), "success")
    return redirect(url_for(".show", resource_id=resource_id))


def _day(name: str) -> date | None:
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise BadInput(_("Escribe el día así: 2027-03-21.")) from error


def _page(resource: Resource, wanted: Wanted, trouble: object = "") -> str:
    return render_template(
        "catalog/availability/form.html",
        resource=resource,
        wanted=wanted,
        trouble=trouble,
        typed_day=request.form.get("embargo", wanted.embargo_until or ""),
        choices=audiences.choices(resource),
        institutions=audiences.institutions(session),
        today=today(),
    )


@blueprint.post(RESOURCE + "/schedule")
@role_required(Role.LIBRARIAN)
def schedule(resource_id: int) -> Response:
    """Have what was reviewed be published on a day; with "cancel" on none."""
    resource = library.get_for_change(session, viewer, resource_id)
    back = _reviewed_at(resource)
    if "cancel" in request.form:
        publishing.cancel(session, viewer, resource)
        flash(_("Ya no se publicará ese día: sigue esperando revisión."), "success")
    else:
        day = _day("on")
        if day is None:
            raise BadInput(_("Elige el día en que se publicará."))
        reviewed = request.form.get("file", "")
        publishing.schedule(session, viewer, resource, day, reviewed=reviewed)
        flash(_("Listo: ese día se publicará sin que hagas nada más."), "success")
    return redirect(back)


def _reviewed_at(resource: Resource) -> str:
    """The page on which what waits of it is reviewed."""
    if resource.kind is not Kind.MATERIAL:
        return url_for("study.review_version", resource_id=resource.id)
    version = versions.waiting(session, resource.id)
    if version is None:
        return url_for(".show", resource_id=resource.id)
    return url_for(".version", resource_id=resource.id, number=version.number)
