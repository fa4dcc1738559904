"""What somebody writes: the list of it, a module's editor with its parts, what it says of itself, handing it in."""

from __future__ import annotations

import uuid

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import versions
from catalog.forms import LANGUAGE_NAMES, LICENSE_NAMES, STEP_NAMES, audience_name
from catalog.models import Kind, Resource
from lrc.db import session
from lrc.errors import BadInput, Conflict
from lrc.pagination import paginate
from lrc.study import authors, checklist, handingin, parts, standings, writing
from lrc.study.content import Lesson, Module, PartContent, Quiz, new_key
from lrc.study.headforms import HeadForm
from lrc.study.views.blueprint import blueprint
from lrc.study.views.numbers import whole
from lti.viewers import role_required, viewer
from search.levels import LEVELS

WRITING = "/writing/modules/<int(max=2147483647):module_id>"
# Beside parts' own pages, whose keys an author of a folder may have chosen: two steps deeper than theirs.
STEPS = WRITING + "/module"
WRITTEN_PART = WRITING + "/<part>"


def module_of(module_id: int) -> Resource:
    """The module, for somebody who writes it."""
    return writing.get_for_writing(session, viewer, module_id, Kind.MODULE)


@blueprint.app_template_global("editor_url")
def editor_url(resource: Resource) -> str:
    """The page where a course or a module is written."""
    if resource.kind is Kind.COURSE:
        return url_for("study.write_course", course_id=resource.id)
    return url_for("study.write_module", module_id=resource.id)


def new_uid() -> str:
    """An id for the save that a form will send, so that sent twice it counts once."""
    return str(uuid.uuid4())


@blueprint.get("/writing", endpoint="writing")
@role_required(*writing.WRITERS)
def show_writing() -> str:
    return _writing_page()


@blueprint.post("/writing", endpoint="create_module")
@role_required(*writing.WRITERS)
def create_module() -> str | Response:
    title = request.form.get("title", "")
    try:
        module = writing.create_module(session, viewer, title)
    except BadInput as error:
        return make_response(_writing_page(title, error.message), error.status)
    flash(_("Ya tienes tu módulo. Empieza por la primera lección: trae un ejemplo para escribir encima."), "success")
    return redirect(url_for(".write_module", module_id=module.id), 303)


def _writing_page(title: str = "", trouble: object = "") -> str:
    stretch = paginate(session, writing.mine(viewer), request.args.get("page", 1, type=int))
    return render_template(
        "study/writing/list.html",
        stretch=stretch,
        progress=standings.of(session, stretch.items),
        title=title,
        trouble=trouble,
        Kind=Kind,
    )


@blueprint.get(WRITING, endpoint="write_module")
@role_required(*writing.WRITERS)
def write_module(module_id: int) -> str:
    return module_page(module_of(module_id))


def module_page(module: Resource, note: str = "", trouble: object = "") -> str:
    """A module's editor, also with a note that could not be taken and why."""
    manuscript = writing.manuscript(session, module)
    return render_template(
        "study/writing/module.html",
        module=module,
        manuscript=manuscript,
        progress=standings.of(session, [module])[module.id],
        parts=session.scalars(parts.of_module(module)).all(),
        deleted=session.scalars(parts.deleted_of(module)).all(),
        findings=checklist.check(session, viewer, module, manuscript),
        authors=session.scalars(authors.of_resource(module)).all(),
        published=versions.published(session, module.id),
        note=note,
        trouble=trouble,
        levels=LEVELS,
        licenses=LICENSE_NAMES,
        steps=STEP_NAMES,
        audience_name=audience_name,
    )


@blueprint.route(STEPS + "/about", methods=["GET", "POST"], endpoint="write_head")
@role_required(*writing.WRITERS)
def write_head(module_id: int) -> str | Response:
    module = module_of(module_id)
    head = writing.get_head(session, module, Module)
    now = HeadForm.of_head(head, audience=module.audience, based_on=writing.head_fingerprint(session, module))
    return _save_head(module, head, now) if request.method == "POST" else _head_page(module, now)


