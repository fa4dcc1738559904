"""Librarians' pages of vocabularies as a whole: which there are, sending a file of one, and what became of it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.models import VocabularyUse
from catalog.uploads import received
from catalog.views.blueprint import blueprint
from catalog.vocabularies import browsing, incoming, reading, wording
from lrc.db import session
from lrc.errors import BadFile, BadInput, Conflict, TooLarge, Unavailable
from lti.viewers import Role, role_required, viewer

_FILE = "/vocabularies/files/<int(max=2147483647):file_id>"
_MOST_FILES = 10


@blueprint.route("/vocabularies", methods=["GET", "POST"])
@role_required(Role.LIBRARIAN)
def vocabularies() -> str | Response:
    """The vocabularies, the form to send a file of one ("do": "look" at it, or "take" it in), and earlier files."""
    if request.method == "POST":
        return _received()
    return _page()


def _page(trouble: object = "") -> str:
    return render_template(
        "catalog/vocabularies/list.html",
        vocabularies=session.scalars(browsing.vocabularies()).all(),
        counts=browsing.counts(session),
        uses=wording.USE_NAMES,
        files=session.scalars(incoming.recent().limit(_MOST_FILES)).all(),
        trouble=trouble,
    )


def _received() -> Response:
    use = next((each for each in VocabularyUse if each.value == request.form.get("use")), None)
    is_to_take = request.form.get("do") != "look"
    try:
        made = incoming.receive(session, viewer, received(request.files.get("file")), use, is_to_take=is_to_take)
    except (BadFile, BadInput, Conflict, TooLarge, Unavailable) as error:
        return make_response(_page(error.message), error.status)
    return redirect(url_for(".vocabulary_file", file_id=made.id), 303)


@blueprint.get(_FILE)
@role_required(Role.LIBRARIAN)
def vocabulary_file(file_id: int) -> str:
    """Where a file stands: it waits, is being read, or what it brings, or why it cannot be taken."""
    found = incoming.get(session, file_id)
    return render_template(
        "catalog/vocabularies/file.html",
        file=found,
        is_under_way=incoming.is_under_way(found),
        refusal=wording.REFUSALS.get(found.refusal),
        advice=reading.advice(found.refusal),
        troubles=wording.TROUBLES,
        vocabulary=incoming.vocabulary_of(session, found),
    )


@blueprint.post(_FILE)
@role_required(Role.LIBRARIAN)
def take_vocabulary_file(file_id: int) -> Response:
    """Take in a file that was looked at."""
    incoming.take_in(session, file_id)
    return redirect(url_for(".vocabulary_file", file_id=file_id), 303)
