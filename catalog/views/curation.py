"""Review: what waits, publishing, sending back, withdrawing, and a teacher's answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from catalog import library, queueing, review, versions
from catalog.models import Kind, Resource, Version
from catalog.queueing import OLDEST, Sieve
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.editions import field_remarks_sent
from catalog.views.materials import show_page
from lrc.db import session
from lrc.errors import BadInput, NotFound
from lti.viewers import Role, Viewer, role_required, viewer


@blueprint.get("/review")
@role_required(Role.LIBRARIAN)
def queue() -> str:
    """What waits, as the address chooses of it."""
    sieve = Sieve(
        kind=request.args.get("kind", ""),
        subject=request.args.get("subject", ""),
        taken=request.args.get("taken", ""),
        order=request.args.get("order", OLDEST),
        page=request.args.get("page", 1, type=int),
    )
    waiting = queueing.waiting(session, viewer, sieve)
    versions_waiting = versions.waiting_of(session, waiting.stretch.items)
    return render_template("catalog/queue.html", sieve=sieve, waiting=waiting, versions=versions_waiting)


@blueprint.app_template_global("review_page_of")
def review_page_of(resource: Resource, version: Version | None) -> str:
    """Where a review is looked at: the material, its new version that waits, or what a course or a module says."""
    if resource.kind is not Kind.MATERIAL:
        return url_for("study.review_version", resource_id=resource.id)
    if version is None:
        return url_for("catalog.show", resource_id=resource.id)
    return url_for("catalog.version", resource_id=resource.id, number=version.number)


@blueprint.post(RESOURCE + "/take")
@role_required(Role.LIBRARIAN)
def take(resource_id: int) -> Response:
    """Look after a review; with "go" let others do."""
    resource = library.get_for_change(session, viewer, resource_id)
    if "go" in request.form:
        review.let_go(session, viewer, resource)
        flash(_("La dejaste libre: otra persona puede tomarla."), "success")
    else:
        review.take(session, viewer, resource)
        flash(_("La tomaste: los demás ven que la revisas tú."), "success")
    return redirect(review_page_of(resource, versions.waiting(session, resource_id)))


@blueprint.post(RESOURCE + "/publish")
@role_required(Role.LIBRARIAN)
def publish(resource_id: int) -> Response:
    step = partial(review.publish, reviewed=request.form.get("file", ""))
    return _take(resource_id, step, _("Publicado: ya se puede encontrar en la biblioteca."))


@blueprint.post(RESOURCE + "/return")
@role_required(Role.LIBRARIAN)
def send_back(resource_id: int) -> Response:
    step = partial(review.send_back, fields=field_remarks_sent())
    return _take(resource_id, step, _("Devuelto con tu observación."))


@blueprint.post(RESOURCE + "/withdraw")
@role_required(Role.LIBRARIAN)
def withdraw(resource_id: int) -> Response:
    return _take(resource_id, review.withdraw, _("Retirado: ya no aparece en la biblioteca."))


@blueprint.post(RESOURCE + "/answer")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def answer(resource_id: int) -> Response:
    return _take(resource_id, review.answer, _("Enviado: la biblioteca lo revisará otra vez."))


def _take(resource_id: int, step: Callable[[Session, Viewer, Resource, str], None], done: str) -> Response:
    """Take one step of the review with the remark of the form; a bad remark is shown again beside what is wrong."""
    resource = library.get_for_change(session, viewer, resource_id)
    if resource.kind is not Kind.MATERIAL:
        raise NotFound  # the study room has the page on which versions are reviewed
    remark = request.form.get("remark", "").replace("\r\n", "\n")
    try:
        step(session, viewer, resource, remark)
    except BadInput as error:
        return make_response(show_page(resource, remark, error.message), error.status)
    flash(done, "success")
    return redirect(url_for(".show", resource_id=resource_id))
