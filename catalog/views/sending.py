"""Sending files from a browser straight to storage, in parts; and describing one that has come without its page."""

from __future__ import annotations

from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalog import library, remarking
from catalog.editions import handing
from catalog.forms import UploadForm, audiences_open_to
from catalog.library import AlreadyHeld
from catalog.models import Resource, Upload
from catalog.sending import replacing, sendings
from catalog.sending.parts import Sending
from catalog.sending.sendings import Announced
from catalog.uploads import FILES
from catalog.views.blueprint import blueprint, settings
from lrc import db
from lrc.db import session
from lrc.errors import BadInput
from lrc.storage import MissingFile, current_storage
from lti.viewers import Role, role_required, viewer

UPLOAD = "/uploads/<string(length=32):token>"


@blueprint.post("/uploads")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def begin_upload() -> Response:
    """Begin to send a file, or go on with one of the same bytes; told of its twin, nothing needs to be sent."""
    file = Announced.of(_told())
    try:
        upload = sendings.check(session, viewer, file, settings().max_upload_bytes)
        if upload is None:
            db.release()  # nobody else's writing waits for storage
            begun = current_storage().begin_parts(FILES)
            upload = sendings.check(session, viewer, file, settings().max_upload_bytes)
            upload = upload or sendings.begin(session, viewer, file, begun)
    except AlreadyHeld as held:
        return _twin(held)
    return jsonify(_state(upload))


@blueprint.get(UPLOAD + "/parts")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def upload_parts(token: str) -> Response:
    """Which parts have come, and where to send the next ones from ``start`` on."""
    upload = sendings.get_own(session, viewer, token)
    if sendings.has_arrived(upload):
        return jsonify(has_arrived=True)
    sending = Sending.of(upload)
    db.release()  # no connection is kept while storage is asked
    try:
        there = sending.there(current_storage())
    except MissingFile:
        # Perhaps put together by a request whose answer was lost: completing it finds out.
        return jsonify(is_gone=True)
    links = sending.links(current_storage(), there, request.args.get("start", 1, type=int))
    return jsonify(there=there, links=links, lifetime_s=settings().link_lifetime_s)


@blueprint.post(UPLOAD + "/complete")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def complete_upload(token: str) -> Response:
    """Put the parts together; what is described becomes a resource. May be asked again at any time."""
    upload = sendings.get_own(session, viewer, token)
    if not sendings.has_arrived(upload):
        sending = Sending.of(upload)
        db.release()
        try:
            sending.put_together(current_storage())
        except MissingFile:
            sendings.drop(session, sendings.get_own_for_change(session, viewer, token))
            return jsonify(is_gone=True)
    upload = sendings.get_own_for_change(session, viewer, token)
    sendings.arrive(session, upload)
    return _taken_in(upload)


