"""The way back that a message offers after something was taken out of a list."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.collections import contents, making
from catalog.keeping import lists, takenout
from catalog.models import TakenFrom, TakenOut
from catalog.readinglists import lists as readinglists
from catalog.readinglists import restoring
from catalog.views.blueprint import blueprint
from catalog.views.returning import came_from
from lrc.db import session
from lrc.errors import NotFound
from lti.viewers import role_required, viewer

UNDO = "undo"
"""The category of a message that is the address of a form which undoes what the message before it tells."""


def tell(text: str, taken: TakenOut | None) -> None:
    """Tell on the next page that something was taken out, with a button that puts it back where it had been there."""
    flash(text, "success")
    if taken is not None:
        flash(url_for("catalog.put_back", taken_id=taken.id), UNDO)


@blueprint.post("/taken-out/<int(max=2147483647):taken_id>")
@role_required()
def put_back(taken_id: int) -> Response:
    """Put back what the viewer took out of a list."""
    taken = takenout.get(session, viewer, taken_id)
    place = _PUT_BACK[taken.kind](taken)
    flash(_("Volvió a su lugar."), "success")
    return redirect(place, 303)


def _reading(taken: TakenOut) -> str:
    reading_list = readinglists.hold(session, viewer)
    if reading_list.id != taken.holder_id:
        raise NotFound(_("Ábrelo desde el curso de esa lista."))
    item = restoring.put_back(session, reading_list, taken)
    return url_for(".write_readings", _anchor=f"item-{item.id}")


def _of_list(taken: TakenOut) -> str:
    own_list = lists.get_for_change(session, viewer, taken.holder_id)
    resource = lists.put_back(session, own_list, taken)
    return came_from(url_for(".own_list", list_id=own_list.id), f"item-{resource.id}")


def _of_collection(taken: TakenOut) -> str:
    collection = making.get_own_for_change(session, viewer, taken.holder_id)
    resource = contents.put_back(session, collection, taken)
    return came_from(url_for(".arrange_collection", collection_id=collection.id), f"item-{resource.id}")


_PUT_BACK: dict[TakenFrom, Callable[[TakenOut], str]] = {
    TakenFrom.READINGS: _reading,
    TakenFrom.LIST: _of_list,
    TakenFrom.COLLECTION: _of_collection,
}
