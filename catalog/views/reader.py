"""Reading: a page as text, a page of a PDF as it looks, a picture, a recording, many pages on paper, the original."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from werkzeug.wrappers import Response

from catalog import library, printing, reader, recordings
from catalog.editions import reading
from catalog.extract.about import LONGEST_S
from catalog.fixity import damage
from catalog.lightening.serving import Served
from catalog.marking import Marker
from catalog.models import File, Page, Resource
from catalog.views import weights
from catalog.views.blueprint import RESOURCE, VERSION, blueprint
from catalog.views.habits import note_place
from catalog.views.marks import opened
from catalog.weblinks import addresses
from lrc import db
from lrc.db import session
from lrc.errors import NotFound
from lrc.storage import current_storage
from lti.viewers import role_required, viewer
from search.choices import LONGEST_QUERY
from search.views.clicks import came_by_search

_VIEW = "reader_view"
_OF_A_VERSION = frozenset(
    f"catalog.{name}"
    for name in (
        *("read", "print_pages", "link", "download", "captions", "cover"),
        *("keep_place", "keep_habits", "mark_read"),
    )
)


@blueprint.url_defaults
def _stay_in_the_version(endpoint: str, values: dict[str, Any]) -> None:
    """Have all that is read of a version lead to that version; who wants what is in force says number=None."""
    here = request.view_args or {}
    if endpoint in _OF_A_VERSION and "number" in here and here.get("resource_id") == values.get("resource_id"):
        values.setdefault("number", here["number"])


@blueprint.app_template_global("reading_verb")
def reading_verb(file: File) -> str:
    """What one does with a file, for the button that opens it."""
    if recordings.is_film(file):
        return str(gettext("Ver"))
    return str(gettext("Escuchar") if recordings.is_recording(file) else gettext("Leer"))


@blueprint.get(RESOURCE + "/read")
@blueprint.get(VERSION + "/read")
@role_required()
def read(resource_id: int, number: int | None = None) -> str | Response:
    """One page, as text or as it looks, or a recording.

    ``number`` is that of an earlier version, or of one that waits. ``q`` are words to mark, ``part`` a piece of a very
    long page, ``at`` how far in the page to begin (Place.offset).
    """
    resource = library.get(session, viewer, resource_id)
    if number is None and resource.file is None and addresses.of(resource):
        return redirect(url_for(".show", resource_id=resource_id))  # it is read elsewhere, by the link of its page
    file = reading.file_of(session, viewer, resource, number)
    reader.check_readable(file)
    opened(resource)
    came_by_search()
    if recordings.is_recording(file):
        return _recording_view(resource, file)
    page = reader.page(session, file, request.args.get("page", 1, type=int))
    _turned(resource, file, page.number)
    marker = Marker(_words())
    marker.allow_misspelt(page.text)
    of = weights.served(file)
    if of.stored is None or reader.prefers_text(file, _chosen_view(), saves_data=weights.saves_data()):
        return _text_view(resource, of, page, marker)
    return _pages_view(resource, of, page, marker)


def _words() -> str:
    """The words to mark, cut as the search cuts them: they stand in every link of the page."""
    return request.args.get("q", "")[:LONGEST_QUERY]


def _at() -> float:
    """How far in the page to begin; 0 where it is not said, or nonsense."""
    at = request.args.get("at", 0.0, type=float)
    return at if 0 <= at <= LONGEST_S else 0.0


def _turned(resource: Resource, file: File, number: int) -> None:
    """Keep where one is, without scripts too: who turns a page reads; who comes from elsewhere may only look."""
    came_from = urlsplit(request.referrer or "").path
    if "page" in request.args and came_from == request.script_root + request.path:
        note_place(resource, file, number)


def _chosen_view() -> str:
    """What was chosen here, or before; ``keep=no`` marks a choice that the page made by itself."""
    chosen = request.args.get("view", "")
    if chosen in ("text", "pages") and request.args.get("keep") != "no":
        cookie[_VIEW] = chosen
    return chosen or str(cookie.get(_VIEW, ""))


def _text_view(resource: Resource, of: Served, page: Page, marker: Marker) -> str:
    file, share = of.file, min(_at(), 1.0)
    is_asked = reader.shows_picture(file, saves_data=weights.saves_data()) or "picture" in request.args
    shows_picture = reader.is_picture(file) and of.stored is not None and is_asked
    return render_template(
        "catalog/read.html",
        resource=resource,
        file=file,
        page=reader.as_text(page, request.args.get("part", reader.part_at(page, share), type=int), marker),
        words=_words(),
        at=share,
        hits=reader.neighbours(session, page, marker),
        contents=reader.contents(session, file, page.number),
        is_pdf=file.media_type == reader.PDF,
        is_picture=reader.is_picture(file),
        picture=weights.link_to(of) if shows_picture else "",
        served=of,
    )


def _pages_view(resource: Resource, of: Served, page: Page, marker: Marker) -> str:
    return render_template(
        "catalog/pages.html",
        resource=resource,
        file=of.file,
        served=of,
        page=page,
        words=_words(),
        at=min(_at(), 1.0),
        forms=reader.forms_in(page, marker),
        hits=reader.neighbours(session, page, marker),
        link=weights.link_to(of),
        was_chosen=bool(_chosen_view()),
    )


def _recording_view(resource: Resource, file: File) -> str:
    """From the second ``at``, else from where the page begins."""
    seconds = _at() or recordings.start_of(session, file, request.args.get("page", 1, type=int))
    marker = Marker(_words())
    of = weights.served(file)
    return render_template(
        "catalog/reader/recording.html",
        resource=resource,
        file=file,
        seconds=seconds,
        words=_words(),
        transcript=recordings.transcript(session, file, recordings.page_at(session, file, seconds), marker),
        captions=recordings.captions(file),
        is_film=recordings.is_film(file) and not of.is_light,
        served=of,
        link=weights.link_to(of) if of.stored else "",
    )


@blueprint.get(RESOURCE + "/captions/<int(max=2147483647):rendition_id>")
@blueprint.get(VERSION + "/captions/<int(max=2147483647):rendition_id>")
@role_required()
def captions(resource_id: int, rendition_id: int, number: int | None = None) -> Response:
    """The captions of a recording as WebVTT, from our own address: players take them from nowhere else."""
    file = reading.file_of(session, viewer, library.get(session, viewer, resource_id), number)
    reader.check_readable(file)
    found = recordings.get_captions(file, rendition_id)
    damage.check_sound(session, found)
    key = found.key
    db.release()  # no connection is kept while storage is asked
    answer = Response(current_storage().read(key), content_type="text/vtt; charset=utf-8")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.get(RESOURCE + "/print")
@blueprint.get(VERSION + "/print")
@role_required()
def print_pages(resource_id: int, number: int | None = None) -> str:
    """The text of many pages at once, ``from`` one ``to`` another, as paper wants it."""
    resource = library.get(session, viewer, resource_id)
    file = reading.file_of(session, viewer, resource, number)
    reader.check_readable(file)
    opened(resource)
    first, last = (request.args.get(name, other, type=int) for name, other in (("from", 1), ("to", file.page_count)))
    return render_template(
        "catalog/reader/print.html", resource=resource, file=file, print=printing.stretch(session, file, first, last)
    )


@blueprint.get(RESOURCE + "/link")
@blueprint.get(VERSION + "/link")
@role_required()
def link(resource_id: int, number: int | None = None) -> Response:
    """A fresh short-lived link to the file, for the reader whose own has run out."""
    file = reading.file_of(session, viewer, library.get(session, viewer, resource_id), number)
    return jsonify(link=weights.link_to(weights.served(file)))


@blueprint.get(RESOURCE + "/file")
@blueprint.get(VERSION + "/file")
@role_required()
def download(resource_id: int, number: int | None = None) -> Response:
    """Lead to the original, or with ``weight=light`` to the lighter version, to keep it."""
    resource = library.get(session, viewer, resource_id)
    file = reading.file_of(session, viewer, resource, number)
    opened(resource)
    return redirect(weights.download_link(file))


@blueprint.get(RESOURCE + "/cover")
@blueprint.get(VERSION + "/cover")
@role_required()
def cover(resource_id: int, number: int | None = None) -> Response:
    resource = library.get(session, viewer, resource_id)
    file = reading.file_of(session, viewer, resource, number) if number else library.file_of(resource)
    if not file.cover_key:
        raise NotFound
    answer = redirect(current_storage().link(file.cover_key, name="portada.webp", media_type="image/webp"))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _link(file: File, *, download: bool = False) -> str:
    reader.check_served(file)
    return current_storage().link(file.key, name=file.name, media_type=file.media_type, download=download)
