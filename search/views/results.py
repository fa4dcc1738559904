"""The pages of searching: the search box that one lands on, and the results."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for

from lti.viewers import role_required, viewer
from search.documents import KINDS, Hit, Query
from search.engine import current_index
from search.views.blueprint import blueprint

HITS_A_PAGE = 10
LAST_PAGE = 100
LONGEST_QUERY = 300


@blueprint.get("/")
@role_required()
def home() -> str:
    return render_template("search/home.html")


@blueprint.get("/search")
@role_required()
def results() -> str | Response:
    q = request.args.get("q", "")[:LONGEST_QUERY].strip()
    if not q:
        return redirect(url_for("search.home"))  # type: ignore[return-value]
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    query = Query(q, viewer.audiences, offset=(number - 1) * HITS_A_PAGE, limit=HITS_A_PAGE, kind=kind)
    found = current_index().search(query)
    last = min(max(-(-found.total // HITS_A_PAGE), 1), LAST_PAGE)
    return render_template("search/results.html", q=q, kind=kind, found=found, number=number, last=last)


@blueprint.app_template_global("hit_url")
def hit_url(hit: Hit, q: str, page: int | None = None) -> str:
    """Where a hit opens: at the page or lesson that answers, or at its own page where it has none."""
    resource_id, at = int(hit.document_id), page or hit.page
    if hit.kind == "course":
        return url_for("study.course", course_id=resource_id)
    if hit.kind == "module":
        return url_for("study.open_page", module_id=resource_id, number=at or 0)
    if at is None:
        return url_for("catalog.show", resource_id=resource_id, q=q)
    return url_for("catalog.read", resource_id=resource_id, page=at, q=q)
