"""What stands beside a recording: putting captions to it, and taking them away."""

from __future__ import annotations

import hashlib
import io

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library, recordings, renditions
from catalog.editions import reading
from catalog.extract.captions import clock
from catalog.models import File, Resource, Version
from catalog.renditions import Captions, Recording
from catalog.uploads import Received, received, stored
from catalog.views.blueprint import RESOURCE, VERSION, blueprint
from catalog.views.editions import version_page
from catalog.views.materials import show_page
from lrc.db import session
from lrc.errors import BadFile, BadInput, TooLarge, Unavailable
from lti.viewers import Role, role_required, viewer

CAPTIONS = RESOURCE + "/captions"


@blueprint.app_template_filter("lasting")
def lasting(seconds: float) -> str:
    """How long a recording is, as it is said on cards: 3:25 min."""
    return str(_("%(time)s min", time=clock(seconds)))


@blueprint.app_template_global("caption_languages")
def caption_languages() -> tuple[str, ...]:
    return renditions.LANGUAGES


@blueprint.app_template_global("is_recording")
def is_recording(file: File | None) -> bool:
    return file is not None and recordings.is_recording(file)


@blueprint.app_template_global("takes_captions")
def takes_captions(version: Version) -> bool:
    """Whether captions can be put to what a version brings."""
    return renditions.brings_its_own(session, version)


@blueprint.post(CAPTIONS)
@blueprint.post(VERSION + "/captions")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def add_captions(resource_id: int, number: int | None = None) -> str | Response:
    """Take the captions of a form; what is wrong with them is said on the page of the recording, or of its version."""
    try:
        sent = received(request.files.get("captions"))
        renditions.check_may_change(session, viewer, _recording(library.get(session, viewer, resource_id), number))
        read = renditions.read_captions(sent.stream.read(renditions.MOST_BYTES + 1), request.form.get("language", ""))
        with stored(_as_vtt(read, sent.name)) as bytes_kept:
            recording = _recording(library.get_for_change(session, viewer, resource_id), number)
            renditions.put_captions(session, viewer, recording, read, bytes_kept)
    except (BadInput, BadFile, TooLarge, Unavailable) as error:
        recording = _recording(library.get(session, viewer, resource_id), number)
        return make_response(_page(recording, error.message), error.status)
    if number is None:
        flash(_("Pusimos los subtítulos: lo que se dice en la grabación ya se puede buscar y leer."), "success")
    else:
        flash(_("Pusimos los subtítulos: la biblioteca los revisará con la versión."), "success")
    return _back(resource_id, number)


def _recording(resource: Resource, number: int | None) -> Recording:
    return Recording(resource, None if number is None else reading.get(session, viewer, resource, number))


def _page(recording: Recording, trouble: object) -> str:
    if recording.version is None:
        return show_page(recording.resource, trouble=trouble)
    return version_page(recording.resource, recording.version, trouble=trouble)


def _back(resource_id: int, number: int | None) -> Response:
    return redirect(url_for(".show" if number is None else ".version", resource_id=resource_id, number=number))


def _as_vtt(read: Captions, name: str) -> Received:
    content = read.as_vtt()
    return Received(io.BytesIO(content), name, len(content), hashlib.sha256(content).hexdigest())


@blueprint.post(CAPTIONS + "/<int(max=2147483647):rendition_id>/remove")
@blueprint.post(VERSION + "/captions/<int(max=2147483647):rendition_id>/remove")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def remove_captions(resource_id: int, rendition_id: int, number: int | None = None) -> Response:
    recording = _recording(library.get_for_change(session, viewer, resource_id), number)
    renditions.remove_captions(session, viewer, recording, rendition_id)
    flash(_("Quitamos los subtítulos."), "success")
    return _back(resource_id, number)
