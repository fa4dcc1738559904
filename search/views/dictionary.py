"""Librarians' pages of the dictionary: its entries, writing drafts, what they would change, publishing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.errors import BadInput, NotFound
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search import conflicts, entries, judging, records, soughtreport, teaching, trying
from search.documents import Hit, Query
from search.engine import current_index
from search.entries import BOOSTED
from search.models import DictionaryEntry, EntryKind, EntryState
from search.records import Record
from search.trying import Question
from search.views.blueprint import blueprint
from search.views.entryform import EntryForm
from search.views.report import AREA, NUMBER
from search.views.wording import FACET_NAMES, KIND_NAMES, value_name

DICTIONARY = AREA + "/dictionary"
MOST_SOUGHT = 20
KIND_WORDS = {
    EntryKind.SYNONYM: lazy_gettext("Sinónimos"),
    EntryKind.VARIANT: lazy_gettext("Variantes"),
    EntryKind.STOP_WORD: lazy_gettext("Palabras vacías"),
    EntryKind.PIN: lazy_gettext("Primero en la lista"),
    EntryKind.BOOST: lazy_gettext("Refuerzos"),
}
STATE_WORDS = {
    EntryState.DRAFT: lazy_gettext("Borrador"),
    EntryState.LIVE: lazy_gettext("En uso"),
    EntryState.LEAVING: lazy_gettext("En uso; se retirará al publicar"),
    EntryState.RETIRED: lazy_gettext("Retirada"),
}


@blueprint.app_template_filter("entry_kind_name")
def entry_kind_name(kind: EntryKind) -> str:
    """What entries of this kind are called."""
    return str(KIND_WORDS[kind])


@blueprint.app_template_filter("entry_state_name")
def entry_state_name(state: EntryState) -> str:
    """Where an entry stands, in words."""
    return str(STATE_WORDS[state])


@blueprint.app_template_filter("boost_name")
def boost_name(facet: str, value: str) -> str:
    """By what hits count more or less: "Tipo: tesis"."""
    if facet == "kind":
        return str(KIND_NAMES.get(value, value))
    return f"{FACET_NAMES.get(facet, facet)}: {value if facet == 'subject' else value_name(facet, value, {})}"


@blueprint.get(DICTIONARY)
@role_required(Role.LIBRARIAN)
def dictionary() -> str:
    kind = next((each for each in EntryKind if each.value == request.args.get("kind")), None)
    state = next((each for each in EntryState if each.value == request.args.get("state")), None)
    text = request.args.get("q", "")[:100].strip()
    stretch = paginate(session, entries.listed(kind, state, text), request.args.get("page", 1, type=int))
    return render_template(
        "search/librarian/dictionary.html",
        stretch=stretch,
        kind=kind,
        state=state,
        text=text,
        kinds=list(EntryKind),
        states=(EntryState.LIVE, EntryState.DRAFT, EntryState.RETIRED),
        pending=len(entries.pending(session)),
        records=_records(stretch.items),
    )


@blueprint.route(DICTIONARY + "/new/<kind>", methods=["GET", "POST"])
@role_required(Role.LIBRARIAN)
def new_entry(kind: str) -> str | Response:
    """Write a new entry; ``words`` may be given in the address."""
    of_kind = next((each for each in EntryKind if each.value == kind), None)
    if of_kind is None:
        raise NotFound
    if request.method == "GET":
        return _form_page(EntryForm(of_kind, words=request.args.get("words", "")[: entries.LONGEST_WORDS]))
    return _written(EntryForm.of(of_kind, request.form), None)


@blueprint.route(DICTIONARY + f"/<{NUMBER}:entry_id>", methods=["GET", "POST"])
@role_required(Role.LIBRARIAN)
def entry(entry_id: int) -> str | Response:
    """An entry, to be changed: by itself while it is a draft, else by a draft in its place."""
    found = entries.get(session, entry_id)
    if request.method == "GET":
        return _form_page(EntryForm.showing(found), found)
    return _written(EntryForm.of(found.kind, request.form), found)


@blueprint.post(DICTIONARY + f"/<{NUMBER}:entry_id>/retire")
@role_required(Role.LIBRARIAN)
def retire_entry(entry_id: int) -> Response:
    left = entries.retire(session, viewer, entry_id)
    is_discarded = left.state is EntryState.RETIRED
    flash(_("Borrador descartado.") if is_discarded else _("Se retirará cuando publiques los cambios."), "success")
    return redirect(url_for(".dictionary"), 303)


@blueprint.post(DICTIONARY + f"/<{NUMBER}:entry_id>/keep")
@role_required(Role.LIBRARIAN)
def keep_entry(entry_id: int) -> Response:
    entries.keep(session, viewer, entry_id)
    flash(_("Se queda en uso."), "success")
    return redirect(url_for(".dictionary"), 303)


@blueprint.get(DICTIONARY + "/trial")
@role_required(Role.LIBRARIAN)
def trial() -> str:
    """What the drafts would change; publishing starts here."""
    waiting = entries.pending(session)
    after = entries.as_published(session)
    drafted = teaching.compiled(after, teaching.elsewhere(session))
    live = teaching.live(session)
    tried = trying.tried(current_index(), _questions(), live, drafted) if waiting else None
    return render_template(
        "search/librarian/trial.html",
        waiting=waiting,
        tried=tried,
        clashes=conflicts.clashes(after),
        fingerprint=entries.fingerprint(waiting),
        shown=trying.SHOWN,
        records=_records(waiting),
    )


@blueprint.post(DICTIONARY + "/publish")
@role_required(Role.LIBRARIAN)
def publish_entries() -> Response:
    count = entries.publish(session, viewer, request.form.get("tried", ""))
    flash(
        ngettext("Publicado: %(num)s cambio ya está en uso.", "Publicado: %(num)s cambios ya están en uso.", count),
        "success",
    )
    return redirect(url_for(".dictionary"), 303)


def _questions() -> Sequence[Question]:
    """The judged queries, then what was sought most at the viewer's institution."""
    judged = [Question(typed, judging.AS_ANYBODY, told) for _id, typed, told in judging.judged(session)]
    known = {question.typed for question in judged}
    sought = soughtreport.most_asked(session, viewer, MOST_SOUGHT)
    return [*(Question(typed, viewer.audiences) for typed in sought if typed not in known), *judged]


