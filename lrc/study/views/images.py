"""The images of courses and modules: sending one to who may see it, taking one in from who writes."""

from __future__ import annotations

from collections.abc import Callable

from flask import jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library
from catalog.models import Resource
from catalog.uploads import received
from lrc.db import release, session
from lrc.errors import BadFile, BadInput, Conflict, NotFound, TooLarge, Unavailable
from lrc.storage import current_storage
from lrc.study import images, pictures, studies, writing
from lrc.study.models import Image
from lrc.study.pictures import Picture
from lrc.study.views.blueprint import blueprint
from lti.viewers import role_required, viewer

_RESOURCE = "<int(max=2147483647):resource_id>"
_TROUBLE = (BadInput, BadFile, Conflict, TooLarge, Unavailable)
_KEPT_FOR = "private, max-age=31536000, immutable"  # a name is never given to another picture


@blueprint.get(f"/images/{_RESOURCE}/<name>", endpoint="image")
@role_required()
def show_image(resource_id: int, name: str) -> Response:
    """An image, to who may see what it belongs to or writes it. What is there never changes, so it is kept for long."""
    _check_reader(resource_id)
    found = images.get(session, resource_id, name)
    if request.if_none_match.contains(found.sha256):
        return _kept(make_response("", 304), found)
    return _kept(make_response(current_storage().read(found.key)), found)


def _kept(answer: Response, image: Image) -> Response:
    answer.headers["Content-Type"] = image.media_type
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = _KEPT_FOR
    answer.set_etag(image.sha256)
    return answer


def _check_reader(resource_id: int) -> None:
    for query in (library.visible_to(viewer), writing.mine(viewer)):
        if session.scalar(query.where(Resource.id == resource_id)) is not None:
            return
    study = studies.find(session, viewer.person_id, resource_id)
    if study is None or study.is_trial:  # who began it may look at what was taken back; who wrote it once may not
        raise NotFound


@blueprint.post(f"/writing/{_RESOURCE}/images", endpoint="add_image")
@role_required(*writing.WRITERS)
def add_image(resource_id: int) -> str | Response:
    """Take an image in. The page's script, which asks for JSON, is told how to put it into a text; so is a person."""
    writing.get_for_writing(session, viewer, resource_id)
    try:
        alt = _alternative()
        image = taken_in(resource_id)
    except _TROUBLE as error:
        if _is_for_script():
            return make_response(jsonify(message=str(error.message), advice=str(error.advice)), error.status)
        raise
    mark = f"![{alt}](image:{image.name})"
    if _is_for_script():
        url = url_for(".image", resource_id=resource_id, name=image.name)
        return jsonify(name=image.name, mark=mark, url=url, alt=alt)
    return render_template(
        "study/writing/image.html", mark=mark, image=image, alt=alt, back=request.form.get("part", "")
    )


def taken_in(resource_id: int, made: Callable[[Picture], Picture] = lambda picture: picture) -> Image:
    """The picture that the form sends, as ``made`` makes it, as an image of what the viewer writes."""
    release()  # nobody else's writing waits while the picture is read, or travels
    file = received(request.files.get("file"))
    pictures.check_size(file.size_bytes)
    picture = made(pictures.read(file.stream.read()))
    with images.stored(picture) as key:
        resource = writing.get_for_writing(session, viewer, resource_id)
        return images.keep(session, viewer, resource, picture, key=key, name=images.name_from(file.name))


def _alternative() -> str:
    alt = " ".join(request.form.get("alt", "").replace("[", "(").replace("]", ")").split())
    if not alt:
        raise BadInput(_("Escribe el texto alternativo: qué muestra la imagen, para quien no la ve."))
    return alt[:500]


def _is_for_script() -> bool:
    return request.accept_mimetypes.best == "application/json"
