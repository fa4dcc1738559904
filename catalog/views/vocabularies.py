"""Librarians' pages of a vocabulary: its tree, giving it out, and each concept with its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.availability.rights import right_of
from catalog.models import Concept, LabelKind, Resource, Vocabulary, VocabularyUse
from catalog.views.blueprint import blueprint
from catalog.vocabularies import (
    browsing,
    editing,
    finding,
    formats,
    giving,
    merging,
    naming,
    reading,
    translating,
    wording,
)
from catalog.vocabularies.editing import Name
from catalog.vocabularies.finding import Known
from lrc import db
from lrc.db import session
from lrc.errors import BadInput, NotFound
from lti.viewers import Role, role_required, viewer
from search.facets import SUBJECT_SEPARATOR, subject_paths
from search.views import wording as wording_of_search

_NAME = "/vocabularies/<string(maxlength=60):name>"
_CONCEPT = "/concepts/<int(max=2147483647):concept_id>"
LANGUAGES = ("es", "qu", "ay", "en", "pt")
"""In which names may be given."""
_MOST_FOUND = 50


wording_of_search.also_named(translating.names)


@dataclass(frozen=True)
class Shown:
    """A subject or a type as a reader sees it, and by which value of the search's facet more like it is found."""

    name: str
    value: str
    uri: str = ""


@blueprint.app_template_global("subjects_of")
def subjects_of(resource: Resource) -> list[Shown]:
    """In the language of the page; what is in no vocabulary as it was written."""
    meant = finding.find(session, resource.subjects, VocabularyUse.SUBJECTS)
    return [_shown(each, meant.get(each)) for each in resource.subjects]


def _shown(written: str, known: Known | None) -> Shown:
    if known is None:
        return Shown(written, (subject_paths(written) or [written])[-1])
    return Shown(naming.best(known.labels, naming.of_reader()), (known.paths or [known.name])[0], known.uri)


@blueprint.app_template_global("type_of_resource")
def type_of_resource(resource: Resource) -> Shown:
    known = finding.find(session, [resource.type], VocabularyUse.TYPES).get(resource.type)
    if known is None:
        return Shown(resource.type, resource.type)
    return Shown(naming.best(known.labels, naming.of_reader()), known.name, known.uri)


@blueprint.app_template_global("access_right_of")
def access_right_of(resource: Resource) -> str:
    """What its access right is called in the language of the page; "" where the vocabulary has not come yet."""
    name = naming.best(finding.labels_of(session, right_of(resource)), naming.of_reader())
    return name[:1].upper() + name[1:]


@blueprint.app_template_filter("vocabulary_title")
def vocabulary_title(vocabulary: Vocabulary) -> str:
    return naming.best(vocabulary.titles, naming.of_reader()) or vocabulary.name


@blueprint.post("/vocabularies/new")
@role_required(Role.LIBRARIAN)
def start_vocabulary() -> Response:
    use = next((each for each in VocabularyUse if each.value == request.form.get("use")), VocabularyUse.SUBJECTS)
    made = editing.start(session, request.form.get("title", ""), use)
    return redirect(url_for(".vocabulary", name=made.name), 303)


@blueprint.get(_NAME)
@role_required(Role.LIBRARIAN)
def vocabulary(name: str) -> str:
    """Its topmost concepts, or those that are called as ``q`` says."""
    found = browsing.get(session, name)
    sought = request.args.get("q", "").strip()[:100]
    ids = browsing.seek(session, sought, vocabulary=found, most=_MOST_FOUND) if sought else []
    return render_template(
        "catalog/vocabularies/vocabulary.html",
        vocabulary=found,
        sought=sought,
        lines=browsing.lines(session, viewer, ids) if sought else browsing.top(session, viewer, found),
        total=browsing.counts(session).get(found.id, 0),
        language=naming.of_reader(),
        languages_of_names=LANGUAGES,
        uses=wording.USE_NAMES,
        forms=formats.NAMES,
    )


