"""What people keep for themselves: favourites, own lists and their sharing, and the history of who wants one."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library, wishes
from catalog.keeping import history, lists
from catalog.models import OwnList
from catalog.views import puttingback
from catalog.views.blueprint import RESOURCE, blueprint, settings
from catalog.views.citing import OWN_LIST, SHARED_LIST
from catalog.views.returning import came_from
from lrc.db import session
from lrc.errors import BadInput, Conflict
from lrc.pagination import paginate
from lti.viewers import role_required, viewer
from lti.visits import without_prefix


@blueprint.app_template_global("is_favourite")
def is_favourite(resource_id: int) -> bool:
    """Whether the viewer keeps it among their favourites; asked once for all of a page."""
    if "favourite_ids" not in g:
        g.favourite_ids = lists.favourite_ids(session, viewer)
    return resource_id in g.favourite_ids


@blueprint.get("/library", endpoint="keeping")
@role_required()
def own_library() -> str:
    """Where one finds again what one keeps."""
    return _library_page()


def _library_page(name: str = "", trouble: object = "") -> str:
    shelves = lists.mine(session, viewer)
    favourites = next((each.own_list for each in shelves if each.own_list.name == lists.FAVOURITES), None)
    stretch = None
    if favourites is not None:
        shown = lists.visible_items(viewer, favourites)
        stretch = paginate(session, shown, request.args.get("page", 1, type=int))
    return render_template(
        "catalog/keeping/library.html",
        favourites=favourites,
        shelves=[each for each in shelves if each.own_list is not favourites],
        stretch=stretch,
        answered=wishes.answered(session, viewer),
        name=name,
        trouble=trouble,
    )


@blueprint.post(RESOURCE + "/favourite", endpoint="favourite")
@role_required()
def set_favourite(resource_id: int) -> Response:
    """Keep a resource among the favourites, or no longer (``remove``); answers its button, or goes back."""
    taken = None
    if "remove" in request.form:
        taken = lists.unlike(session, viewer, resource_id)
    else:
        lists.like(session, viewer, library.get(session, viewer, resource_id))
    if "HX-Request" in request.headers:
        title = request.form.get("title", "")
        return make_response(render_template("catalog/keeping/_favourite.html", resource_id=resource_id, title=title))
    done = _("Ya no está en tus favoritos.") if "remove" in request.form else _("Guardado en «Mi biblioteca».")
    puttingback.tell(done, taken)
    return redirect(came_from(url_for(".keeping"), f"keep-{resource_id}"), 303)


@blueprint.route(RESOURCE + "/lists", methods=["GET", "POST"], endpoint="choose_lists")
@role_required()
def choose_lists(resource_id: int) -> str | Response:
    """In which of one's lists a resource stands: ticked boxes, and the name of a new one."""
    resource = library.get(session, viewer, resource_id)
    trouble: object = ""
    if request.method == "POST":
        try:
            _put_in(resource_id, set(request.form.getlist("list", type=int)), request.form.get("name", ""))
        except (BadInput, Conflict) as error:
            session.rollback()
            trouble = error.message
        else:
            flash(_("Guardamos tus cambios."), "success")
            return redirect(url_for(".choose_lists", resource_id=resource_id), 303)
    page = render_template(
        "catalog/keeping/choose.html",
        resource=resource,
        shelves=[each for each in lists.mine(session, viewer) if each.own_list.name != lists.FAVOURITES],
        inside=lists.lists_with(session, viewer, resource_id),
        name=request.form.get("name", ""),
        name_limit=lists.NAME_LIMIT,
        trouble=trouble,
    )
    return make_response(page, BadInput.status if trouble else 200)


def _put_in(resource_id: int, chosen: set[int], name: str) -> None:
    resource = library.get(session, viewer, resource_id)
    lists.hold(session, viewer)
    inside = lists.lists_with(session, viewer, resource_id)
    for shelf in lists.mine(session, viewer):
        own_list = shelf.own_list
        if own_list.id in chosen and own_list.id not in inside:
            lists.add(session, viewer, resource, own_list)
        elif own_list.id in inside and own_list.id not in chosen and own_list.name != lists.FAVOURITES:
            lists.drop(session, viewer, resource_id, own_list)
    if name.strip():
        lists.add(session, viewer, resource, lists.make(session, viewer, name))


@blueprint.post("/lists", endpoint="make_list")
@role_required()
def make_list() -> str | Response:
    name = request.form.get("name", "")
    try:
        made = lists.make(session, viewer, name)
    except (BadInput, Conflict) as error:
        return make_response(_library_page(name, error.message), error.status)
    return redirect(url_for(".own_list", list_id=made.id), 303)