def _written(form: EntryForm, found: DictionaryEntry | None) -> str | Response:
    """Keep what was written, or do what else was asked for on the way and show the form again."""
    if form.step != "save":
        if form.step.startswith("up:"):
            form.raise_record(form.step.removeprefix("up:"))
        return _form_page(form, found)
    try:
        contents = form.contents()
        if found is None:
            entries.add(session, viewer, contents)
        else:
            entries.revise(session, viewer, found.id, contents)
    except BadInput as error:
        return make_response(_form_page(form, found, error), error.status)
    flash(_("Guardado como borrador: mira qué cambiaría y publícalo."), "success")
    return redirect(url_for(".dictionary", state="draft"), 303)


def _form_page(form: EntryForm, found: DictionaryEntry | None = None, error: BadInput | None = None) -> str:
    return render_template(
        "search/librarian/entry.html",
        form=form,
        taught=found,
        error=error,
        hits=_hits(form),
        records=records.known(session, viewer, form.records),
        facets=_facets() if form.kind is EntryKind.BOOST else {},
    )


def _hits(form: EntryForm) -> Sequence[Hit]:
    """What can be pinned, as the librarian finds it; at first what the query itself finds."""
    sought = form.find or form.words
    if form.kind is not EntryKind.PIN or not sought:
        return ()
    found = current_index().search(Query(sought, viewer.audiences, limit=judging.FIRST)).hits
    return [hit for hit in found if hit.record_id not in form.records]


def _facets() -> Mapping[str, tuple[str, Sequence[tuple[str, str]]]]:
    """Facet -> its name, and its most frequent values with their names."""
    counted = [facet for facet in BOOSTED if facet != "kind"]
    found = current_index().search(Query("", viewer.audiences, limit=1, counted=counted, most_values=30)).facets
    named = {
        facet: (str(FACET_NAMES[facet]), [(value, boost_name(facet, value)) for value, _count in counts.values])
        for facet, counts in found.items()
    }
    kinds = [(kind, str(name)) for kind, name in KIND_NAMES.items()]
    return {"kind": (_("Clase"), kinds), **named}


def _records(some: Iterable[DictionaryEntry]) -> Mapping[str, Record]:
    return records.known(session, viewer, [each for one in some for each in one.record_ids])
