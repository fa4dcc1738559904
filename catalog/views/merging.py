"""Duplicates: which materials may be the same, two beside each other, making one of them, and taking that back."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from catalog.merging.leading import Moved
from catalog.views.blueprint import blueprint
from catalog.views.materials import page_of


@blueprint.app_errorhandler(Moved)
def _lead_on(error: Moved) -> Response:
    """The same page of what it was merged into, asked for in the same way; else that one's own page."""
    given = request.view_args or {}
    if "resource_id" not in given or request.endpoint is None:
        return redirect(page_of(error.kept), 303)
    address = url_for(request.endpoint, **{**given, "resource_id": error.kept.id})
    query = request.query_string.decode("ascii", "replace")
    # Not for good: it may be taken back.
    return redirect(f"{address}?{query}" if query else address, 307)
