"""A person's saved searches: saving one from the results, the list with what is new, naming, looking, deleting."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from lrc.config import Settings
from lrc.db import session, transaction
from lrc.pagination import paginate
from lti.viewers import role_required, viewer
from search import saving, teaching
from search.choices import Choices, read
from search.engine import current_index
from search.models import SavedSearch
from search.views import offering
from search.views.blueprint import blueprint

log = logging.getLogger(__name__)
_SAVED = "/saved/<int(max=2147483647):saved_id>"


@dataclass(frozen=True)
class ShownSaved:
    """A saved search in the list: what it asks for, and how many new answers it has now."""

    saved: SavedSearch
    choices: Choices
    chosen: str
    new: int


@blueprint.get("/saved", endpoint="saved")
@role_required()
def show_saved() -> str:
    stretch = paginate(session, saving.mine(viewer), request.args.get("page", 1, type=int))
    dictionary = teaching.live(session)
    asked = [(each, saving.choices_of(each)) for each in stretch.items]
    names = offering.institution_names([], *(choices for _saved, choices in asked))
    shown = [
        ShownSaved(
            each,
            choices,
            chosen_in_words(choices, names),
            saving.count_new(current_index(), each, viewer.audiences, dictionary),
        )
        for each, choices in asked
    ]
    return render_template("search/saved.html", stretch=stretch, shown=shown, longest_name=saving.LONGEST_NAME)


@blueprint.post("/saved", endpoint="save")
@role_required()
def save() -> Response:
    """Keep the search of the address in ``search``, under the name typed."""
    choices = read(parse_qsl(request.form.get("search", "")[: 4 * saving.LONGEST_ADDRESS]))
    saving.save(session, viewer, choices, request.form.get("name", ""), tells="tells" in request.form)
    flash(_("Guardamos tu búsqueda: está en «Mis búsquedas»."), "success")
    return redirect(url_for(".results", **choices.parameters()), 303)  # type: ignore[arg-type]


@blueprint.get(_SAVED, endpoint="look")
@role_required()
def look(saved_id: int) -> Response:
    """Lead to its results, or with ``new`` to what came since the last look; from now on nothing of it is new."""
    saved = saving.get(session, viewer, saved_id)
    choices = saving.choices_of(saved, new_only="new" in request.args)
    try:
        with transaction() as own:
            saving.looked(own, saved)
    except OperationalError as error:
        log.warning("the look at saved search %s was not noted: %s", saved.id, error.orig)
    return redirect(url_for(".results", **choices.parameters()))  # type: ignore[arg-type]


@blueprint.post(_SAVED, endpoint="rename")
@role_required()
def rename(saved_id: int) -> Response:
    saved = saving.get(session, viewer, saved_id)
    saving.describe(saved, request.form.get("name", ""), tells="tells" in request.form)
    flash(_("Guardamos tus cambios."), "success")
    return redirect(url_for(".saved"), 303)


@blueprint.post(f"{_SAVED}/delete", endpoint="forget")
@role_required()
def forget(saved_id: int) -> Response:
    session.delete(saving.get(session, viewer, saved_id))
    flash(_("Borramos esa búsqueda guardada."), "success")
    return redirect(url_for(".saved"), 303)


@blueprint.app_template_global("new_answers")
def new_answers() -> int:
    """What the last count found new in the viewer's saved searches, for the page that one lands on."""
    return saving.told(session, viewer)


@blueprint.app_template_global("tells_words")
def tells_words() -> str:
    """What the box says with which somebody asks to be told: by mail too where there is a server for it."""
    if cast(Settings, current_app.config["LRC_SETTINGS"]).mail_url:
        return str(_("Avísame en la página de inicio y por correo cuando llegue algo nuevo"))
    return str(_("Avísame en la página de inicio cuando llegue algo nuevo"))


def chosen_in_words(choices: Choices, names: offering.Names) -> str:
    """What is chosen beside the words, in a line."""
    return " · ".join(chip.name for chip in offering.shown_chips(choices, names))


def suggested_name(choices: Choices, names: offering.Names) -> str:
    """What a search may be called: its words, and what is chosen beside them."""
    said = [each for each in (choices.words, chosen_in_words(choices, names)) if each]
    return " · ".join(said)[: saving.LONGEST_NAME] or _("Todo lo que hay")
