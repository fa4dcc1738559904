"""Adding activities to a course: the form, the picker in its frame (deep linking), its return, and saving."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import lrc.i18n
from lrc.practice import chosen
from lrc.practice.chosen import LARGEST_GRADE, Item, items_of
from lrc.practice.launching import asked_course, asked_person, may_teach, place
from lrc.practice.site import site
from lrc.practice.state import Course, Tool
from lrc.practice.tokens import BadSignature, verified

blueprint = Blueprint("choosing", __name__)


@blueprint.get("/course/modedit.php")
def form() -> str:
    """The activity's form; with ``choosing`` the picker over it, with ``chosen`` filled with what was chosen."""
    course, tool = _teaching()
    items = site().waiting.get(request.args.get("chosen", ""))
    if len(items) > 1:
        return render_template("chosen.html", course=course, person=asked_person(), tool=tool, items=items)
    item = items[0] if items else Item(title=request.args.get("title", ""))
    return _form(course, tool, item)


@blueprint.post("/course/modedit.php")
def save() -> str | Response | tuple[str, int]:
    """Add the one activity as the form has it, or all that were chosen."""
    course, tool = _teaching()
    items = site().waiting.get(request.args.get("chosen", ""))
    if len(items) < 2:
        given = {name: request.form.get(name, "") for name in ("title", "text", "maximum")}
        item = (items[0] if items else Item(title="")).with_form(**given)
        error = _error(item)
        if error:
            return _form(course, tool, item, error), 422
        items = [item]
    with site().store.changing() as state:
        for item in items:
            chosen.place(state, course.id, tool.id, item)
    return redirect(url_for("pages.course", **place()), 303)


@blueprint.post("/mod/lti/contentitem_return.php")
def returned() -> str | tuple[str, int]:
    """What the tool's picker posts here: sesskey, capability, signature and issuer are checked, and nothing else."""
    home = site()
    course, person = home.course(request.args.get("course", "")), home.person_of(request.args.get("sesskey", ""))
    if person is None or not may_teach(course, person):
        abort(403)
    tool = home.tool(request.args.get("id", ""))
    try:
        body = verified(home, tool, request.form.get("JWT", ""))
    except BadSignature as error:
        return render_template("said.html", said=str(error)), 400
    if body.get("iss") != tool.client_id:
        return render_template("said.html", said="Consumer key is incorrect."), 400
    items = items_of(body, tool.name)
    fields = {"id": course.id, "as": person.sub, "tool": tool.id, "lang": lrc.i18n.current_language()}
    if items:
        fields["chosen"] = home.waiting.add(items)
    return render_template("post.html", action=url_for(".form"), fields=fields, method="get", target="_top")


def _teaching() -> tuple[Course, Tool]:
    """The course and the tool; 403 for who may not add activities, 404 for a tool that is not in the chooser."""
    course = asked_course()
    if not may_teach(course, asked_person()):
        abort(403)
    tool = site().tool(request.args.get("tool", ""))
    return (course, tool) if tool.is_active and tool.in_chooser else abort(404)


def _error(item: Item) -> str:
    if not item.title:
        return str(_("Escribe un nombre para la actividad."))
    if item.maximum is not None and not item.has_valid_maximum:
        return str(_("Calificación no válida: debe ser un número entero entre 1 y %(largest)s.", largest=LARGEST_GRADE))
    return ""


def _form(course: Course, tool: Tool, item: Item, error: str = "") -> str:
    return render_template(
        "modedit.html",
        course=course,
        person=asked_person(),
        tool=tool,
        item=item,
        error=error,
        chosen=request.args.get("chosen", ""),
        is_choosing="choosing" in request.args,
    )
