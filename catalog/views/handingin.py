"""Handing in a new version of a material: a file and what is new in it, or another description."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library
from catalog.describing import description
from catalog.describing.form import DescriptionForm
from catalog.editions import deciding, handing
from catalog.editions.handing import News
from catalog.models import Kind, Resource
from catalog.sending import replacing
from catalog.uploads import Received, received, stored
from catalog.views.blueprint import RESOURCE, blueprint, settings
from catalog.views.describing import asks_for_help, fill, form_words
from catalog.views.materials import TROUBLE
from lrc.db import session
from lrc.errors import BadInput, NotAllowed, NotFound
from lti.viewers import Role, role_required, viewer

VERSIONS = RESOURCE + "/versions"


@blueprint.route(VERSIONS + "/new", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def new_version(resource_id: int) -> str | Response:
    """Hand in a new file, with what is new in it; or only a note to what was returned."""
    if request.method == "GET":
        return _form(involved(library.get(session, viewer, resource_id)))
    note = request.form.get("note", "").replace("\r\n", "\n")
    try:
        number = _take_in(resource_id, note)
    except TROUBLE as error:
        resource = involved(library.get(session, viewer, resource_id))
        return make_response(_form(resource, note, error.message), error.status)
    if not number:
        flash(_("Recibimos el archivo corregido."), "success")
        return redirect(url_for(".show", resource_id=resource_id))
    return handed_in(resource_id, number)


def _take_in(resource_id: int, note: str) -> int:
    """The number of the version that what was sent belongs to by now."""
    file = received(request.files["file"]) if request.files.get("file") else None
    resource = involved(library.get(session, viewer, resource_id))  # else its bytes would travel for nothing
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


def handed_in(resource_id: int, number: int) -> Response:
    flash(_("Recibimos la versión nueva: la biblioteca la revisará. Mientras tanto sigue la publicada."), "success")
    return redirect(url_for(".version", resource_id=resource_id, number=number))


@blueprint.route(VERSIONS + "/describe", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def describe_version(resource_id: int) -> str | Response:
    """Say of the material in its new version something else than is said now."""
    if request.method == "GET":
        resource = involved(library.get(session, viewer, resource_id))
        now = handing.find_open(session, resource)
        said = handing.described(resource, now) if now else description.of(resource)
        return _describing(resource, DescriptionForm.of(said))
    resource = involved(library.get_for_change(session, viewer, resource_id))
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
    return handed_in(resource_id, number)


def _describing(resource: Resource, form: DescriptionForm, *, trouble: object = "", is_overtaken: bool = False) -> str:
    return render_template(
        "catalog/describing/form.html",
        resource=resource,
        form=form,
        seen="",
        changed=[],
        version=handing.find_open(session, resource),
        is_version=True,
        seen_version=_seen(resource) if is_overtaken else request.form.get("seen_version", _seen(resource)),
        is_overtaken=is_overtaken,
        note=request.form.get("note", ""),
        trouble=trouble,
        **form_words(resource, form),
    )


def _seen(resource: Resource) -> str:
    """What tells whether somebody else changed the open version meanwhile; "" where there is none."""
    now = handing.find_open(session, resource)
    return deciding.fingerprint(session, resource, now) if now else ""


def involved(resource: Resource) -> Resource:
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
