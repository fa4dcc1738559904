"""The editor of a lesson: showing, saving, previewing, and the page where two texts are put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.models import Resource
from lrc.db import session
from lrc.errors import BadInput, NotAllowed, NotFound
from lrc.study import history, images, merging, parts, rendering, writing
from lrc.study.content import LESSON_CHARACTERS, Lesson, from_data
from lrc.study.models import Part
from lrc.study.parts import Saved
from lrc.study.views import quizwriting
from lrc.study.views.blueprint import blueprint
from lrc.study.views.writing import WRITTEN_PART, module_of, new_uid
from lti.viewers import role_required, viewer

SAVE = "<int(max=2147483647):save_id>"


@blueprint.get(WRITTEN_PART, endpoint="write_part")
@role_required(*writing.WRITERS)
def write_part(module_id: int, part: str) -> str | Response:
    module = module_of(module_id)
    found = parts.get(session, module, part)
    if found.deleted_at is not None:
        flash(_("Esta parte fue borrada: recupérala si quieres seguir escribiéndola."), "info")
        return redirect(url_for(".write_module", module_id=module.id, _anchor="deleted"))
    if found.content["type"] == "quiz":
        return quizwriting.show(module, found)
    return _editor(module, found, _lesson(found.content), found.revision)


@blueprint.post(WRITTEN_PART, endpoint="save_part")
@role_required(*writing.WRITERS)
def save_part(module_id: int, part: str) -> str | Response:
    """Keep a lesson, sent by the page's script as JSON or by its form; a conflict leads to where both are shown."""
    module = module_of(module_id)
    found = parts.get(session, module, part)
    sent = _sent()
    if sent.get("person") not in (None, viewer.person_id):
        raise NotAllowed(_("En este navegador entró otra persona: vuelve a abrir la biblioteca desde tu curso."))
    try:
        saved = parts.save(session, viewer, found, _typed(found, sent), _based_on(sent), sent.get("uid", ""))
    except BadInput as error:
        if request.is_json:
            raise
        shown = Lesson(found.key, str(sent.get("title", "")), str(sent.get("text", "")))
        return make_response(_editor(module, found, shown, found.revision, trouble=error), error.status)
    return _told(module, found, saved) if request.is_json else _went_on(module, found, saved)


def _told(module: Resource, part: Part, saved: Saved) -> Response:
    return jsonify(
        revision=saved.revision,
        said=_("Guardado a las %(time)s", time=format_time(part.saved_at, "HH:mm")),
        conflict=_conflict_url(module, part, saved) if saved.conflict else None,
        is_deleted=part.deleted_at is not None,
    )


def _went_on(module: Resource, part: Part, saved: Saved) -> Response:
    if saved.conflict:
        return redirect(_conflict_url(module, part, saved), 303)
    flash(_("Guardado a las %(time)s", time=format_time(part.saved_at, "HH:mm")), "success")
    return redirect(url_for(".write_part", module_id=module.id, part=part.key), 303)


def _conflict_url(module: Resource, part: Part, saved: Saved) -> str:
    if saved.save is None:
        raise NotFound
    return url_for(".merge_part", module_id=module.id, part=part.key, save_id=saved.save.id)


@blueprint.post(WRITTEN_PART + "/preview", endpoint="preview_lesson")
@role_required(*writing.WRITERS)
def preview_part(module_id: int, part: str) -> str:
    """What was typed as students would see it; nothing is kept. The fragment alone for the page's script."""
    module = module_of(module_id)
    found = parts.get(session, module, part)
    sent = _sent()
    typed = parts.checked(_typed(found, sent))
    shown = rendering.lesson_html(session, viewer, module, writing.manuscript(session, module), typed)
    if request.is_json:
        return render_template("study/writing/_preview.html", shown=shown)
    return _editor(module, found, typed, _based_on(sent), shown=shown)


@blueprint.get(WRITTEN_PART + "/merge/" + SAVE, endpoint="merge_part")
@role_required(*writing.WRITERS)
def merge_part(module_id: int, part: str, save_id: int) -> str | Response:
    """A text that could not be saved beside the one that is saved, for its author to decide."""
    module = module_of(module_id)
    found = parts.get(session, module, part)
    save = history.get(session, found, save_id)
    if found.content["type"] != "lesson":
        return redirect(url_for(".show_save", module_id=module.id, part=found.key, save_id=save.id))
    mine, theirs = _lesson(save.content), _lesson(found.content)
    basis = history.before(session, save)
    joined = merging.merged(_lesson(basis.content), mine, theirs) if basis is not None else None
    return render_template(
        "study/writing/merge.html",
        module=module,
        part=found,
        save=save,
        theirs=theirs,
        joined=joined or mine,
        is_joined=joined is not None,
        lines=history.compare(history.text_of(theirs), history.text_of(mine)),
        uids=(new_uid(), new_uid()),
    )


def _editor(
    module: Resource,
    part: Part,
    lesson: Lesson,
    revision: int,
    *,
    shown: object = None,
    trouble: BadInput | None = None,
) -> str:
    """The editor with a text, which was written on this revision of the part."""
    return render_template(
        "study/writing/lesson.html",
        module=module,
        part=part,
        lesson=lesson,
        revision=revision,
        uid=new_uid(),
        shown=shown,
        trouble=trouble,
        images=session.scalars(images.of_resource(module).limit(60)).all(),
        most_characters=LESSON_CHARACTERS,
        person_id=viewer.person_id,
    )


def _sent() -> Mapping[str, Any]:
    """What was sent, as JSON or by a form. BadInput for JSON that is no object, or one in another without end."""
    if not request.is_json:
        return request.form
    try:
        sent = request.get_json()
    except RecursionError as error:
        raise BadInput(detail="JSON too deep") from error
    if not isinstance(sent, dict):
        raise BadInput(detail="JSON that is no object")
    return sent


def _typed(part: Part, sent: Mapping[str, Any]) -> Lesson:
    """The lesson that was sent, unchecked but for its kind. BadInput where the part is no lesson."""
    if part.content["type"] != "lesson":
        raise BadInput(detail=f"a lesson sent to the quiz {part.key}")
    minutes = sent.get("minutes") or 0
    if isinstance(minutes, str):
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 6):
            raise BadInput(_("Escribe los minutos con números, por ejemplo 15."))
        minutes = int(minutes)
    return Lesson(part.key, sent.get("title", ""), sent.get("text", ""), minutes)


def _based_on(sent: Mapping[str, Any]) -> int:
    """The revision that a text was written on. BadInput where it says none."""
    number = sent.get("based_on")
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 10:
        return int(number)
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    raise BadInput(detail="a save that is based on nothing")


def _lesson(data: dict[str, Any]) -> Lesson:
    return from_data(data, Lesson)
