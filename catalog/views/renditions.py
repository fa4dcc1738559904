"""What stands beside a recording: putting captions to it, and taking them away."""

from __future__ import annotations

import hashlib
import io

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library, recordings, renditions
from catalog.extract.captions import clock
from catalog.models import File
from catalog.renditions import Captions
from catalog.uploads import Received, received, stored
from catalog.views.blueprint import RESOURCE, blueprint
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


@blueprint.post(CAPTIONS)
@role_required(Role.TEACHER, Role.LIBRARIAN)
def add_captions(resource_id: int) -> str | Response:
    """Take the captions of a form; what is wrong with them is said on the page of the recording."""
    try:
        sent = received(request.files.get("captions"))
        renditions.check_may_change(viewer, library.get(session, viewer, resource_id))
        read = renditions.read_captions(sent.stream.read(renditions.MOST_BYTES + 1), request.form.get("language", ""))
        with stored(_as_vtt(read, sent.name)) as bytes_kept:
            resource = library.get_for_change(session, viewer, resource_id)
            renditions.put_captions(session, viewer, resource, read, bytes_kept)
    except (BadInput, BadFile, TooLarge, Unavailable) as error:
        return make_response(show_page(library.get(session, viewer, resource_id), trouble=error.message), error.status)
    flash(_("Pusimos los subtítulos: lo que se dice en la grabación ya se puede buscar y leer."), "success")
    return redirect(url_for(".show", resource_id=resource_id))


def _as_vtt(read: Captions, name: str) -> Received:
    content = read.as_vtt()
    return Received(io.BytesIO(content), name, len(content), hashlib.sha256(content).hexdigest())


@blueprint.post(CAPTIONS + "/<int(max=2147483647):rendition_id>/remove")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def remove_captions(resource_id: int, rendition_id: int) -> Response:
    renditions.remove_captions(session, viewer, library.get_for_change(session, viewer, resource_id), rendition_id)
    flash(_("Quitamos los subtítulos."), "success")
    return redirect(url_for(".show", resource_id=resource_id))
