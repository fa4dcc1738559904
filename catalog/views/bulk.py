"""Changing many descriptions at once: the table out, the table in, what it would change, writing it, taking it back."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.describing import bulk, table
from catalog.describing.table import Table
from catalog.describing.wording import field_name, told
from catalog.models import BulkState, Resource
from catalog.uploads import received
from catalog.views.blueprint import blueprint, settings
from lrc.db import session
from lrc.errors import BadFile, BadInput, TooLarge, Unavailable
from lrc.pagination import paginate
from lrc.spreadsheets import download
from lti.viewers import Role, role_required, viewer

_BULK = "/bulk/<int(max=2147483647):bulk_id>"
_AT_ONCE = 500
# They travel in a cookie, which no browser takes beyond four kilobytes.
_NAMES_SHOWN, _NAME_SHOWN = 10, 40
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/bulk", methods=["GET", "POST"])
@role_required(Role.LIBRARIAN)
def bulk_edits() -> str | Response:
    """The tables that were sent, and the form for another one."""
    if request.method == "POST":
        return _look_through()
    return _page()


def _page(trouble: object = "") -> str:
    stretch = paginate(session, bulk.all_of(viewer), request.args.get("page", 1, type=int))
    return render_template("catalog/bulk/list.html", stretch=stretch, choices=bulk.CHOICES, trouble=trouble)


def _look_through() -> Response:
    try:
        file = received(request.files.get("file"))
        with tempfile.NamedTemporaryFile(dir=settings().scratch_path) as kept:
            shutil.copyfileobj(file.stream, kept)
            kept.flush()
            sent: Table = table.read(Path(kept.name))
        made = bulk.propose(session, viewer, sent, file.name)
    except (BadFile, BadInput, TooLarge, Unavailable) as error:
        return make_response(_page(error.message), error.status)
    if sent.unknown:
        names = ", ".join(
            f"{name[:_NAME_SHOWN]}…" if name[_NAME_SHOWN:] else name for name in sent.unknown[:_NAMES_SHOWN]
        )
        names += "…" if sent.unknown[_NAMES_SHOWN:] else ""
        flash(_("Estas columnas no son de la descripción y no se miraron: %(names)s.", names=names), "info")
    return redirect(url_for(".bulk_edit", bulk_id=made.id))


@blueprint.get("/bulk/table")
@role_required(Role.LIBRARIAN)
def bulk_table() -> Response:
    """The materials chosen as a table, in a workbook or as CSV."""
    lines = _lines(request.args.get("which", ""))
    if request.args.get("as") == "csv":
        return download([table.COLUMNS, *lines], "materiales.csv")
    return as_workbook(lines)


def as_workbook(lines: Iterable[Sequence[str]]) -> Response:
    """The lines of materials as a workbook to be kept by who asks."""
    written = io.BytesIO()
    table.write_workbook(written, iter(lines))
    answer = make_response(written.getvalue())
    answer.headers["Content-Type"] = _WORKBOOK
    answer.headers["Content-Disposition"] = 'attachment; filename="materiales.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lines(which: str) -> Iterator[Sequence[str]]:
    found: Iterator[Resource] = iter(session.scalars(bulk.chosen(viewer, which)).yield_per(_AT_ONCE))
    for each in found:
        yield table.cells(each)


@blueprint.get(_BULK)
@role_required(Role.LIBRARIAN)
def bulk_edit(bulk_id: int) -> str:
    """What a table changes, cell by cell, and what of it was refused."""
    found = bulk.get(session, viewer, bulk_id)
    return render_template(
        "catalog/bulk/edit.html",
        bulk=found,
        tally=bulk.tally(session, found),
        stretch=paginate(session, bulk.changes(found), request.args.get("page", 1, type=int)),
        is_running=found.state in (BulkState.APPLYING, BulkState.UNDOING),
        can_undo=bulk.can_undo(found),
        undo_days=bulk.UNDO_DAYS,
        field_name=field_name,
        told=told,
    )


@blueprint.post(_BULK)
@role_required(Role.LIBRARIAN)
def move_bulk_edit(bulk_id: int) -> Response:
    """Write it ("do" is "apply"), or take it back ("undo")."""
    found = bulk.get_for_change(session, viewer, bulk_id)
    steps = {"apply": bulk.apply, "undo": bulk.undo}
    do = request.form.get("do", "")
    if do not in steps:
        raise BadInput
    steps[do](session, found)
    return redirect(url_for(".bulk_edit", bulk_id=bulk_id))