def _save_head(module: Resource, head: Module, now: HeadForm) -> Response:
    """Keep what was typed; or show it again with what is wrong, or with what somebody else has saved meanwhile."""
    form = HeadForm.of_form(request.form)
    typed = form.checked(head)
    if form.errors:
        return make_response(_head_page(module, form), BadInput.status)
    try:
        writing.save_head(session, viewer, module, typed, form.based_on)
        if module.published_at is None and form.audience != now.audience:
            writing.set_audience(session, viewer, module, form.audience)
    except Conflict as conflict:
        form.based_on = now.based_on
        return make_response(_head_page(module, form, conflict=conflict, now=now), conflict.status)
    except BadInput as error:
        form.errors["audience"] = error.message
        return make_response(_head_page(module, form), error.status)
    flash(_("Guardado."), "success")
    return redirect(url_for(".write_module", module_id=module.id), 303)


def _head_page(module: Resource, form: HeadForm, conflict: Conflict | None = None, now: HeadForm | None = None) -> str:
    return render_template(
        "study/writing/head.html",
        module=module,
        form=form,
        conflict=conflict,
        now=now,
        levels=LEVELS,
        languages_of=LANGUAGE_NAMES,
        licenses=LICENSE_NAMES,
        audience_name=audience_name,
    )


@blueprint.post(STEPS + "/add", endpoint="add_part")
@role_required(*writing.WRITERS)
def add_part(module_id: int) -> Response:
    module = module_of(module_id)
    added = parts.add(session, viewer, module, _new_part(request.form.get("kind", ""), request.form.get("title", "")))
    return redirect(url_for(".write_part", module_id=module.id, part=added.key), 303)


def _new_part(kind: str, title: str) -> PartContent:
    title = writing.checked_title(title)
    if kind == "quiz":
        return Quiz(new_key(), title)
    if kind == "lesson":
        return Lesson(new_key(), title)
    raise BadInput(_("Elige si es una lección o un cuestionario."))


@blueprint.post(WRITTEN_PART + "/move", endpoint="move_part")
@role_required(*writing.WRITERS)
def move_part(module_id: int, part: str) -> Response:
    module = module_of(module_id)
    place = request.form.get("place", type=whole)
    if place is None:
        raise BadInput
    parts.move(session, viewer, parts.get(session, module, part), place)
    return redirect(url_for(".write_module", module_id=module.id, _anchor=f"part-{part}"), 303)


@blueprint.post(WRITTEN_PART + "/delete", endpoint="delete_part")
@role_required(*writing.WRITERS)
def delete_part(module_id: int, part: str) -> Response:
    module = module_of(module_id)
    gone = parts.get(session, module, part)
    parts.delete(session, viewer, gone)
    flash(_("Borraste «%(title)s». Puedes recuperarla más abajo.", title=gone.content["title"]), "success")
    return redirect(url_for(".write_module", module_id=module.id), 303)


@blueprint.post(WRITTEN_PART + "/restore", endpoint="restore_part")
@role_required(*writing.WRITERS)
def restore_part(module_id: int, part: str) -> Response:
    module = module_of(module_id)
    back = parts.get(session, module, part)
    parts.restore(session, viewer, back)
    flash(_("«%(title)s» está otra vez en el módulo.", title=back.content["title"]), "success")
    return redirect(url_for(".write_module", module_id=module.id, _anchor=f"part-{part}"), 303)


@blueprint.post(STEPS + "/hand-in", endpoint="hand_in")
@role_required(*writing.WRITERS)
def hand_in(module_id: int) -> str | Response:
    module = module_of(module_id)
    note = request.form.get("note", "")
    try:
        version = handingin.hand_in(session, viewer, module, note)
    except (Conflict, BadInput) as error:
        return make_response(module_page(module_of(module_id), note, error), error.status)
    flash(
        _(
            "Entregaste la versión %(number)s. La biblioteca la revisará; su respuesta aparecerá aquí.",
            number=version.number,
        ),
        "success",
    )
    return redirect(url_for(".write_module", module_id=module.id), 303)