@blueprint.get(_NAME + "/<any(turtle, xml):form>")
@role_required(Role.LIBRARIAN)
def download_vocabulary(name: str, form: str) -> Response:
    """The vocabulary as SKOS."""
    told = giving.scheme_of(session, browsing.get(session, name))
    db.release()  # writing it may take a while
    answer = make_response(reading.written(told, form))
    answer.headers["Content-Type"] = f"{formats.MEDIA_TYPES[form]}; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}{formats.ENDINGS[form]}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post(_NAME + "/concepts")
@role_required(Role.LIBRARIAN)
def add_concept(name: str) -> Response:
    made = editing.add(session, browsing.get(session, name), _given(), request.form.get("broader", ""))
    flash(_("Agregamos el concepto."), "success")
    return redirect(url_for(".concept", concept_id=made.id), 303)


def _given() -> Name:
    kind = next((each for each in LabelKind if each.value == request.form.get("kind")), LabelKind.PREFERRED)
    return Name(request.form.get("text", ""), request.form.get("language", ""), kind)


@blueprint.get(_CONCEPT)
@role_required(Role.LIBRARIAN)
def concept(concept_id: int) -> str:
    """One concept: what it is called, what is above, below and beside it, and how much is about it."""
    found = browsing.get_concept(session, concept_id)
    known = browsing.known(session, [found.id])[0]
    return render_template(
        "catalog/vocabularies/concept.html",
        concept=found,
        known=known,
        title=naming.best(known.labels, naming.of_reader()) or found.uri,
        path=known.paths[0] if known.paths else known.name,
        separator=SUBJECT_SEPARATOR,
        broader=browsing.broader(session, viewer, found),
        narrower=browsing.narrower(session, viewer, found),
        related=browsing.related(session, viewer, found),
        line=browsing.lines(session, viewer, [found.id])[0],
        language=naming.of_reader(),
        languages_of_names=LANGUAGES,
        kinds=wording.KIND_NAMES,
        notes=wording.NOTE_NAMES,
        is_subject=found.vocabulary.use is VocabularyUse.SUBJECTS,
        partable=merging.partable(session, found),
        undo_days=merging.UNDO_DAYS,
    )


@blueprint.post(_CONCEPT)
@role_required(Role.LIBRARIAN)
def change_concept(concept_id: int) -> Response:
    """Do one thing with it: "name", "unname", "place", "retire", "revive" or "merge"."""
    found = browsing.get_concept(session, concept_id)
    do = _STEPS.get(request.form.get("do", ""))
    if do is None:
        raise BadInput
    do(found)
    flash(_("Listo. Las búsquedas ya lo saben; los materiales lo sabrán en unos minutos."), "success")
    return redirect(url_for(".concept", concept_id=found.merged_into_id or found.id), 303)


def _unname(found: Concept) -> None:
    label_id = request.form.get("label", 0, type=int)
    if not 0 < label_id < 2**31:
        raise NotFound
    editing.unname(session, found, label_id)


def _merge(found: Concept) -> None:
    into = editing.get_by_name(session, found.vocabulary, request.form.get("into", ""))
    merging.merge(session, viewer, found, into)


@blueprint.post(_CONCEPT + "/part")
@role_required(Role.LIBRARIAN)
def part_concept(concept_id: int) -> Response:
    """Take back what was merged into it; "merge" is the number of that."""
    found = browsing.get_concept(session, concept_id)
    back = merging.part(session, found, request.form.get("merge", 0, type=int))
    flash(_("Están separados otra vez. Los materiales lo sabrán en unos minutos."), "success")
    return redirect(url_for(".concept", concept_id=back.id), 303)


_STEPS: dict[str, Callable[[Concept], None]] = {
    "name": lambda found: editing.name(session, found, _given()),
    "unname": _unname,
    "place": lambda found: editing.place(session, found, request.form.get("broader", "")),
    "retire": lambda found: editing.retire(session, found),
    "revive": lambda found: editing.revive(session, found),
    "merge": _merge,
}