@blueprint.route(UPLOAD, methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def describe_upload(token: str) -> str | Response:
    """Say what a file is, while it comes or when it has come: by its own page, or by the script that sends it."""
    if request.method == "GET":
        upload = sendings.get_own(session, viewer, token)
        if upload.replaces_id is not None:
            return _telling(upload, library.get(session, viewer, upload.replaces_id))
        return _page(upload, UploadForm.of(upload.typed) if upload.typed else UploadForm())
    upload = sendings.get_own_for_change(session, viewer, token)
    if upload.replaces_id is not None:
        return _tell(upload, upload.replaces_id)
    form = UploadForm.of(_told() if request.is_json else request.form)
    if not form.is_valid(viewer):
        if request.is_json:
            said = {name: str(sentence) for name, sentence in form.errors.items()}
            return make_response(jsonify(errors=said), BadInput.status)
        return make_response(_page(upload, form), BadInput.status)
    if upload.resource_id is None:
        sendings.describe(session, viewer, upload, form.details())
    if request.is_json:
        return _taken_in(upload)
    resource = sendings.take_in(session, viewer, upload)
    return redirect(_address(resource) if resource else url_for(".upload"))


def _tell(upload: Upload, resource_id: int) -> str | Response:
    """Keep what is new in a file for a material that is there, and take it in where it has come."""
    resource = library.get(session, viewer, resource_id)
    note = _plain((_told() if request.is_json else request.form).get("note", ""))
    if not note and replacing.needs_note(session, resource):
        error = gettext("Di qué hay de nuevo, o cómo quedó lo que te observaron.")
        if request.is_json:
            return make_response(jsonify(errors={"note": error}), BadInput.status)
        return make_response(_telling(upload, resource, error), BadInput.status)
    if upload.resource_id is None:
        sendings.tell(session, upload, note[: remarking.REMARK_LIMIT])
    if request.is_json:
        return _taken_in(upload)
    taken = sendings.take_in(session, viewer, upload)
    return redirect(_address(taken) if taken else url_for(".new_version", resource_id=resource_id))


def _plain(said: object) -> str:
    """Without what databases cannot hold: NUL, and halves of surrogate pairs, which scripts may send."""
    return str(said).replace("\r\n", "\n").replace("\0", "").encode("utf-8", "ignore").decode().strip()


def _telling(upload: Upload, resource: Resource, trouble: str = "") -> str:
    return render_template(
        "catalog/editions/tell.html",
        upload=upload,
        resource=resource,
        version=handing.find_open(session, resource),
        note=upload.typed.get("note", ""),
        trouble=trouble,
    )


@blueprint.post(UPLOAD + "/drop")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def drop_upload(token: str) -> Response:
    """Forget a file and what came of it."""
    upload = sendings.get_own(session, viewer, token)
    key, storage_id = upload.key, upload.storage_id
    db.release()
    if storage_id:
        current_storage().drop_parts(key, storage_id)
    sendings.drop(session, sendings.get_own_for_change(session, viewer, token))
    return jsonify(is_dropped=True) if request.is_json else redirect(url_for(".upload"))


def _told() -> dict[str, Any]:
    try:
        told = request.get_json(silent=True)
    except RecursionError as error:
        raise BadInput(detail="JSON nested too deeply") from error
    if not isinstance(told, dict):
        raise BadInput(detail="no JSON object")
    return told


def _state(upload: Upload) -> dict[str, Any]:
    return {
        "token": upload.token,
        "part_bytes": upload.part_bytes,
        "has_arrived": sendings.has_arrived(upload),
        "is_described": "note" in upload.typed or sendings.said_of(viewer, upload) is not None,
        "parts": url_for(".upload_parts", token=upload.token),
        "complete": url_for(".complete_upload", token=upload.token),
        "describe": url_for(".describe_upload", token=upload.token),
        "drop": url_for(".drop_upload", token=upload.token),
    }


def _taken_in(upload: Upload) -> Response:
    """The resource that it became, or that it has still to be described; its twin where that came first."""
    try:
        resource = sendings.take_in(session, viewer, upload)
    except AlreadyHeld as held:
        sendings.drop(session, upload)
        return _twin(held)
    return jsonify(has_arrived=sendings.has_arrived(upload), resource=_address(resource) if resource else "")


def _twin(held: AlreadyHeld) -> Response:
    """No error to who asks: the row of what came in vain must go, too."""
    return jsonify(twin={"title": held.twin.title, "address": _address(held.twin)})


def _address(resource: Resource) -> str:
    """Its page, or that of its version that was handed in."""
    version = handing.find_open(session, resource)
    if version is not None and handing.is_involved(viewer, resource):
        return url_for(".version", resource_id=resource.id, number=version.number)
    return url_for(".show", resource_id=resource.id)


def _page(upload: Upload, form: UploadForm) -> str:
    return render_template(
        "catalog/sending/describe.html", upload=upload, form=form, audiences=audiences_open_to(viewer)
    )
