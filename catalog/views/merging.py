"""Duplicates: which materials may be the same, two beside each other, making one of them, and taking that back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import checks, library
from catalog.describing import description
from catalog.describing.wording import field_name, told
from catalog.merging import choosing, likeness, merges, moving
from catalog.merging.leading import Moved
from catalog.merging.merges import Choice
from catalog.merging.tasks import LOOK
from catalog.models import Kind, Resource, ResourceState
from catalog.views.blueprint import blueprint
from catalog.views.materials import page_of
from catalog.views.puttingback import UNDO
from lrc.celery import enqueue
from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search.engine import current_index

_PAIR = "/duplicates/<int(max=2147483647):one_id>/<int(max=2147483647):other_id>"
_MOST_MERGES = 20
_ADDRESS = re.compile(r"(?:\A|/resources/)(\d{1,9})(?:[/?#]|\Z)")


@blueprint.app_errorhandler(Moved)
def _lead_on(error: Moved) -> Response:
    """The same page of what it was merged into, or that one's own; what was to be done is not done to it unasked."""
    given = request.view_args or {}
    if request.method not in ("GET", "HEAD"):
        flash(_("Ese material se unió con este. Si quieres lo mismo para este, hazlo aquí."), "info")
        return redirect(page_of(error.kept), 303)
    if "resource_id" not in given or request.endpoint is None:
        return redirect(page_of(error.kept), 303)
    address = url_for(request.endpoint, **{**given, "resource_id": error.kept.id})
    query = request.query_string.decode("ascii", "replace")
    # Not for good: it may be taken back.
    return redirect(f"{address}?{query}" if query else address, 307)


@blueprint.get("/duplicates")
@role_required(Role.LIBRARIAN)
def duplicates() -> str:
    """What may be the same, and what was merged lately."""
    return _list_page()


def _list_page(typed: Sequence[str] = ("", ""), trouble: str = "") -> str:
    return render_template(
        "catalog/merging/list.html",
        stretch=paginate(session, likeness.open_of(viewer), request.args.get("page", 1, type=int)),
        merged=session.scalars(merges.all_of(viewer).limit(_MOST_MERGES)).all(),
        can_part=merges.can_part,
        undo_days=merges.UNDO_DAYS,
        in_order=_in_order,
        typed=typed,
        trouble=trouble,
    )


@blueprint.post("/duplicates")
@role_required(Role.LIBRARIAN)
def look_for_duplicates() -> Response:
    """Have them looked for now."""
    enqueue(session, LOOK)
    flash(_("Los estamos buscando: en unos minutos aparecerán aquí."), "info")
    return redirect(url_for(".duplicates"))


@blueprint.get("/duplicates/pair")
@role_required(Role.LIBRARIAN)
def choose_pair() -> str | Response:
    """Compare two that a librarian knows to be the same, by their addresses or ids."""
    typed = [request.args.get(name, "").strip() for name in ("one", "other")]
    found = [_named(each) for each in typed]
    if None in found or found[0] is found[1]:
        return _list_page(typed, _("Escribe la dirección de dos materiales distintos de tu universidad."))
    one, other = (each for each in found if each is not None)
    return redirect(compare_address(one, other))


def _named(written: str) -> Resource | None:
    """The material that an address of its page, a permanent address, its number or its id names."""
    known_as = unquote(written.rpartition("/r/")[2]).replace("\0", "")
    address = _ADDRESS.search(written)
    which = Resource.id == int(address[1]) if address else Resource.record_id == known_as
    return session.scalar(library.visible_to(viewer).where(which, Resource.kind == Kind.MATERIAL))


@blueprint.app_template_global("twins_of")
def twins_of(resource: Resource) -> list[Resource]:
    return checks.twins(session, viewer, resource, current_index())


@blueprint.app_template_global("compare_address")
def compare_address(one: Resource, other: Resource) -> str:
    """Where two are compared, the one that should rather stay first."""
    kept, merged = _in_order(one, other)
    return url_for("catalog.compare", one_id=kept.id, other_id=merged.id)


def _in_order(one: Resource, other: Resource) -> tuple[Resource, Resource]:
    """The one that should rather stay before the other: published, with a file, the older one."""
    first, second = sorted(
        (one, other), key=lambda each: (each.state is not ResourceState.PUBLISHED, each.file is None, each.id)
    )
    return first, second


@blueprint.get(_PAIR)
@role_required(Role.LIBRARIAN)
def compare(one_id: int, other_id: int) -> str:
    """Two beside each other; the first is the one that would stay."""
    return _page(*merges.get_both(session, viewer, one_id, other_id))


@blueprint.post(_PAIR)
@role_required(Role.LIBRARIAN)
def settle(one_id: int, other_id: int) -> Response:
    """What was found out about two of them: "merge" the second into the first, "apart" or "again"."""
    steps: dict[str, Callable[[Resource, Resource], Response]] = {"merge": _merge, "apart": _apart, "again": _again}
    step = steps.get(request.form.get("do", ""))
    if step is None:
        raise BadInput
    return step(*merges.get_both(session, viewer, one_id, other_id, held=True))


def _merge(kept: Resource, merged: Resource) -> Response:
    chosen = {name: request.form.get(f"say-{name}", "") for name in description.FIELDS}
    said = choosing.settled(description.of(kept), description.of(merged), chosen)
    audience = merged.audience if request.form.get("audience") == choosing.MERGED else kept.audience
    choice = Choice(said, audience, takes_file=request.form.get("file") == choosing.MERGED)
    made = merges.merge(session, viewer, kept, merged, choice)
    flash(
        _("Ahora son uno solo. Puedes separarlos durante %(days)s días en «Duplicados».", days=merges.UNDO_DAYS),
        "success",
    )
    flash(url_for(".part", merge_id=made.id), UNDO)
    return redirect(url_for(".show", resource_id=kept.id))


def _apart(one: Resource, other: Resource) -> Response:
    likeness.dismiss(session, viewer, one, other)
    flash(_("Lo recordaremos: no son el mismo."), "success")
    return redirect(url_for(".duplicates"))


def _again(one: Resource, other: Resource) -> Response:
    likeness.call_back(session, one, other)
    return redirect(url_for(".compare", one_id=one.id, other_id=other.id))


def _page(kept: Resource, merged: Resource) -> str:
    sides = [description.of(each) for each in (kept, merged)]
    return render_template(
        "catalog/merging/compare.html",
        kept=kept,
        merged=merged,
        lines=choosing.lines(*sides),
        hanging={each.id: moving.count(session, each) for each in (kept, merged)},
        why_not=merges.why_not(session, kept, merged),
        why_not_file=merges.why_not_its_file(session, kept, merged),
        is_dismissed=likeness.is_dismissed(session, kept, merged),
        undo_days=merges.UNDO_DAYS,
        field_name=field_name,
        told=told,
    )


@blueprint.post("/merges/<int(max=2147483647):merge_id>/part")
@role_required(Role.LIBRARIAN)
def part(merge_id: int) -> Response:
    """Make two of them again."""
    made = merges.get_for_change(session, viewer, merge_id)
    merged_id = made.from_id
    if merges.part(session, viewer, made):
        flash(_("Otra vez son dos, cada uno con lo suyo."), "success")
    else:
        flash(_("Otra vez son dos. La descripción quedó como está, porque alguien la cambió después."), "warning")
    return make_response(redirect(url_for(".show", resource_id=merged_id)))
