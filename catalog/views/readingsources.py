"""Where the readings of a list come from and go to: pasted references, other courses, citations and paper."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from catalog import wishes
from catalog.models import ReadingItem, ReadingList, ReadingSection
from catalog.readinglists import copying, forms, items, lists, pasted, referring, resolving
from catalog.readinglists.items import Said
from catalog.readinglists.resolving import Resolved
from catalog.views import citing
from catalog.views.blueprint import blueprint
from catalog.views.citing import Cited
from catalog.views.course import own_course
from catalog.views.numbers import row
from catalog.views.readinglists import WEIGHTS
from lrc.db import session
from lrc.errors import BadInput, Conflict
from lti.viewers import Role, role_required, viewer

_MOST_SOURCES = 50


@blueprint.app_template_global("address_of")
def address_of(item: ReadingItem) -> str:
    return referring.where(item.reference)


@blueprint.app_template_global("sought_of")
def sought_of(item: ReadingItem) -> str:
    return referring.sought(item.reference)


@blueprint.app_template_global("details_of")
def details_of(item: ReadingItem) -> str:
    return referring.details(item.reference)


@blueprint.app_template_global("has_asked_for")
def has_asked_for(item: ReadingItem) -> bool:
    """Whether the viewer's own request for it waits for an answer; asked once for all of a page."""
    if "waiting_keys" not in g:
        g.waiting_keys = wishes.waiting_keys(session, viewer)
    return wishes.key_of(referring.sought(item.reference)) in g.waiting_keys


@blueprint.app_template_filter("host_of")
def host_of(address: str) -> str:
    """Whose page an address is, as it is told before it is opened."""
    return urlsplit(address).hostname or address


@blueprint.get("/course/readings/paste", endpoint="paste_readings")
@role_required(Role.TEACHER)
def paste() -> str:
    return _paste_page()


@blueprint.post("/course/readings/paste", endpoint="add_pasted")
@role_required(Role.TEACHER)
def add_pasted() -> str | Response:
    """Show what becomes of each reference, or (``do`` is "add") put those that are ticked in a section."""
    own_course()
    text = request.form.get("text", "")
    if "again" in request.args:
        return _paste_page(text)
    try:
        found = resolving.resolve(session, viewer, pasted.read(text))
        if request.form.get("do") != "add":
            return _paste_page(text, found)
        count = _add(found)
    except (BadInput, Conflict) as error:
        session.rollback()
        return make_response(_paste_page(text, trouble=error.message), error.status)
    flash(ngettext("Agregamos %(num)s lectura.", "Agregamos %(num)s lecturas.", count), "success")
    return redirect(url_for(".write_readings"), 303)


def _add(found: list[Resolved]) -> int:
    reading_list = lists.hold(session, viewer)
    section = _section(reading_list)
    count = 0
    for number, each in enumerate(found):
        choice = request.form.get(f"entry-{number}", "skip")
        if choice == "resource" and each.resource is not None:
            items.add(session, viewer, section, each.resource)
        elif choice == "reference":
            title = pasted.tidy({"title": request.form.get(f"title-{number}", "")}).get("title") or each.entry.written
            items.add(session, viewer, section, {"title": title, **each.entry.reference}, Said())
        else:
            continue
        count += 1
    if not count:
        raise BadInput(_("Elige al menos una de las referencias."))
    return count


def _section(reading_list: ReadingList) -> ReadingSection:
    chosen = request.form.get("section", type=row)
    if chosen is None:
        return items.find_last_section(session, reading_list)
    return lists.get_section(session, reading_list, chosen)


def _paste_page(text: str = "", found: list[Resolved] | None = None, trouble: object = "") -> str:
    context = own_course()
    reading_list = lists.find_written(session, viewer)
    return render_template(
        "catalog/readinglists/paste.html",
        context=context,
        sections=session.scalars(lists.sections(reading_list)).all() if reading_list else [],
        text=text,
        found=found or [],
        trouble=trouble,
        limits=pasted,
    )


@blueprint.app_template_global("has_copies")
def has_copies() -> bool:
    """Whether there are lists of other courses from which the viewer may bring readings along."""
    return session.scalar(copying.sources(viewer).limit(1)) is not None


@blueprint.get("/course/readings/copy", endpoint="copy_readings")
@role_required(Role.TEACHER)
def choose_source() -> str:
    """The lists from which readings may come; of the one in the address (``from``) what would come of each."""
    return _copy_page(request.args.get("from", type=row))


@blueprint.post("/course/readings/copy", endpoint="bring_readings")
@role_required(Role.TEACHER)
def bring() -> str | Response:
    own_course()
    source_id = request.form.get("from", 0, type=row)
    source = copying.get_source(session, viewer, source_id)
    target = lists.hold(session, viewer)
    try:
        copying.check_room(session, source, target)
        done = copying.copy(session, viewer, source, target, forms.day(request.form.get("starts_on", "")))
    except (BadInput, Conflict) as error:
        session.rollback()
        return make_response(_copy_page(source_id, error.message), error.status)
    count = sum(each.what is not None for each in done)
    flash(ngettext("Trajimos %(num)s lectura.", "Trajimos %(num)s lecturas.", count), "success")
    return redirect(url_for(".write_readings"), 303)


def _copy_page(source_id: int | None, trouble: object = "") -> str:
    own_course()
    chosen = copying.get_source(session, viewer, source_id) if source_id else None
    return render_template(
        "catalog/readinglists/copy.html",
        chosen=chosen,
        blocks=copying.report(session, viewer, chosen, lists.find_written(session, viewer)) if chosen else [],
        sources=[] if chosen else session.scalars(copying.sources(viewer).limit(_MOST_SOURCES)).all(),
        trouble=trouble,
    )


@blueprint.get("/course/readings/cite", endpoint="cite_readings")
@role_required()
def cite() -> str:
    """What can be read of the list, written in the style of the address."""
    return citing.written(Cited(_("Lecturas del curso"), ".cite_readings", {}, url_for(".readings")), _references())


@blueprint.get("/course/readings/cite/<key>", endpoint="cite_readings_file")
@role_required()
def export(key: str) -> Response:
    return citing.as_file(_references(), key, _("lecturas"))


@blueprint.get("/course/readings/print", endpoint="print_readings")
@role_required()
def print_list() -> str:
    reading_list = lists.get(session, viewer)
    g.kept_nowhere = True
    parts = items.contents(session, viewer, reading_list)
    return render_template(
        "catalog/readinglists/print.html", reading_list=reading_list, parts=parts, weights=WEIGHTS, of=referring
    )


def _references() -> list[dict[str, object]]:
    g.kept_nowhere = True
    return referring.references(items.contents(session, viewer, lists.get(session, viewer)))
