"""The reading list of a course as its students read it, and as those who teach in the course write it."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, to_user_timezone
from werkzeug.wrappers import Response

from catalog import library
from catalog.models import Kind, ReadingItem, ReadingList, ReadingSection, Weight
from catalog.readinglists import forms, items, lists, marks, resolving, restoring
from catalog.readinglists.items import Entry, Part
from catalog.readinglists.lists import Overtaken
from catalog.views import puttingback
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.course import own_course
from catalog.views.materials import page_of
from catalog.views.numbers import row
from catalog.views.returning import came_from
from lrc.db import session, utcnow
from lrc.errors import BadInput, NotFound
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer

_SECTION = "/course/readings/sections/<int(max=2147483647):section_id>"
_ITEM = "/course/readings/items/<int(max=2147483647):item_id>"
WEIGHTS = {
    Weight.ESSENTIAL: lazy_gettext("Obligatoria"),
    Weight.OPTIONAL: lazy_gettext("Opcional"),
    Weight.FURTHER: lazy_gettext("Para profundizar"),
}


@blueprint.app_template_global("reading_of")
def reading_of(resource_id: int) -> int | None:
    """The item by which it stands in the list of the viewer's course; asked once for all of a page."""
    if "readings" not in g:
        g.readings = items.by_resource(session, viewer.context_id) if viewer.context_id else {}
    found: int | None = g.readings.get(resource_id)
    return found


@blueprint.app_template_global("writes_readings")
def writes_readings() -> bool:
    return lists.writes(viewer) and not viewer.is_choosing


@blueprint.app_template_global("course_readings")
def course_readings() -> ReadingList | None:
    """The list that the people of the viewer's course read, for the pages that lead to it."""
    return lists.find(session, viewer)


@blueprint.app_template_global("place_of")
def place_of(entry: Entry) -> str:
    """Where a reading of ours opens: at its page, or on its own page."""
    resource, page = entry.resource, entry.item.page
    if resource is None:
        return ""
    if resource.kind is Kind.MATERIAL and page and resource.file and page <= resource.file.page_count:
        return url_for("catalog.read", resource_id=resource.id, page=page)
    return page_of(resource)


@blueprint.get("/course/readings", endpoint="readings")
@role_required()
def show() -> str:
    """The list as students read it, with what one has read oneself."""
    reading_list = lists.get(session, viewer)
    g.kept_nowhere = True
    return render_template("catalog/readinglists/show.html", **_told(reading_list))


def _told(reading_list: ReadingList) -> dict[str, object]:
    parts, marked = items.contents(session, viewer, reading_list), marks.of(session, viewer, reading_list)
    return {
        "reading_list": reading_list,
        "parts": parts,
        "marked": marked,
        "progress": marks.progress(parts, marked),
        "weights": WEIGHTS,
        "today": to_user_timezone(utcnow()).date(),
    }


@blueprint.post(_ITEM + "/mark", endpoint="mark_reading")
@role_required()
def mark(item_id: int) -> Response:
    """Say that one has read it, or has not (``remove``); answers its button and the progress, or goes back."""
    reading_list = lists.get(session, viewer)
    item = items.get(session, reading_list, item_id)
    (marks.unmark if "remove" in request.form else marks.mark)(session, viewer, item)
    session.flush()
    if "HX-Request" in request.headers:
        return make_response(render_template("catalog/readinglists/_marked.html", item=item, **_told(reading_list)))
    return redirect(url_for(".readings", _anchor=f"item-{item_id}"), 303)


@blueprint.get("/course/readings/write", endpoint="write_readings")
@role_required(Role.TEACHER)
def write() -> str:
    return _writing_page()


def _writing_page(trouble: object = "", about: str = "") -> str:
    context = own_course()
    found = lists.find_written(session, viewer)
    parts: list[Part] = items.contents(session, viewer, found) if found else []
    return render_template(
        "catalog/readinglists/write.html",
        context=context,
        reading_list=found,
        parts=parts,
        counts=marks.counts(session, context.id, found) if found else {},
        students=marks.students(session, context.id) if found else 0,
        held=resolving.held(session, viewer, parts),
        weights=WEIGHTS,
        trouble=trouble,
        about=about,
        given=request.form if trouble else {},
        limits=lists,
    )


@blueprint.post("/course/readings", endpoint="change_readings")
@role_required(Role.TEACHER)
def change() -> str | Response:
    """Publish the list or no longer, introduce it, or begin a section, as ``do`` says."""
    own_course()
    reading_list = lists.hold(session, viewer)
    deed = request.form.get("do", "")
    try:
        if deed in ("publish", "unpublish"):
            lists.publish(reading_list, published=deed == "publish")
            flash(
                _("Tus estudiantes ya la ven.") if deed == "publish" else _("Tus estudiantes ya no la ven."), "success"
            )
        elif deed == "intro":
            lists.introduce(reading_list, request.form.get("intro", ""), _revision())
        elif deed == "section":
            lists.add_section(session, reading_list, forms.plan(request.form))
    except (BadInput, Overtaken) as error:
        session.rollback()
        return make_response(_writing_page(error.message, deed), error.status)
    return redirect(url_for(".write_readings", _anchor=deed or None), 303)


