"""Collections for readers: all of them, one with what stands in it, its cover, and the shelves of the home page."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import reader
from catalog.citing.references import Reference, reference_of
from catalog.collections import covers, making, seeing, shelves
from catalog.collections.shelves import Shelf
from catalog.days import today
from catalog.models import Collection, Resource
from catalog.views import citing
from catalog.views.blueprint import blueprint
from lrc.db import session
from lrc.errors import NotFound
from lrc.pagination import paginate
from lrc.storage import current_storage
from lti.viewers import role_required, viewer
from search.choices import LONGEST_QUERY

COLLECTIONS = "/collections"
COLLECTION = COLLECTIONS + "/<int(max=2147483647):collection_id>"


@blueprint.app_template_global("home_shelves")
def home_shelves() -> list[Shelf]:
    """What the library features, for the page that one lands on."""
    return shelves.on_home(session, viewer)


@blueprint.app_template_global("collections_holding")
def collections_holding(resource: Resource) -> list[Collection]:
    """Where a resource stands, for its page."""
    return seeing.holding(session, viewer, resource)


@blueprint.app_template_global("collection_state")
def collection_state(collection: Collection) -> tuple[str, str]:
    """How a collection stands for readers: the kind of its badge, and the words."""
    day: date = today()
    if not collection.is_published:
        return "plain", str(_("Borrador"))
    if collection.shown_from is not None and collection.shown_from > day:
        return "warn", str(_("Todavía no se ve"))
    if collection.shown_until is not None and collection.shown_until < day:
        return "plain", str(_("Ya no se ve"))
    return "ok", str(_("Publicada"))


@blueprint.app_template_global("may_change_collection")
def may_change_collection(collection: Collection) -> bool:
    return making.may_change(viewer, collection)


@blueprint.get(COLLECTIONS, endpoint="collections")
@role_required()
def all_collections() -> str:
    stretch = paginate(session, seeing.outermost(viewer), request.args.get("page", 1, type=int))
    return render_template(
        "catalog/collections/all.html",
        stretch=stretch,
        cards=seeing.cards(session, viewer, stretch.items),
        featured=shelves.featured(session, viewer) if viewer.is_librarian else (),
        most_shelves=shelves.MOST_SHELVES,
    )


@blueprint.get(COLLECTION, endpoint="collection")
@role_required()
def show_collection(collection_id: int) -> str:
    """A collection; ``q`` are words that what is shown of it has to hold."""
    collection = seeing.get(session, viewer, collection_id)
    words = request.args.get("q", "").replace("\0", "")[:LONGEST_QUERY].strip()
    found = seeing.answering(session, viewer, collection, words)
    return render_template(
        "catalog/collections/show.html",
        collection=collection,
        way=seeing.way_to(session, collection),
        parts=seeing.cards(session, viewer, session.scalars(seeing.inside(viewer, collection)).all()),
        stretch=paginate(session, found, request.args.get("page", 1, type=int)),
        words=words,
        has_cover=bool(covers.own_key(session, collection))
        or seeing.cover_file(session, viewer, collection) is not None,
        is_featured=viewer.is_librarian and shelves.is_featured(session, viewer, collection),
    )


@blueprint.get(COLLECTION + "/cite", endpoint="cite_collection")
@role_required()
def cite_collection(collection_id: int) -> str:
    """What the viewer sees of a collection, written in the style of the address."""
    collection = seeing.get(session, viewer, collection_id)
    back = url_for(".collection", collection_id=collection_id)
    cited = citing.Cited(collection.title, ".cite_collection", {"collection_id": collection_id}, back)
    return citing.written(cited, _references(collection))


@blueprint.get(COLLECTION + "/cite/<key>", endpoint="cite_collection_file")
@role_required()
def export_collection(collection_id: int, key: str) -> Response:
    collection = seeing.get(session, viewer, collection_id)
    return citing.as_file(_references(collection), key, collection.title)


def _references(collection: Collection) -> list[Reference]:
    return [reference_of(each.resource) for each in session.scalars(seeing.items(viewer, collection))]


@blueprint.get(COLLECTION + "/cover", endpoint="collection_cover")
@role_required()
def show_cover(collection_id: int) -> Response:
    """Its own picture, else the cover of what stands for it."""
    collection = seeing.get(session, viewer, collection_id)
    key = covers.own_key(session, collection)
    if not key:
        file = seeing.cover_file(session, viewer, collection)
        if file is None:
            raise NotFound
        reader.check_served(file)
        key = file.cover_key
    answer = redirect(current_storage().link(key, name="portada.webp", media_type="image/webp"))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer
