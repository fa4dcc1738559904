"""Changing what was picked by hand: ticking materials in a list, choosing one field, and on to what would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from catalog.describing import bulk, selecting, table
from catalog.describing.form import LANGUAGE_CODES
from catalog.describing.selecting import SET
from catalog.describing.wording import field_name
from catalog.library import LICENSES
from catalog.models import Resource
from catalog.views.blueprint import blueprint
from catalog.views.bulk import as_workbook
from catalog.views.numbers import row
from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search.levels import LEVELS


@blueprint.get("/bulk/pick", endpoint="bulk_pick")
@role_required(Role.LIBRARIAN)
def pick() -> str:
    """The materials of the institution to tick boxes at, as ``which`` and the words ``q`` of their titles choose."""
    return _list()


def _list(trouble: object = "") -> str:
    which, words = request.values.get("which", "all"), request.values.get("q", "")
    query = selecting.matching(viewer, which, words).options(joinedload(Resource.file))
    return render_template(
        "catalog/bulk/pick.html",
        stretch=paginate(session, query, request.args.get("page", 1, type=int)),
        which=which if which in bulk.CHOICES else "all",
        words=words,
        choices=bulk.CHOICES,
        fields={name: field_name(name) for name in selecting.COMMON},
        typed=request.form,
        ticked=set(request.form.getlist("record", type=row)),
        trouble=trouble,
    )


@blueprint.post("/bulk/pick", endpoint="bulk_picked")
@role_required(Role.LIBRARIAN)
def picked() -> str | Response:
    """With what is ticked (or all that is shown, ``all``) do as ``do`` says: a table, or one field, then its value."""
    try:
        found = _picked()
    except BadInput as error:
        return make_response(_list(error.message), error.status)
    if request.form.get("do") == "table":
        return as_workbook([table.cells(each) for each in found])
    if request.form.get("do") != "propose":
        return _form(found)
    name, way, text = (request.form.get(key, "") for key in ("field", "way", "value"))
    try:
        sent = selecting.change(found, name, way, text.replace("\r\n", "\n"))
    except BadInput as error:
        return make_response(_form(found, error.message), error.status)
    made = bulk.propose(session, viewer, sent, selecting.title_of(name, way, len(found)))
    return redirect(url_for(".bulk_edit", bulk_id=made.id), 303)


def _picked() -> Sequence[Resource]:
    if "all" in request.form:
        every = selecting.matching(viewer, request.form.get("which", "all"), request.form.get("q", ""))
        return session.scalars(every).all()
    return selecting.picked(session, viewer, request.form.getlist("record", type=row))


def _form(found: Sequence[Resource], trouble: object = "") -> str:
    name = request.form.get("field", "")
    if name not in selecting.COMMON:
        name = selecting.COMMON[0]
    return render_template(
        "catalog/bulk/common.html",
        found=found,
        name=name,
        label=field_name(name),
        ways=selecting.WAYS if name in selecting.LISTS else {SET: selecting.WAYS[SET]},
        options=_options().get(name),
        typed=request.form,
        trouble=trouble,
    )


def _options() -> dict[str, Any]:
    """What may be chosen for fields that take no other value: pairs of code and name, None for what is its own name."""
    languages = [(code, None) for code in LANGUAGE_CODES]
    return {
        "level": list(LEVELS.items()),
        "language": languages,
        "taught_language": languages,
        "license": [(each, each) for each in LICENSES],
    }
