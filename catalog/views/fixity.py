"""What of the stored files is lost or damaged: for librarians, for the operator, and mending it."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from werkzeug.wrappers import Response

from catalog import library
from catalog.fixity import damage, mending, rounds
from catalog.fixity.tasks import check_soon
from catalog.models import FixityCheck, Resource, RoundKind
from catalog.uploads import received, stored
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.materials import TROUBLE, show_page
from lrc.db import session
from lrc.errors import NotFound
from lrc.pagination import paginate
from lti.operators import operator_required
from lti.viewers import Role, role_required, viewer

_FILE = "<int(max=2147483647):file_id>"


blueprint.add_app_template_filter(damage.resource_of, "damaged_resource")
blueprint.add_app_template_filter(damage.title_of, "damaged_title")


@blueprint.app_template_global("damaged_files")
def damaged_files() -> int:
    """How many stored objects of the viewer's institution are damaged, for a librarian's or administrator's page."""
    return damage.count(session, damage.of_institution(viewer))


@blueprint.app_template_global("damaged_anywhere")
def damaged_anywhere() -> int:
    """How many there are in all, for the operator's page."""
    return damage.count(session, damage.everything())


@blueprint.app_template_global("may_mend")
def may_mend(resource: Resource) -> bool:
    return mending.may_mend(viewer, resource)


@blueprint.get("/review/files")
@role_required(Role.LIBRARIAN, Role.ADMINISTRATOR)
def damaged() -> str:
    """What of the institution is damaged."""
    return _page("catalog/fixity/damaged.html", damage.of_institution(viewer))


@blueprint.get("/operator/files")
@operator_required
def operator_files() -> str:
    """All that is damaged, and when the files were compared last."""
    return _page("catalog/fixity/operator.html", damage.everything())


def _page(template: str, query: Select[FixityCheck], **more: Any) -> str:
    return render_template(
        template,
        stretch=paginate(session, query, request.args.get("page", 1, type=int)),
        sample=rounds.last_ended(session, RoundKind.SAMPLE),
        full=rounds.last_ended(session, RoundKind.FULL),
        names=damage.NAMES,
        **more,
    )


@blueprint.post(f"/review/files/{_FILE}/check")
@role_required(Role.LIBRARIAN, Role.ADMINISTRATOR)
def check_damaged(file_id: int) -> Response:
    """Look at a damaged file of the institution again, soon."""
    return _check(damage.of_institution(viewer), file_id, ".damaged")


@blueprint.post(f"/operator/files/{_FILE}/check")
@operator_required
def operator_check_file(file_id: int) -> Response:
    """Look at any damaged file again, soon."""
    return _check(damage.everything(), file_id, ".operator_files")


def _check(query: Select[FixityCheck], file_id: int, back: str) -> Response:
    if session.scalars(query.where(FixityCheck.file_id == file_id).limit(1)).first() is None:
        raise NotFound
    check_soon(session, file_id)
    flash(_("Lo comparamos otra vez: mira aquí en un minuto."), "success")
    return redirect(url_for(back), 303)


@blueprint.post(RESOURCE + "/mend")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def mend_file(resource_id: int) -> str | Response:
    """Take the same file again from who still has it; what is wrong with it is said on the page of the material."""
    try:
        sent = received(request.files.get("file"))
        mending.check_copy(session, viewer, library.get(session, viewer, resource_id), sent.sha256)
        with stored(sent) as bytes_kept:
            mending.take_copy(session, viewer, library.get_for_change(session, viewer, resource_id), bytes_kept)
    except TROUBLE as error:
        return make_response(show_page(library.get(session, viewer, resource_id), trouble=error.message), error.status)
    flash(_("Repusimos el archivo: ya se puede abrir otra vez."), "success")
    return redirect(url_for(".show", resource_id=resource_id), 303)
