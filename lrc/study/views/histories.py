"""The history of a part: what was saved of it, what differs between two saves, and going back to one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.pagination import paginate
from lrc.study import history, parts, writing
from lrc.study.models import Save
from lrc.study.views.blueprint import blueprint
from lrc.study.views.numbers import whole
from lrc.study.views.writing import WRITTEN_PART, module_of, new_uid
from lti.viewers import role_required, viewer

SAVE = "<int(max=2147483647):save_id>"


@blueprint.get(WRITTEN_PART + "/history", endpoint="part_history")
@role_required(*writing.WRITERS)
def show_history(module_id: int, part: str) -> str:
    module = module_of(module_id)
    found = parts.get(session, module, part)
    is_whole = "all" in request.args
    saves = history.of_part(found)
    if not is_whole:
        saves = saves.where(Save.id.in_(history.stops(session, found)))
    return render_template(
        "study/writing/history.html",
        module=module,
        part=found,
        stretch=paginate(session, saves, request.args.get("page", 1, type=int)),
        more={"all": 1} if is_whole else {},
    )


@blueprint.get(WRITTEN_PART + "/history/" + SAVE, endpoint="show_save")
@role_required(*writing.WRITERS)
def show_save(module_id: int, part: str, save_id: int) -> str:
    """One save beside another: what it was written on, where no other is asked for."""
    module = module_of(module_id)
    found = parts.get(session, module, part)
    save = history.get(session, found, save_id)
    other_id = request.args.get("other", type=whole)
    other = history.get(session, found, other_id) if other_id else history.before(session, save)
    older, newer = (save, other) if other is not None and other.id > save.id else (other, save)
    return render_template(
        "study/writing/compare.html",
        module=module,
        part=found,
        save=save,
        older=older,
        newer=newer,
        lines=history.compare(_text(older), _text(newer)),
        text=_text(newer),
        uid=new_uid(),
    )


@blueprint.get(WRITTEN_PART + "/compare", endpoint="compare_saves")
@role_required(*writing.WRITERS)
def compare_saves(module_id: int, part: str) -> Response:
    """Two saves that were chosen in the list."""
    chosen = sorted({each for each in request.args.getlist("save", type=whole) if each > 0})
    if len(chosen) != 2:
        flash(_("Elige dos versiones para compararlas."), "info")
        return redirect(url_for(".part_history", module_id=module_id, part=part))
    one, other = chosen
    return redirect(url_for(".show_save", module_id=module_id, part=part, save_id=other, other=one))


@blueprint.post(WRITTEN_PART + "/history/" + SAVE + "/restore", endpoint="restore_save")
@role_required(*writing.WRITERS)
def restore_save(module_id: int, part: str, save_id: int) -> Response:
    module = module_of(module_id)
    found = parts.get(session, module, part)
    save = history.get(session, found, save_id)
    saved = history.restore(session, viewer, found, save, request.form.get("uid", ""))
    if saved.conflict:
        flash(_("Esta parte fue borrada: recupérala antes."), "info")
        return redirect(url_for(".write_module", module_id=module.id, _anchor="deleted"), 303)
    flash(_("Volviste a ese texto. El de antes sigue en el historial."), "success")
    return redirect(url_for(".write_part", module_id=module.id, part=found.key), 303)


def _text(save: Save | None) -> str:
    return history.text_of(parts.content_of(save.content)) if save is not None else ""