@blueprint.get(_SECTION, endpoint="reading_section")
@role_required(Role.TEACHER)
def show_section(section_id: int) -> str:
    return _section_page(lists.get_section(session, _written(), section_id))


@blueprint.post(_SECTION, endpoint="change_reading_section")
@role_required(Role.TEACHER)
def change_section(section_id: int) -> str | Response:
    """Move a section, take it away, or say something else of it, as ``do`` says."""
    reading_list = lists.hold(session, viewer)
    section = lists.get_section(session, reading_list, section_id)
    deed = request.form.get("do", "")
    if deed in ("up", "down"):
        lists.move_section(session, reading_list, section, up=deed == "up")
    elif deed == "drop":
        lists.drop_section(session, reading_list, section)
        flash(_("Quitamos la sección; sus lecturas siguen en la lista."), "success")
        return redirect(url_for(".write_readings"), 303)
    else:
        try:
            lists.change_section(section, forms.plan(request.form), _revision())
        except (BadInput, Overtaken) as error:
            session.rollback()
            return make_response(_section_page(section, error), error.status)
    return redirect(url_for(".write_readings", _anchor=f"section-{section_id}"), 303)


def _section_page(section: ReadingSection, error: BadInput | Overtaken | None = None) -> str:
    """The form; with what was typed where it was refused for itself, with what is there where others wrote it."""
    session.refresh(section)
    return render_template(
        "catalog/readinglists/section.html",
        section=section,
        error=error,
        given=request.form if isinstance(error, BadInput) else {},
        limits=lists,
    )


@blueprint.get(_ITEM, endpoint="reading_item")
@role_required(Role.TEACHER)
def show_item(item_id: int) -> str:
    reading_list = _written()
    return _item_page(reading_list, items.get(session, reading_list, item_id))


@blueprint.post(_ITEM, endpoint="change_reading")
@role_required(Role.TEACHER)
def change_item(item_id: int) -> str | Response:
    """Move a reading, take it out, or say something else of it, as ``do`` says."""
    reading_list = lists.hold(session, viewer)
    item = items.get(session, reading_list, item_id)
    deed = request.form.get("do", "")
    try:
        if deed in ("up", "down"):
            items.move(session, reading_list, item, up=deed == "up")
        elif deed == "hold":
            items.resolve(viewer, item, resolving.get_held(session, viewer, item))
        elif deed == "drop":
            taken = restoring.take_out(session, viewer, reading_list, item, _revision())
            puttingback.tell(_("La quitamos de la lista."), taken)
            return redirect(url_for(".write_readings"), 303)
        else:
            reference = None if item.resource_id else forms.reference(request.form, item.reference)
            items.say(item, forms.said(request.form), _revision(), reference)
            items.change(session, reading_list, item, request.form.get("section", type=row))
    except (BadInput, Overtaken) as error:
        session.rollback()
        return make_response(_item_page(_written(), item, error), error.status)
    return redirect(url_for(".write_readings", _anchor=f"item-{item_id}"), 303)


def _item_page(reading_list: ReadingList, item: ReadingItem, error: BadInput | Overtaken | None = None) -> str:
    session.refresh(item)
    return render_template(
        "catalog/readinglists/item.html",
        item=item,
        sections=session.scalars(lists.sections(reading_list)).all(),
        typed=request.form if isinstance(error, BadInput) else forms.typed_of(item.reference),
        given=request.form if isinstance(error, BadInput) else {},
        error=error,
        weights=WEIGHTS,
        limits=items,
    )


@blueprint.get(_ITEM + "/readers", endpoint="reading_readers")
@role_required(Role.TEACHER)
def readers(item_id: int) -> str:
    """Who of the class has read it, or (``missing``) who has not."""
    context, reading_list = own_course(), _written()
    item = items.get(session, reading_list, item_id)
    have_read = "missing" not in request.args
    found = marks.readers(context.id, item, have_read=have_read)
    return render_template(
        "catalog/readinglists/readers.html",
        context=context,
        reading=items.as_known(session, viewer, item),
        stretch=paginate(session, found, request.args.get("page", 1, type=int)),
        have_read=have_read,
    )


@blueprint.post(RESOURCE + "/readings", endpoint="add_reading")
@role_required(Role.TEACHER)
def add(resource_id: int) -> Response:
    """Put a resource at the end of the list of one's course; answers its button, or goes back."""
    own_course()
    resource = library.get(session, viewer, resource_id)
    reading_list = lists.hold(session, viewer)
    if reading_of(resource_id) is None:
        items.add(session, viewer, items.find_last_section(session, reading_list), resource)
        g.pop("readings", None)
    if "HX-Request" in request.headers:
        title = request.form.get("title", "")
        return make_response(render_template("catalog/readinglists/_add.html", resource_id=resource_id, title=title))
    flash(_("Está en la lista de lecturas de tu curso."), "success")
    return redirect(came_from(url_for(".write_readings"), f"reading-{resource_id}"), 303)


def _written() -> ReadingList:
    own_course()
    found = lists.find_written(session, viewer)
    if found is None:
        raise NotFound(_("Tu curso todavía no tiene una lista de lecturas."))
    return found


def _revision() -> int:
    """Which state of it was seen by who writes; one that never was where the form says none."""
    return request.form.get("revision", 0, type=int)