@blueprint.get(OWN_LIST, endpoint="own_list")
@role_required()
def show_list(list_id: int) -> str:
    return _list_page(lists.get(session, viewer, list_id))


def _list_page(own_list: OwnList, name: str = "", trouble: object = "") -> str:
    stretch = paginate(session, lists.items_of(own_list), request.args.get("page", 1, type=int))
    seen = lists.visible_ids(session, viewer, [each.resource_id for each in stretch.items])
    return render_template(
        "catalog/keeping/list.html",
        own_list=own_list,
        stretch=stretch,
        seen=seen,
        name=name or own_list.name,
        trouble=trouble,
        limits=lists,
        address=_shared_address(own_list),
    )


def _shared_address(own_list: OwnList) -> str:
    """Where others read it, in whichever visit of theirs."""
    if own_list.share_token is None:
        return ""
    return settings().tool_url + without_prefix(url_for(".shared_list", token=own_list.share_token))


@blueprint.post(OWN_LIST, endpoint="change_list")
@role_required()
def change_list(list_id: int) -> str | Response:
    """Name a list, delete it, share it or no longer, as ``do`` says."""
    own_list = lists.get_for_change(session, viewer, list_id)
    deed = request.form.get("do", "")
    if deed == "delete":
        lists.delete_list(session, own_list)
        flash(_("Borramos esa lista."), "success")
        return redirect(url_for(".keeping"), 303)
    if deed in ("share", "unshare"):
        lists.share(own_list, shared=deed == "share")
        return redirect(url_for(".own_list", list_id=list_id, _anchor="share"), 303)
    name = request.form.get("name", "")
    try:
        lists.rename(session, viewer, own_list, name)
    except (BadInput, Conflict) as error:
        return make_response(_list_page(own_list, name, error.message), error.status)
    flash(_("Guardamos tus cambios."), "success")
    return redirect(url_for(".own_list", list_id=list_id), 303)


@blueprint.post(OWN_LIST + "/items/<int(max=2147483647):resource_id>", endpoint="change_item")
@role_required()
def change_item(list_id: int, resource_id: int) -> Response:
    """Move what stands in a list, take it out, or note something beside it, as ``do`` says."""
    own_list = lists.get_for_change(session, viewer, list_id)
    deed = request.form.get("do", "")
    if deed == "drop":
        puttingback.tell(_("Lo quitamos de la lista."), lists.take_out(session, viewer, resource_id, own_list))
        return redirect(came_from(url_for(".own_list", list_id=list_id)), 303)
    if deed in ("up", "down"):
        lists.move(session, viewer, own_list, resource_id, up=deed == "up")
    else:
        lists.note(session, own_list, resource_id, request.form.get("note", ""))
        flash(_("Guardamos tu nota."), "success")
    return redirect(came_from(url_for(".own_list", list_id=list_id), f"item-{resource_id}"), 303)


@blueprint.get(SHARED_LIST, endpoint="shared_list")
@role_required()
def show_shared(token: str) -> str:
    """A list that somebody shares: of it only what the viewer may see, and not whose it is."""
    own_list = lists.get_shared(session, token)
    stretch = paginate(session, lists.visible_items(viewer, own_list), request.args.get("page", 1, type=int))
    return render_template("catalog/keeping/shared.html", own_list=own_list, stretch=stretch, token=token)


@blueprint.get("/history", endpoint="history")
@role_required()
def show_history() -> str:
    stretch = paginate(session, history.visited(viewer), request.args.get("page", 1, type=int))
    return render_template(
        "catalog/keeping/history.html", stretch=stretch, keeps_history=history.is_kept(session, viewer)
    )


@blueprint.post("/history", endpoint="change_history")
@role_required()
def change_history() -> Response:
    """Begin to keep one's history, stop and forget it, or only forget it, as ``do`` says."""
    deed = request.form.get("do", "")
    if deed == "clear":
        history.clear(session, viewer)
        flash(_("Borramos tu historial."), "success")
    elif deed == "keep":
        history.keep(session, viewer, kept=True)
        flash(_("Desde ahora guardamos lo que abres, solo para ti."), "success")
    elif deed == "stop":
        history.keep(session, viewer, kept=False)
        flash(_("Borramos tu historial y ya no guardamos lo que abres."), "success")
    return redirect(url_for(".history"), 303)
