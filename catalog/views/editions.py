"""Versions of a material: handing a new one in, looking at one, deciding on it, and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import defer
from werkzeug.wrappers import Response

from catalog import library, review, versions
from catalog.describing import description
from catalog.describing.description import FIELDS
from catalog.describing.form import DescriptionForm
from catalog.describing.wording import field_name, told
from catalog.editions import deciding, handing, reading
from catalog.editions.handing import News
from catalog.models import Kind, Resource, Version, VersionState
from catalog.sending import replacing
from catalog.uploads import Received, received, stored
from catalog.views.blueprint import RESOURCE, VERSION, blueprint, settings
from catalog.views.describing import asks_for_help, fill, form_words
from catalog.views.materials import TROUBLE
from lrc.db import session
from lrc.errors import BadInput, NotAllowed, NotFound
from lrc.pagination import paginate
from lti import linksettings
from lti.viewers import Role, role_required, viewer

VERSIONS = RESOURCE + "/versions"
Step = Callable[..., Version]
blueprint.add_app_template_global(lambda resource: handing.find_open(session, resource), "open_version")
blueprint.add_app_template_global(lambda resource: reading.count(session, resource), "version_count")
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
    resource = _involved(library.get(session, viewer, resource_id))
    query = reading.of_material(resource).options(defer(Version.content), defer(Version.texts))
    stretch = paginate(session, query, request.args.get("page", 1, type=int))
    return render_template("catalog/editions/list.html", resource=resource, stretch=stretch)


@blueprint.get(VERSION)
@role_required()
def version(resource_id: int, number: int) -> str:
    """One version: for those involved with what it changes, for the people of a course to whom it is pinned to read."""
    resource = library.get(session, viewer, resource_id)
    return _page(resource, reading.get(session, viewer, resource, number))


@blueprint.route(VERSIONS + "/new", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def new_version(resource_id: int) -> str | Response:
    """Hand in a new file, with what is new in it; or only a note to what was returned."""
    if request.method == "GET":
        return _form(_involved(library.get(session, viewer, resource_id)))
    note = request.form.get("note", "").replace("\r\n", "\n")
    try:
        number = _take_in(resource_id, note)
    except TROUBLE as error:
        resource = _involved(library.get(session, viewer, resource_id))
        return make_response(_form(resource, note, error.message), error.status)
    if not number:
        flash(_("Recibimos el archivo corregido."), "success")
        return redirect(url_for(".show", resource_id=resource_id))
    return _handed_in(resource_id, number)


def _take_in(resource_id: int, note: str) -> int:
    """The number of the version that what was sent belongs to by now."""
    file = received(request.files["file"]) if request.files.get("file") else None
    resource = _involved(library.get(session, viewer, resource_id))  # else its bytes would travel for nothing
    if not replacing.is_version(session, resource):
        return _replaced(resource_id, file)
    if file is None:
        resource = library.get_for_change(session, viewer, resource_id)
        return handing.hand_in(session, viewer, resource, News(note)).number
    handing.check(session, viewer, resource, note)
    library.refuse_twin(session, viewer, file.sha256)
    with stored(file) as bytes_kept:
        resource = library.get_for_change(session, viewer, resource_id)
        return handing.hand_in(session, viewer, resource, News(note, bytes_kept)).number


def _replaced(resource_id: int, file: Received | None) -> int:
    """Put the file in the place of the present one of what is not published; 0: that is no version."""
    if file is None:
        raise BadInput(_("Elige un archivo."))
    library.check_replaceable(viewer, library.get(session, viewer, resource_id))
    library.refuse_twin(session, viewer, file.sha256)
    with stored(file) as bytes_kept:
        resource = library.get_for_change(session, viewer, resource_id)
        library.replace_file(session, viewer, resource, bytes_kept)
    return 0


def _handed_in(resource_id: int, number: int) -> Response:
    flash(_("Recibimos la versión nueva: la biblioteca la revisará. Mientras tanto sigue la publicada."), "success")
    return redirect(url_for(".version", resource_id=resource_id, number=number))


@blueprint.route(VERSIONS + "/describe", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def describe_version(resource_id: int) -> str | Response:
    """Say of the material in its new version something else than is said now."""
    if request.method == "GET":
        resource = _involved(library.get(session, viewer, resource_id))
        now = handing.find_open(session, resource)
        said = handing.described(resource, now) if now else description.of(resource)
        return _describing(resource, DescriptionForm.of(said))
    resource = _involved(library.get_for_change(session, viewer, resource_id))
    form = DescriptionForm.sent(request.form, request.form.to_dict(flat=False))
    if asks_for_help():
        fill(form, resource)
        return _describing(resource, form)
    said_then = form.described()
    if said_then is None:
        return make_response(_describing(resource, form), BadInput.status)
    if request.form.get("seen_version", "") != _seen(resource):
        return make_response(_describing(resource, form, is_overtaken=True), 409)
    note = request.form.get("note", "").replace("\r\n", "\n")
    try:
        number = handing.hand_in(session, viewer, resource, News(note, said=said_then)).number
    except BadInput as error:
        return make_response(_describing(resource, form, trouble=error.message), error.status)
    return _handed_in(resource_id, number)


def _describing(resource: Resource, form: DescriptionForm, *, trouble: object = "", is_overtaken: bool = False) -> str:
    return render_template(
        "catalog/describing/form.html",
        resource=resource,
        form=form,
        seen="",
        changed=[],
        version=handing.find_open(session, resource),
        is_version=True,
        seen_version=_seen(resource),
        is_overtaken=is_overtaken,
        note=request.form.get("note", ""),
        trouble=trouble,
        **form_words(resource, form),
    )


def _seen(resource: Resource) -> str:
    """What tells whether somebody else changed the open version meanwhile; "" where there is none."""
    now = handing.find_open(session, resource)
    return deciding.fingerprint(session, resource, now) if now else ""


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
        page = _page(resource, reading.get(session, viewer, resource, number), remark, error.message)
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
    resource = _involved(library.get_for_change(session, viewer, resource_id))
    earlier = reading.get(session, viewer, resource, number)
    note = _("Vuelve a la versión %(number)s.", number=number)
    return _handed_in(resource_id, handing.bring_back(session, viewer, resource, earlier, note).number)


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


def _involved(resource: Resource) -> Resource:
    """NotFound for what is no material, NotAllowed to those not involved."""
    if resource.kind is not Kind.MATERIAL:
        raise NotFound
    if not handing.is_involved(viewer, resource):
        raise NotAllowed(_("Una versión nueva la entrega quien subió el material, o su biblioteca."))
    return resource


def _form(resource: Resource, note: str = "", trouble: object = "") -> str:
    return render_template(
        "catalog/editions/new.html",
        resource=resource,
        version=handing.find_open(session, resource),
        is_version=replacing.is_version(session, resource),
        note=note,
        trouble=trouble,
        max_upload_bytes=settings().max_upload_bytes,
    )


def _page(resource: Resource, shown: Version, remark: str = "", trouble: object = "") -> str:
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
        present=versions.published(session, resource.id),
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
