"""Who writes a course or a module: finding colleagues by name, adding and removing them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.errors import BadInput
from lrc.study import authors, writing
from lrc.study.views.blueprint import blueprint
from lrc.study.views.writing import editor_url
from lti.viewers import role_required, viewer

_PATH = "/writing/<int(max=2147483647):resource_id>/authors"
_MOST_FOUND = 20


@blueprint.get(_PATH, endpoint="authors")
@role_required(*writing.WRITERS)
def show_authors(resource_id: int) -> str:
    resource = writing.get_for_writing(session, viewer, resource_id)
    words = " ".join(request.args.get("q", "").split())[:200]
    found = session.scalars(authors.candidates(resource, words).limit(_MOST_FOUND)).all() if words else []
    return render_template(
        "study/writing/authors.html",
        resource=resource,
        back=editor_url(resource),
        authors=session.scalars(authors.of_resource(resource)).all(),
        words=words,
        found=found,
        is_owner=resource.owner_id == viewer.person_id,
    )


@blueprint.post(_PATH, endpoint="add_author")
@role_required(*writing.WRITERS)
def add_author(resource_id: int) -> Response:
    resource = writing.get_for_writing(session, viewer, resource_id)
    person = authors.add(session, viewer, resource, _person_id())
    flash(_("%(name)s ya puede escribir contigo: lo verá en «Lo que escribo».", name=person.name), "success")
    return redirect(url_for(".authors", resource_id=resource.id), 303)


@blueprint.post(_PATH + "/remove", endpoint="remove_author")
@role_required(*writing.WRITERS)
def remove_author(resource_id: int) -> Response:
    resource = writing.get_for_writing(session, viewer, resource_id)
    person_id = _person_id()
    authors.remove(session, viewer, resource, person_id)
    if person_id == viewer.person_id and resource.owner_id != person_id:
        flash(_("Ya no escribes «%(title)s».", title=resource.title), "success")
        return redirect(url_for(".writing"), 303)
    flash(_("Guardado."), "success")
    return redirect(url_for(".authors", resource_id=resource.id), 303)


def _person_id() -> int:
    person_id = request.form.get("person", type=int)
    if person_id is None or not 0 < person_id < 2**31:
        raise BadInput
    return person_id
