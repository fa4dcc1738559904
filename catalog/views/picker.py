"""The picker: while a teacher is choosing contents for a course, what they tick, order, and put into it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from zlib import crc32

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from catalog import library, links, picking
from catalog.links import Target
from catalog.models import Resource
from catalog.pickforms import PickForm
from catalog.picking import Places
from catalog.views.blueprint import blueprint, settings
from catalog.views.returning import came_from
from lrc.db import session
from lrc.errors import Refused
from lti import deeplinking, picks
from lti.deeplinking import TITLE_LIMIT, Asked, Signed
from lti.models import Pick, StoredLaunch
from lti.viewers import role_required, viewer

_ICON = "icon.png"


@dataclass(frozen=True)
class Picker:
    """What the pages need of a visit in which contents are chosen."""

    launch: StoredLaunch
    asked: Asked
    picked: list[Pick]

    @property
    def course(self) -> str:
        context = self.launch.context
        return (context.title or context.label) if context else ""

    def has(self, kind: str, target: str) -> bool:
        return any((each.kind, each.target) == (kind, target) for each in self.picked)


@dataclass(frozen=True)
class Offers:
    """What the first page offers, each thing in one place only."""

    recent: list[Target]
    written: list[Resource]
    own: list[Resource]
    newest: list[Resource]


@blueprint.app_template_global("picking")
def picker() -> Picker | None:
    """The picker of this visit; None where nothing is being chosen."""
    if not viewer.is_choosing:
        return None
    if "picker" not in g:
        g.picker = _picker()
    found: Picker = g.picker
    return found


@blueprint.app_template_global("picker_offers")
def offers() -> Offers:
    """The beginning of the picker: what the teacher used lately, what they write, their materials, what came last."""
    recent = picking.recent(session, viewer)
    shown = {each.resource.id for each in recent if each.resource}
    written = [each for each in session.scalars(picking.written(viewer)) if each.id not in shown][: picking.MOST_OWN]
    own = [each for each in session.scalars(picking.own(viewer)) if each.id not in shown][: picking.MOST_OWN]
    shown.update(each.id for each in (*written, *own))
    newest = session.scalars(library.newest(viewer, len(shown) + picking.MOST_NEWEST))
    return Offers(recent, written, own, [each for each in newest if each.id not in shown][: picking.MOST_NEWEST])


@blueprint.app_template_global("searched")
def searched(words: str) -> str:
    return links.searched(words)


@blueprint.app_template_global("link_kind")
def link_kind(resource: Resource) -> str:
    return links.kind_of(resource)


@blueprint.app_template_global("unpickable")
def unpickable(resource: Resource) -> str:
    return picking.trouble_of(resource, viewer)


@blueprint.app_template_global("tick_id")
def tick_id(kind: str, target: str) -> str:
    """The id of the control that picks this, the same on every page."""
    return f"tick-{crc32(f'{kind}:{target}'.encode()):x}"


@blueprint.post("/picker/picks")
@role_required()
def pick() -> Response:
    """Tick something ("add" holds "kind:target") or no longer ("remove"); answers its control, or goes back."""
    verb = "remove" if "remove" in request.form else "add"
    kind, _colon, target = request.form.get(verb, "").partition(":")
    trouble: object = ""
    try:
        if verb == "add":
            picking.pick(session, viewer, kind, target)
        else:
            picking.unpick(session, viewer, kind, target)
    except Refused as error:
        if not picker():
            raise
        trouble = error.message
    found = links.find(session, viewer, kind, target)
    if "HX-Request" in request.headers:
        g.pop("picker", None)
        return make_response(render_template("catalog/picker/ticked.html", target=found, trouble=trouble))
    if trouble:
        flash(str(trouble), "error")
    return redirect(came_from(url_for("search.home"), tick_id(kind, target)), 303)


@blueprint.get("/picker/review")
@role_required()
def review_picks() -> str:
    """What goes into the course: its order, names, texts and grades."""
    picked = list(session.scalars(picks.of(deeplinking.launch_of(session, viewer))))
    return _review_page([PickForm.of(each) for each in picked])


@blueprint.post("/picker/review")
@role_required()
def change_picks() -> str | Response:
    """Keep what was typed, then do what the button says: save, move, take out, choose more, or put into the course."""
    launch = deeplinking.launch_of(session, viewer)
    deed, _colon, which = request.form.get("do", "save").partition(":")
    picked = list(session.scalars(picks.of(launch)))
    meant = next((each for each in picked if str(each.id) == which), None)
    if deed == "remove" and meant:
        picks.take_out(session, launch, meant.kind, meant.target)
        picked.remove(meant)
    forms = [PickForm.typed(each, request.form) for each in picked]
    for form in forms:
        form.check()
    if deed != "remove" and any(form.errors for form in forms):
        return make_response(_review_page(forms), 422)
    for form in forms:
        if not form.errors:
            picks.describe(form.pick, form.described())
    if deed in ("up", "down") and meant:
        picks.move(session, launch, meant, -1 if deed == "up" else 1)
    return _after_change(deed, meant)


@blueprint.post("/picker/place")
@role_required()
def place() -> str | Response:
    """Put what is picked into the course: a page that sends itself to the platform."""
    try:
        return _return_page(picking.place(session, viewer, _places()))
    except Refused as error:
        if not picker():
            raise
        flash(str(error.message), "error")
        return redirect(url_for(".review_picks"), 303)


@blueprint.post("/picker/cancel")
@role_required()
def cancel_picking() -> str:
    """Go back to the course with nothing."""
    return _return_page(picking.cancel(session, viewer, _places()))


def _picker() -> Picker:
    launch = deeplinking.launch_of(session, viewer)
    return Picker(launch, deeplinking.asked_in(launch), list(session.scalars(picks.of(launch))))


def _after_change(deed: str, meant: Pick | None) -> str | Response:
    if deed == "place":
        return place()
    if deed == "more":
        return redirect(url_for("search.home"), 303)
    if deed == "save":
        flash(str(_("Guardamos tus cambios.")), "success")
    anchor = f"pick-{meant.id}" if meant and deed != "remove" else None
    return redirect(url_for(".review_picks", _anchor=anchor), 303)


def _review_page(forms: list[PickForm]) -> str:
    pairs = [(form.pick.kind, form.pick.target) for form in forms]
    found = links.find_all(session, viewer, pairs)
    newest = picking.versions_in_force(session, found)
    for form, pair in zip(forms, pairs, strict=True):
        form.can_be_graded = found[pair].can_be_graded
        form.newest = newest.get(pair, form.newest)
    return render_template("catalog/picker/review.html", forms=forms, picks=picks, title_limit=TITLE_LIMIT)


def _return_page(signed: Signed) -> str:
    return render_template("catalog/picker/return.html", signed=signed)


def _places() -> Places:
    tool_url = settings().tool_url
    outside = current_app.url_map.bind(urlsplit(tool_url).netloc)

    def address(kind: str, target: str) -> str:
        return tool_url + outside.build("catalog.open_link", {"kind": kind, "target": target})

    return Places(address, tool_url + outside.build("static", {"filename": _ICON}), settings().secret_key)
