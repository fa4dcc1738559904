"""Which version of a file, the original or a lighter one, a reader wants, gets and is told of."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, g, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import habits, reader
from catalog.fixity import damage
from catalog.lightening import serving
from catalog.lightening.serving import WEIGHTS, Served
from catalog.models import File, FixityCheck, Rendition, RenditionKind
from catalog.views.blueprint import blueprint
from catalog.views.returning import came_from
from lrc.db import session
from lrc.errors import NotFound
from lrc.storage import current_storage
from lti.viewers import role_required, viewer
from search.documents import Hit

_WEIGHT = "reader_weight"


def saves_data() -> bool:
    """Whether the viewer wants what weighs least: as they always like it, else as their browser says."""
    return reader.saves_data(request.headers, habits.of(session, viewer).data)


def served(file: File) -> Served:
    """What the viewer gets of a file: as chosen here, or before in this visit, else as saves_data.

    ``keep=no`` marks a choice that a page made by itself.
    """
    chosen = request.args.get("weight", "")
    if chosen in WEIGHTS and request.args.get("keep") != "no":
        cookie[_WEIGHT] = chosen
    chosen = chosen or str(cookie.get(_WEIGHT, ""))
    return serving.choose(session, file, wants_light=chosen == "light" or (chosen != "full" and saves_data()))


def link_to(of: Served, *, download: bool = False) -> str:
    """A short-lived link to what is served; Conflict where nobody may have it, or nothing sound is left of it."""
    reader.check_served(of.file)
    stored = serving.check_sound(session, of)
    return current_storage().link(stored.key, name=stored.name, media_type=stored.media_type, download=download)


def download_link(file: File) -> str:
    """A link to keep the original, or with ``weight=light`` the lighter version."""
    wants_light = request.args.get("weight") == "light"
    of = serving.choose(session, file, wants_light=wants_light)
    if wants_light and of.light is None:
        raise NotFound
    if not wants_light:
        damage.check_sound(session, file)  # who asks for the original must not get something else
    return link_to(of, download=True)


@blueprint.app_template_global("versions_of")
def versions_of(file: File) -> Served:
    """What there is of a file, for pages that say what each version weighs."""
    return serving.choose(session, file, wants_light=saves_data())


@blueprint.app_template_global("weigh")
def weigh(hits: Iterable[Hit]) -> str:
    """Have lighter_of know what belongs to the hits of a page, by one query; says nothing itself."""
    g.lighter = serving.light_of(session, [int(each.document_id) for each in hits])
    return ""


@blueprint.app_template_global("lighter_of")
def lighter_of(resource_id: int) -> Rendition | None:
    """The lighter version of a hit, where ``weigh`` has looked for those of its page."""
    found: dict[int, Rendition] = g.get("lighter", {})
    return found.get(resource_id)


@blueprint.app_template_global("light_beside")
def light_beside(file: File) -> Rendition | None:
    """The lighter version of a file on a card; those of all files that the page has loaded come by one query."""
    known: dict[int, Rendition | None] = g.setdefault("light_beside", {})
    if file.id not in known:
        loaded = {each.id for each in session.identity_map.values() if isinstance(each, File)} | {file.id}
        unknown = loaded - known.keys()
        found = serving.light_beside(session, unknown)
        known.update({each: found.get(each) for each in unknown})
    return known[file.id]


@blueprint.app_template_global("sound_alone")
def sound_alone(rendition: Rendition | None) -> bool:
    return rendition is not None and rendition.kind is RenditionKind.SOUND


@blueprint.app_template_filter("damage_sentence")
def damage_sentence(check: FixityCheck) -> str:
    return str(damage.sentence(check))


@blueprint.post("/reading/data", endpoint="keep_data_habit")
@role_required()
def keep_data_habit() -> Response:
    """Keep which version of files the viewer likes, for all their devices."""
    habits.keep(session, viewer, {"data": request.form.get("data", "")})
    cookie.pop(_WEIGHT, None)
    flash(_("Guardado para todos tus dispositivos."), "success")
    return redirect(came_from(url_for(".keeping")), 303)
