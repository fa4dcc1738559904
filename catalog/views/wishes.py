"""What readers did not find: asking for it in one tap, one's own requests, and the librarians' queue and answers."""

from __future__ import annotations

import logging
import re
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, to_user_timezone
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from catalog import library, wishes
from catalog.keeping import lists
from catalog.models import Resource, Wish, WishState
from catalog.views.blueprint import blueprint
from lrc.db import session, transaction, utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lrc.pagination import Stretch, paginate
from lti import groups
from lti.viewers import Role, role_required, viewer
from search.documents import Hit, Query
from search.engine import current_index
from search.errors import IndexUnavailable

log = logging.getLogger(__name__)
_WISH = "/wishes/<int(max=2147483647):wish_id>"
_MOST_OFFERED = 5
_NUMBER = re.compile(r"(?:^|/(?:resources|modules|courses)/)(\d{1,9})(?=$|[/?#])")
"""Of an address of ours, or a number alone."""


@blueprint.app_template_global("answered_wishes")
def answered_wishes() -> int:
    """How many answers the viewer has not seen, for the page that one lands on."""
    return wishes.answered(session, viewer)


@blueprint.app_template_global("waiting_wish")
def waiting_wish(sought: str) -> Wish | None:
    """The viewer's own request for the same words that waits, for the page of a search without hits."""
    return wishes.find_waiting(session, viewer, sought)


@blueprint.app_template_global("wishes_waiting")
def wishes_waiting() -> int:
    """How many things wait for a first answer, for a librarian's page."""
    return wishes.waiting(session, viewer)


@blueprint.get("/wishes", endpoint="wishes")
@role_required()
def my_wishes() -> str:
    """One's own requests; with that one has seen the answers that the page shows, and no others."""
    stretch = _stretch()
    page = _wishes_page(stretch, request.args.get("sought", ""))
    if request.method == "GET" and any(map(wishes.is_new, stretch.items)):
        try:
            with transaction() as own:
                wishes.seen(own, viewer, stretch.items)
        except OperationalError as error:
            log.warning("that answers were seen was not noted: %s", error.orig)
    return page


def _stretch() -> Stretch[Wish]:
    return paginate(session, wishes.mine(viewer), request.args.get("page", 1, type=int))


def _wishes_page(stretch: Stretch[Wish], sought: str = "", details: str = "", trouble: object = "") -> str:
    given = [each.resource_id for each in stretch.items if each.resource_id is not None]
    return render_template(
        "catalog/wishes/mine.html",
        stretch=stretch,
        seen=lists.visible_ids(session, viewer, given),
        sought=sought[: wishes.LONGEST],
        details=details,
        trouble=trouble,
        limits=wishes,
    )


@blueprint.post("/wishes", endpoint="wish")
@role_required()
def ask() -> str | Response:
    """Ask for what was not found; the same asked again is said so."""
    sought, details = request.form.get("sought", ""), request.form.get("details", "")
    try:
        _wish, is_new = wishes.ask(session, viewer, sought, details)
    except (BadInput, Conflict) as error:
        return make_response(_wishes_page(_stretch(), sought, details, error.message), error.status)
    if is_new:
        flash(_("Enviado: tu biblioteca lo verá y te responderá aquí, con una fecha."), "success")
    else:
        flash(_("Ya lo habías pedido: tu pedido sigue en espera."), "info")
    return redirect(url_for(".wishes"), 303)


@blueprint.post(_WISH + "/take-back", endpoint="take_back_wish")
@role_required()
def take_back(wish_id: int) -> Response:
    wishes.take_back(session, viewer, wish_id)
    flash(_("Retiramos tu pedido."), "success")
    return redirect(url_for(".wishes"), 303)


@blueprint.get("/wishes/queue", endpoint="wish_queue")
@role_required(Role.LIBRARIAN)
def queue() -> str:
    """What readers of the institution ask for: what has no answer, or (``promised``) what has a date."""
    state = WishState.PROMISED if "promised" in request.args else WishState.OPEN
    stretch = paginate(session, wishes.queue(viewer, state), request.args.get("page", 1, type=int))
    return render_template(
        "catalog/wishes/queue.html",
        stretch=stretch,
        asked=wishes.asked(session, stretch.items),
        is_promised=state is WishState.PROMISED,
        today=to_user_timezone(utcnow()).date(),
    )


@blueprint.get(_WISH, endpoint="answer_wish")
@role_required(Role.LIBRARIAN)
def show(wish_id: int) -> str:
    return _answer_page(wishes.get_for_answer(session, viewer, wish_id))


@blueprint.post(_WISH, endpoint="give_answer")
@role_required(Role.LIBRARIAN)
def answer(wish_id: int) -> str | Response:
    """Answer with a date, with something of the library, or with a no, as ``how`` says."""
    wish = wishes.get_for_answer(session, viewer, wish_id)
    try:
        told = _give(wish)
    except (BadInput, NotFound) as error:
        return make_response(_answer_page(wish, error.message), BadInput.status)
    flash(ngettext("Respondido a %(num)s persona.", "Respondido a %(num)s personas.", told), "success")
    return redirect(url_for(".wish_queue"), 303)


def _give(wish: Wish) -> int:
    how, said = request.form.get("how", ""), request.form.get("answer", "")
    if how == "promise":
        return wishes.promise(session, viewer, wish, _date(request.form.get("on", "")), said)
    if how == "give":
        return wishes.give(session, viewer, wish, _chosen(), said)
    if how == "decline":
        return wishes.decline(session, viewer, wish, said)
    raise BadInput(_("Elige cómo respondes."))


def _chosen() -> Resource:
    """What was chosen among the offers, or named by its address."""
    written = request.form.get("address", "").strip() or request.form.get("resource", "")
    found = _NUMBER.search(written)
    if found is None:
        raise BadInput(_("Elige uno de los materiales, o pega la dirección de su página."))
    return library.get(session, viewer, int(found[1]))


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _answer_page(wish: Wish, trouble: object = "") -> str:
    (asked,) = wishes.asked(session, [wish.id])
    return render_template(
        "catalog/wishes/answer.html",
        wish=wish,
        asked=asked,
        offers=_offers(wish),
        typed=request.form,
        trouble=trouble,
        today=to_user_timezone(utcnow()).date(),
        limits=wishes,
    )


def _offers(wish: Wish) -> list[Hit]:
    """What the library has that comes nearest and all readers of the institution may see; an answer can do without."""
    open_to = groups.audiences_of(session, [wish.institution_id])[wish.institution_id]
    try:
        return list(current_index().search(Query(wish.sought, open_to, limit=_MOST_OFFERED)).hits)
    except IndexUnavailable as error:
        log.warning("nothing is offered beside request %s: %s", wish.id, error.detail)
        return []
