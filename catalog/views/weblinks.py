"""Addresses as materials: pasting one, what became of it, and the librarians' page of those that no longer answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import library, review
from catalog.forms import UploadForm, audiences_open_to
from catalog.library import LICENSES
from catalog.models import Resource, ResourceState, WebLink, WebLinkState
from catalog.views.blueprint import RESOURCE, blueprint, settings
from catalog.weblinks import addresses, asking, lives, sentences, weblinks
from catalog.weblinks.weblinks import Way
from lrc.db import session
from lrc.errors import BadInput, Conflict
from lrc.pagination import paginate
from lti.addresses import Network
from lti.viewers import Role, role_required, viewer

blueprint.add_app_template_global(sentences.why, "why_dead")
_SHOWN = {"dead": (WebLinkState.DEAD,), "moved": (WebLinkState.MOVED,)}


@blueprint.app_template_global("way_of")
def way_of(resource: Resource) -> Way | None:
    """Where a resource leads, for the pages that open it."""
    return weblinks.of(session, resource)


@blueprint.app_template_global("dead_weblinks")
def dead_weblinks() -> int:
    """How many addresses of the viewer's institution wait for a remedy."""
    return lives.count(session, viewer.institution_id, [each for states in _SHOWN.values() for each in states])


@blueprint.route("/weblinks/new", methods=["GET", "POST"], endpoint="new_weblink")
@role_required(Role.TEACHER)
def new() -> str | Response:
    """The form for an address; ``url`` may be given, as it was pasted on the page where one uploads."""
    if request.method == "POST":
        return _take_in()
    # What others wrote is theirs, unless they say otherwise.
    form = UploadForm(license=LICENSES[-1])
    url = request.args.get("url", "").strip()
    if url:
        try:
            url = _clean(url)
        except BadInput as error:
            form.errors["url"] = error.message
        else:
            weblinks.refuse_twin(session, viewer, url)
    return _page(form, url)


def _take_in() -> Response:
    form = UploadForm.of(request.form)
    form.is_valid(viewer)
    typed = request.form.get("url", "")
    try:
        url = _clean(typed)
        if not form.errors:
            made = weblinks.add(session, viewer, form.details(), url)
            return redirect(url_for(".show", resource_id=made.id), 303)
    except BadInput as error:
        form.errors["url"] = error.message
    return make_response(_page(form, typed), BadInput.status)


def _page(form: UploadForm, url: str) -> str:
    return render_template("catalog/weblinks/new.html", form=form, url=url, audiences=audiences_open_to(viewer))


def _clean(typed: str) -> str:
    return addresses.clean(typed, _networks())


def _networks() -> tuple[Network, ...]:
    return asking.limits_of(settings()).networks


@blueprint.get(RESOURCE + "/address", endpoint="weblink")
@role_required()
def address(resource_id: int) -> Response:
    """The part of a page that says how an address stands; once its page was read, the whole page is asked anew."""
    resource = library.get(session, viewer, resource_id)
    answer = make_response(render_template("catalog/weblinks/_way.html", resource=resource))
    way = weblinks.of(session, resource)
    if way is None or way.link is None or not way.link.is_to_be_read:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.get("/weblinks", endpoint="weblinks")
@role_required(Role.LIBRARIAN)
def listed() -> str:
    """The addresses of the institution's materials that no longer answer (or have moved), each with its remedies."""
    which = request.args.get("which", "dead")
    which = which if which in _SHOWN else "dead"
    query = lives.to_be_mended(viewer.institution_id, _SHOWN[which])
    return render_template(
        "catalog/weblinks/list.html",
        stretch=paginate(session, query, request.args.get("page", 1, type=int)),
        which=which,
        counts={name: lives.count(session, viewer.institution_id, states) for name, states in _SHOWN.items()},
        longest=addresses.LONGEST,
    )


@blueprint.post(RESOURCE + "/address", endpoint="mend_weblink")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def mend(resource_id: int) -> Response:
    """Check it now, have it lead to another address, or to where it has moved, or withdraw it, as ``do`` says."""
    link = weblinks.get_for_mending(session, viewer, resource_id)
    remedies: dict[str, Callable[[WebLink], str]] = {
        "check": _check,
        "change": lambda link: _lead_to(link, request.form.get("url", "")),
        "follow": lambda link: _lead_to(link, link.moved_to),
        "withdraw": _withdraw,
    }
    remedy = remedies.get(request.form.get("do", ""))
    if remedy is None:
        raise BadInput
    try:
        flash(remedy(link), "success")
    except (BadInput, Conflict) as error:
        session.rollback()
        flash(str(error.message), "error")
    back = url_for(".weblinks", which=request.form.get("which")) if "which" in request.form else None
    return redirect(back or url_for(".show", resource_id=resource_id), 303)


def _check(link: WebLink) -> str:
    weblinks.check_now(session, link)
    return str(_("La comprobamos ahora mismo: en un momento verás aquí cómo está."))


def _lead_to(link: WebLink, typed: str) -> str:
    changed = weblinks.lead_to(session, viewer, link, typed, _networks())
    said = _("Ahora lleva a la dirección nueva, y la comprobaremos.") if changed else _("Ya llevaba a esa dirección.")
    return str(said)


def _withdraw(link: WebLink) -> str:
    if link.resource.state is not ResourceState.PUBLISHED:
        raise Conflict(_("Solo se retira lo que está publicado."))
    review.withdraw(session, viewer, link.resource, _("La dirección a la que lleva ya no responde."))
    return str(_("Retirado: ya no aparece en la biblioteca."))
