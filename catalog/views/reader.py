"""Reading: a page as text, a page of a PDF as it looks, the original, and the cover."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request
from flask import session as cookie
from werkzeug.wrappers import Response

from catalog import library, reader
from catalog.marking import Marker
from catalog.models import File, Page, Resource
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.marks import opened
from lrc.db import session
from lrc.errors import NotFound
from lrc.storage import current_storage
from lti.viewers import role_required, viewer
from search.choices import LONGEST_QUERY
from search.views.clicks import came_by_search

_VIEW = "reader_view"


@blueprint.get(RESOURCE + "/read")
@role_required()
def read(resource_id: int) -> str | Response:
    """One page, as text or as it looks; ``q`` are words to mark, ``part`` a piece of a very long page."""
    resource = library.get(session, viewer, resource_id)
    file = library.file_of(resource)
    reader.check_readable(file)
    page = reader.page(session, file, request.args.get("page", 1, type=int))
    opened(resource)
    came_by_search()
    marker = Marker(_words())
    marker.allow_misspelt(page.text)
    if reader.prefers_text(file, _chosen_view(), request.headers):
        return _text_view(resource, file, page, marker)
    return _pages_view(resource, file, page, marker)


def _words() -> str:
    """The words to mark, cut as the search cuts them: they stand in every link of the page."""
    return request.args.get("q", "")[:LONGEST_QUERY]


def _chosen_view() -> str:
    """What was chosen here, or before; ``keep=no`` marks a choice that the page made by itself."""
    chosen = request.args.get("view", "")
    if chosen in ("text", "pages") and request.args.get("keep") != "no":
        cookie[_VIEW] = chosen
    return chosen or str(cookie.get(_VIEW, ""))


def _text_view(resource: Resource, file: File, page: Page, marker: Marker) -> str:
    return render_template(
        "catalog/read.html",
        resource=resource,
        file=file,
        page=reader.as_text(page, request.args.get("part", 1, type=int), marker),
        words=_words(),
        hits=reader.neighbours(session, page, marker),
        contents=reader.contents(session, file, page.number),
        is_pdf=file.media_type == reader.PDF,
    )


def _pages_view(resource: Resource, file: File, page: Page, marker: Marker) -> str:
    return render_template(
        "catalog/pages.html",
        resource=resource,
        file=file,
        page=page,
        words=_words(),
        hits=reader.neighbours(session, page, marker),
        link=_link(file),
        was_chosen=bool(_chosen_view()),
    )


@blueprint.get(RESOURCE + "/link")
@role_required()
def link(resource_id: int) -> Response:
    """A fresh short-lived link to the file, for the reader whose own has run out."""
    return jsonify(link=_link(library.file_of(library.get(session, viewer, resource_id))))


@blueprint.get(RESOURCE + "/file")
@role_required()
def download(resource_id: int) -> Response:
    """Lead to the original, to keep it."""
    resource = library.get(session, viewer, resource_id)
    file = library.file_of(resource)
    opened(resource)
    return redirect(_link(file, download=True))


@blueprint.get(RESOURCE + "/cover")
@role_required()
def cover(resource_id: int) -> Response:
    file = library.file_of(library.get(session, viewer, resource_id))
    if not file.cover_key:
        raise NotFound
    answer = redirect(current_storage().link(file.cover_key, name="portada.webp", media_type="image/webp"))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _link(file: File, *, download: bool = False) -> str:
    return current_storage().link(file.key, name=file.name, media_type=file.media_type, download=download)
