"""Collections for librarians: making and describing them, their order and covers, and putting resources in."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library
from catalog.availability import audiences
from catalog.collections import contents, covers, making, shelves
from catalog.collections import seeing as seen
from catalog.collections.form import TEXT_LIMIT, TITLE_LIMIT, CollectionForm
from catalog.collections.making import Words
from catalog.models import Collection, Resource
from catalog.uploads import received
from catalog.views import puttingback
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.collections import COLLECTION, COLLECTIONS
from catalog.views.materials import page_of
from catalog.views.numbers import row
from catalog.views.returning import came_from
from lrc.db import session
from lrc.errors import BadFile, BadInput, Conflict, NotFound, TooLarge, Unavailable
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer

_COLLECTING = "collecting"
_TROUBLE = (BadInput, BadFile, TooLarge, Unavailable)


@blueprint.app_template_global("collecting")
def collecting() -> Collection | None:
    """The collection that a librarian is putting things in one after another; asked once for all of a page."""
    if "collecting" not in g:
        g.collecting = _collecting()
    return g.collecting  # type: ignore[no-any-return]


def _collecting() -> Collection | None:
    if _COLLECTING not in cookie or not viewer.is_librarian or viewer.is_choosing:
        return None
    return session.scalar(making.own(viewer).where(Collection.id == cookie[_COLLECTING]))


@blueprint.app_template_global("is_collected")
def is_collected(resource_id: int) -> bool:
    """Whether it stands in the collection that is being filled; asked once for all of a page."""
    collection = collecting()
    if collection is None:
        return False
    if "collected_ids" not in g:
        g.collected_ids = contents.held_in(session, collection)
    return resource_id in g.collected_ids


@blueprint.route(COLLECTIONS + "/new", methods=["GET", "POST"], endpoint="new_collection")
@role_required(Role.LIBRARIAN)
def new_collection() -> str | Response:
    """The form for a new collection, part of ``parent`` where the address names one."""
    if request.method == "GET":
        return _form_page(CollectionForm.of(Words("", parent_id=request.args.get("parent", type=row))), None)
    form = _sent()
    words = _checked(form)
    if words is None:
        return make_response(_form_page(form, None), BadInput.status)
    made = making.make(session, viewer, words)
    cookie[_COLLECTING] = made.id
    flash(_("Creamos la colección. Busca lo que irá en ella y pulsa «Agregar» junto a cada resultado."), "success")
    return redirect(url_for(".collection", collection_id=made.id), 303)


@blueprint.route(COLLECTION + "/edit", methods=["GET", "POST"], endpoint="edit_collection")
@role_required(Role.LIBRARIAN)
def edit_collection(collection_id: int) -> str | Response:
    """What is said of a collection; what others changed meanwhile is not written over unseen."""
    if request.method == "GET":
        collection = making.get_own(session, viewer, collection_id)
        said = making.words_of(session, collection)
        return _form_page(CollectionForm.of(said, making.fingerprint(collection)), collection)
    form = _sent()
    words = _checked(form)
    collection = making.get_own_for_change(session, viewer, collection_id)
    now = making.fingerprint(collection)
    if words is None:
        return make_response(_form_page(form, collection), BadInput.status)
    if form.typed["based_on"] != now:
        form.typed["based_on"] = now
        return make_response(_form_page(form, collection, is_overtaken=True), Conflict.status)
    making.change(session, viewer, collection, words)
    flash(_("Guardamos tus cambios."), "success")
    return redirect(url_for(".collection", collection_id=collection_id), 303)


def _sent() -> CollectionForm:
    return CollectionForm.sent(request.form, frozenset(request.form.getlist("institution", type=row)))


def _checked(form: CollectionForm) -> Words | None:
    """What was typed; None, with what is wrong told in the form, where that cannot be."""
    words = form.words()
    try:
        if words is not None:
            making.audience_of(session, viewer, words)
    except BadInput as error:
        form.errors["audience"] = error.message
        return None
    return words


def _form_page(form: CollectionForm, collection: Collection | None, *, is_overtaken: bool = False) -> str:
    return render_template(
        "catalog/collections/form.html",
        form=form,
        collection=collection,
        parents=making.parents_for(session, viewer, collection),
        institutions=audiences.institutions(session),
        is_overtaken=is_overtaken,
        title_limit=TITLE_LIMIT,
        text_limit=TEXT_LIMIT,
    )


@blueprint.get(COLLECTION + "/arrange", endpoint="arrange_collection")
@role_required(Role.LIBRARIAN)
def arrange(collection_id: int) -> str:
    """Everything in a collection with what can be done with each: its place, its note, the cover."""
    return _arrange_page(making.get_own(session, viewer, collection_id))


def _arrange_page(collection: Collection, trouble: object = "") -> str:
    stretch = paginate(session, contents.all_of(collection), request.args.get("page", 1, type=int))
    ids = [each.resource_id for each in stretch.items]
    visible = seen.shown(viewer).where(Resource.id.in_(ids)).with_only_columns(Resource.id)
    return render_template(
        "catalog/collections/arrange.html",
        collection=collection,
        stretch=stretch,
        seen=set(session.scalars(visible)),
        trouble=trouble,
        note_limit=contents.NOTE_LIMIT,
    )


@blueprint.post(COLLECTION + "/items/<int(max=2147483647):resource_id>", endpoint="change_collected")
@role_required(Role.LIBRARIAN)
def change_item(collection_id: int, resource_id: int) -> Response:
    """Move what stands in a collection, note something beside it, take it out, or use its cover, as ``do`` says."""
    collection = making.get_own_for_change(session, viewer, collection_id)
    deed = request.form.get("do", "")
    if deed == "drop":
        taken = contents.take_out(session, viewer, collection, resource_id)
        puttingback.tell(_("Lo quitamos de la colección."), taken)
        return redirect(came_from(url_for(".arrange_collection", collection_id=collection_id)), 303)
    if deed == "cover":
        contents.choose_cover(session, collection, resource_id)
        flash(_("Su portada es ahora la de la colección."), "success")
    elif deed == "note":
        contents.note(session, collection, resource_id, request.form.get("note", ""))
        flash(_("Guardamos tu nota."), "success")
    else:
        contents.move(session, collection, resource_id, _place(collection, resource_id, deed))
    back = url_for(".arrange_collection", collection_id=collection_id)
    return redirect(came_from(back, f"item-{resource_id}"), 303)


def _place(collection: Collection, resource_id: int, deed: str) -> int:
    place = contents.place_of(session, collection, resource_id)
    if deed in ("up", "down"):
        return place - 1 if deed == "up" else place + 1
    return request.form.get("place", place, type=int)


@blueprint.post(COLLECTION + "/do", endpoint="change_collection")
@role_required(Role.LIBRARIAN)
def change_collection(collection_id: int) -> Response:
    """Move, delete or feature a collection, fill it from searches, or take its picture away, as ``do`` says."""
    deed = request.form.get("do", "")
    if deed in _FEATURING:
        _FEATURING[deed](seen.get(session, viewer, collection_id))
        return redirect(came_from(url_for(".collections")), 303)
    collection = making.get_own_for_change(session, viewer, collection_id)
    if deed == "delete":
        making.delete(session, viewer, collection)
        flash(_("Borramos esa colección; sus materiales siguen en la biblioteca."), "success")
        return redirect(url_for(".collections"), 303)
    if deed == "collect":
        cookie[_COLLECTING] = collection_id
        return redirect(url_for("search.home"), 303)
    if deed == "uncover":
        covers.remove(session, collection)
        flash(_("Quitamos la imagen."), "success")
    elif deed in ("up", "down"):
        making.move(session, viewer, collection, up=deed == "up")
    return redirect(came_from(url_for(".collection", collection_id=collection_id)), 303)


def _feature(collection: Collection) -> None:
    shelves.feature(session, viewer, collection, featured=True)
    flash(_("Se verá en la portada de la biblioteca mientras esté abierta y tenga materiales."), "success")


def _unfeature(collection: Collection) -> None:
    shelves.feature(session, viewer, collection, featured=False)
    flash(_("Ya no está en la portada."), "success")


_FEATURING: dict[str, Callable[[Collection], None]] = {
    "feature": _feature,
    "unfeature": _unfeature,
    "home-up": lambda collection: shelves.move(session, viewer, collection, up=True),
    "home-down": lambda collection: shelves.move(session, viewer, collection, up=False),
}


@blueprint.post(COLLECTION + "/cover", endpoint="put_collection_cover")
@role_required(Role.LIBRARIAN)
def put_cover(collection_id: int) -> str | Response:
    """Take a picture of its own in; what is wrong with it is said beside the form."""
    try:
        file = received(request.files.get("file"))
        making.get_own(session, viewer, collection_id)
        covers.check_size(file.size_bytes)
        made = covers.read(file.stream.read())
        with covers.stored(made) as key:
            covers.put(session, making.get_own_for_change(session, viewer, collection_id), made, key)
    except _TROUBLE as error:
        session.rollback()
        page = _arrange_page(making.get_own(session, viewer, collection_id), error.message)
        return make_response(page, error.status)
    flash(_("La colección tiene su portada."), "success")
    return redirect(url_for(".arrange_collection", collection_id=collection_id, _anchor="cover"), 303)


@blueprint.post(COLLECTIONS + "/stop", endpoint="stop_collecting")
@role_required(Role.LIBRARIAN)
def stop_collecting() -> Response:
    """Leave off putting things in one after another, and look at what there is."""
    collection = collecting()
    cookie.pop(_COLLECTING, None)
    if collection is None:
        return redirect(url_for(".collections"), 303)
    return redirect(url_for(".collection", collection_id=collection.id), 303)


@blueprint.post(RESOURCE + "/collect", endpoint="collect")
@role_required(Role.LIBRARIAN)
def collect(resource_id: int) -> Response:
    """Put a resource into the collection that is being filled, or take it out again (``remove``)."""
    filled = collecting()
    if filled is None:
        raise NotFound(_("Ya no estás agregando a una colección."), advice=_("Abre la colección y vuelve a empezar."))
    collection = making.get_own_for_change(session, viewer, filled.id)
    if "remove" in request.form:
        contents.drop(session, collection, resource_id)
    else:
        contents.add(session, collection, library.get(session, viewer, resource_id))
    if "HX-Request" in request.headers:
        title = request.form.get("title", "")
        return make_response(render_template("catalog/collections/_collect.html", resource_id=resource_id, title=title))
    return redirect(came_from(url_for(".collection", collection_id=collection.id), f"collect-{resource_id}"), 303)


@blueprint.route(RESOURCE + "/collections", methods=["GET", "POST"], endpoint="choose_collections")
@role_required(Role.LIBRARIAN)
def choose_collections(resource_id: int) -> str | Response:
    """In which of the library's collections a resource stands: ticked boxes."""
    resource = library.get(session, viewer, resource_id)
    if request.method == "POST":
        _put_in(resource, set(request.form.getlist("collection", type=row)))
        flash(_("Guardamos tus cambios."), "success")
        return redirect(page_of(resource), 303)
    return render_template(
        "catalog/collections/choose.html",
        resource=resource,
        tree=making.tree(session, viewer),
        inside=contents.collections_with(session, viewer, resource_id),
    )


def _put_in(resource: Resource, chosen: set[int]) -> None:
    inside = contents.collections_with(session, viewer, resource.id)
    for collection_id in sorted(chosen ^ inside):
        collection = making.get_own_for_change(session, viewer, collection_id)
        if collection_id in chosen:
            contents.add(session, collection, resource)
        else:
            contents.drop(session, collection, resource.id)
