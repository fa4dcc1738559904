"""The pages of searching: the search box that one lands on, and the results."""

from __future__ import annotations

from base64 import b64encode

from babel import Locale, UnknownLocaleError
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from lti.viewers import role_required, viewer
from search.documents import KINDS, Hit, Query
from search.engine import current_index

blueprint = Blueprint("search", __name__)

HITS_A_PAGE = 10
LAST_PAGE = 100
LONGEST_QUERY = 300
KIND_NAMES = {
    "material": lazy_gettext("Material"),
    "module": lazy_gettext("Módulo de estudio"),
    "course": lazy_gettext("Curso"),
}


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


@blueprint.app_template_filter("data_uri")
def data_uri(image: bytes) -> str:
    """A tiny WebP picture as an address that holds it, so that a list of hits costs no further requests."""
    return f"data:image/webp;base64,{b64encode(image).decode('ascii')}"


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """A language's name in the language of the page; the code itself where it has none."""
    try:
        return Locale.parse(code, sep="-").get_language_name(get_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


@blueprint.app_template_filter("kind_name")
def kind_name(kind: str) -> str:
    """What somebody would call a thing of this kind."""
    return str(KIND_NAMES[kind])


@blueprint.app_template_filter("effort")
def effort(minutes: int) -> str:
    """How long working through something takes: "45 min", "2 h", "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=rest))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours))


@blueprint.app_template_global("page_name")
def page_name(hit: Hit) -> str:
    """How the page that answers is called: by its own label, such as a chapter's title, or by its number."""
    number = hit.page
    return hit.page_label or (
        _("lección %(number)s", number=number) if hit.kind == "module" else _("página %(number)s", number=number)
    )


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
