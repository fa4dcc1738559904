"""Versions of a material: looking at one, deciding on it, going back to an earlier one, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import defer
from werkzeug.wrappers import Response

from catalog import library, review
from catalog.describing import description
from catalog.describing.description import FIELDS
from catalog.describing.wording import field_name, told
from catalog.editions import deciding, handing, reading
from catalog.models import FileState, Resource, Version, VersionState
from catalog.views.blueprint import VERSION, blueprint
from catalog.views.handingin import VERSIONS, handed_in, involved
from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti import linksettings
from lti.viewers import Role, role_required, viewer

Step = Callable[..., Version]
blueprint.add_app_template_global(lambda resource: handing.find_open(session, resource), "open_version")
blueprint.add_app_template_global(lambda resource: reading.last_number(session, resource), "last_version")
blueprint.add_app_template_global(field_name, "field_name")


@blueprint.app_template_global("may_hand_in")
def may_hand_in(resource: Resource) -> bool:
    """Whether the viewer may hand in a version of it."""
    return handing.is_involved(viewer, resource) and handing.takes_versions(session, resource)


@blueprint.app_template_global("description_fields")
def description_fields() -> tuple[str, ...]:
    return FIELDS


@blueprint.get(VERSIONS)
@role_required(Role.TEACHER, Role.LIBRARIAN)
def all_versions(resource_id: int) -> str:
    """All versions, the newest first: when, by whom, what is new."""
    resource = involved(library.get(session, viewer, resource_id))
    query = reading.of_material(resource).options(defer(Version.content), defer(Version.texts))
    stretch = paginate(session, query, request.args.get("page", 1, type=int))
    return render_template("catalog/editions/list.html", resource=resource, stretch=stretch)


@blueprint.get(VERSION)
@role_required()
def version(resource_id: int, number: int) -> str:
    """One version: for those involved with what it changes, for the people of a course to whom it is pinned to read."""
    resource = library.get(session, viewer, resource_id)
    return version_page(resource, reading.get(session, viewer, resource, number))


@blueprint.get(VERSION + "/status")
@role_required()
def version_status(resource_id: int, number: int) -> Response:
    """How far reading its file is; once settled, its whole page is asked anew."""
    resource = library.get(session, viewer, resource_id)
    shown = reading.get(session, viewer, resource, number)
    page = render_template("catalog/editions/_progress.html", resource=resource, version=shown, reading_file=shown.file)
    answer = make_response(page)
    if shown.file is None or shown.file.state not in (FileState.RECEIVED, FileState.READING):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post(VERSION)
@role_required(Role.LIBRARIAN)
def decide_version(resource_id: int, number: int) -> str | Response:
    """Publish the version that waits, or return it ("do"); a bad remark is shown again beside what is wrong."""
    resource = library.get_for_change(session, viewer, resource_id)
    do, remark = request.form.get("do", ""), request.form.get("remark", "").replace("\r\n", "\n")
    steps: dict[str, tuple[Step, str]] = {
        "publish": (deciding.publish, _("Publicada: desde ahora se encuentra y se lee esta versión.")),
        "return": (partial(deciding.send_back, fields=field_remarks_sent()), _("Devuelta con tus observaciones.")),
    }
    if do not in steps:
        raise BadInput
    step, done = steps[do]
    try:
        step(session, viewer, resource, remark, reviewed=request.form.get("seen", ""))
    except BadInput as error:
        page = version_page(resource, reading.get(session, viewer, resource, number), remark, error.message)
        return make_response(page, error.status)
    flash(done, "success")
    return redirect(url_for(".version", resource_id=resource_id, number=number))


def field_remarks_sent() -> dict[str, str]:
    """What the form says of single fields."""
    return {name: request.form.get(f"on-{name}", "") for name in FIELDS}


@blueprint.post(VERSION + "/bring-back")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def bring_back_version(resource_id: int, number: int) -> Response:
    """Propose that an earlier version takes the place of the present one again."""
    resource = involved(library.get_for_change(session, viewer, resource_id))
    earlier = reading.get(session, viewer, resource, number)
    note = _("Vuelve a la versión %(number)s.", number=number)
    return handed_in(resource_id, handing.bring_back(session, viewer, resource, earlier, note).number)


@blueprint.post(VERSIONS + "/take-back")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def take_back_version(resource_id: int) -> Response:
    handing.take_back(session, viewer, library.get_for_change(session, viewer, resource_id))
    flash(_("Retiraste la versión nueva. Lo publicado sigue como estaba."), "success")
    return redirect(url_for(".show", resource_id=resource_id))


@blueprint.post(VERSIONS + "/retry")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def retry_version(resource_id: int) -> Response:
    number = handing.retry(session, viewer, library.get_for_change(session, viewer, resource_id)).number
    return redirect(url_for(".version", resource_id=resource_id, number=number))


@blueprint.post(VERSIONS + "/follow")
@role_required(Role.TEACHER)
def follow_newest(resource_id: int) -> Response:
    """Have the links of the teacher's course lead to what is in force, whichever version they stayed with."""
    resource = library.get(session, viewer, resource_id)
    for each in reading.links_of_course(session, viewer, resource):
        linksettings.set_manner(each, replace(linksettings.manner_of(each.settings), version=None))
    flash(_("Listo: desde ahora tu curso abre siempre la versión más nueva."), "success")
    return redirect(url_for(".show", resource_id=resource_id))


@blueprint.app_template_global("pinned_links")
def pinned_links(resource: Resource, number: int) -> bool:
    """Whether the viewer's course stays with this version."""
    return reading.is_pinned_for(session, viewer, resource, number)


@blueprint.app_template_global("field_remarks")
def field_remarks(resource: Resource) -> dict[str, str]:
    """What librarians wrote of single fields when they returned it last; nothing once it was answered."""
    return handing.field_remarks(resource)


def version_page(resource: Resource, shown: Version, remark: str = "", trouble: object = "") -> str:
    """The page of a version, also with what could not be taken and why."""
    is_open = shown.state in handing.OPEN
    return render_template(
        "catalog/editions/version.html",
        resource=resource,
        version=shown,
        said=handing.described(resource, shown),
        changes=_changes(resource, shown) if handing.is_involved(viewer, resource) else [],
        is_open=is_open,
        is_in_force=shown.state is VersionState.PUBLISHED,
        is_involved=handing.is_involved(viewer, resource),
        may_decide=shown.state is VersionState.WAITING and review.may_review(session, viewer, resource),
        is_ready=handing.is_ready(shown),
        seen=deciding.fingerprint(session, resource, shown) if is_open else "",
        remark=remark,
        trouble=trouble,
    )


def _changes(resource: Resource, shown: Version) -> list[tuple[str, str, str]]:
    """By field, what it says in the other and in this one: an open one beside what stands, another to the one after."""
    other, this = description.of(resource), handing.described(resource, shown)
    changed: Any = description.difference(other, this)
    return [(name, told(name, changed.before[name]), told(name, changed.after[name])) for name in changed.after]
