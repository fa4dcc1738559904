"""Describing a material: the form, what changed over time, and taking a change back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import checks, library
from catalog.checks import Finding
from catalog.describing import editing, identifiers
from catalog.describing.description import ACCESS_MODES, ACCESSIBILITY_FEATURES, ROLES, of
from catalog.describing.editing import Overtaken
from catalog.describing.form import LANGUAGE_CODES, DescriptionForm
from catalog.describing.wording import field_name, told
from catalog.models import Resource
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.views.materials import page_of
from catalog.vocabularies import offering
from catalog.vocabularies.naming import of_reader as language
from catalog.vocabularies.offering import Offer
from catalog.weblinks import weblinks
from lrc.db import session
from lrc.errors import BadInput, NotAllowed
from lrc.pagination import paginate
from lti.viewers import Role, role_required, viewer
from search import licenses
from search.engine import current_index
from search.levels import LEVELS

blueprint.add_app_template_global(of, "description_of")
blueprint.add_app_template_global(told, "field_value")
blueprint.add_app_template_global(identifiers.address, "identifier_address")
blueprint.add_app_template_global(licenses.address, "license_address")


@blueprint.get("/r/<path:record_id>")
@role_required()
def by_record(record_id: str) -> Response:
    """Lead to the page of a resource by the name under which it is exchanged."""
    return redirect(page_of(library.get_by_record(session, viewer, record_id)))


@blueprint.app_template_global("may_describe")
def may_describe(resource: Resource) -> bool:
    return editing.may_describe(viewer, resource)


@blueprint.route(RESOURCE + "/describe", methods=["GET", "POST"])
@role_required(Role.TEACHER, Role.LIBRARIAN)
def describe(resource_id: int) -> str | Response:
    """The form with what is said now; sent, it is said from then on.

    "use" names a field that takes what the file says of itself, "find" seeks subjects in the vocabularies and "pick"
    takes one of them: all still to be saved.
    """
    if request.method == "POST" and not asks_for_help():
        return _take(resource_id)
    resource = library.get(session, viewer, resource_id)
    _check(resource)
    is_new = request.method == "GET"
    form = DescriptionForm.of(of(resource)) if is_new else _sent()
    fill(form, resource)
    return _form(resource, form, seen=None if is_new else request.form.get("seen", 0, type=int))


@blueprint.app_template_global("offered_otherwise")
def offered_otherwise(resource: Resource) -> list[str]:
    """The names of the fields of which the file, or the page of a web link, says something else than its record."""
    return [str(field_name(name)) for name in DescriptionForm.of(of(resource)).otherwise(_offered(resource))]


def asks_for_help() -> bool:
    """Whether the form is only to be shown again: so it is, too, where Enter was pressed in the search for subjects."""
    is_sought = bool(request.form.get("subject_query", "").strip()) and "save" not in request.form
    return is_sought or any(name in request.form for name in ("use", "find", "pick"))


def fill(form: DescriptionForm, resource: Resource) -> None:
    """Take into fields what the file says of itself ("use"), and the subject that was picked on a line of its own."""
    form.use(request.values.get("use", ""), _offered(resource))
    number = request.form.get("pick", 0, type=int)
    offer = offering.subject(session, number, language()) if 0 < number < 2**31 else None
    lines = form.typed["subjects"].splitlines()
    if offer is not None and offer.line not in lines:
        form.typed["subjects"] = "\n".join([*filter(None, lines), offer.line])


@blueprint.get("/subjects")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def subject_offers() -> str:
    """The subjects of the vocabularies that begin as "subject_query" says: a part of the form."""
    sought = request.args.get("subject_query", "").strip()
    return render_template(
        "catalog/describing/_offers.html",
        sought_subject=sought,
        subject_offers=offering.subjects(session, sought, language()),
    )


def _sent() -> DescriptionForm:
    return DescriptionForm.sent(request.form, request.form.to_dict(flat=False))


def _offered(resource: Resource) -> dict[str, Any]:
    return resource.file.offered if resource.file else weblinks.offered(session, resource)


def _take(resource_id: int) -> Response:
    """Write what was typed, or show it again beside what is wrong or what somebody else changed meanwhile."""
    resource = library.get_for_change(session, viewer, resource_id)
    _check(resource)
    form = _sent()
    said = form.described()
    seen = request.form.get("seen", 0, type=int)
    if said is None:
        return make_response(_form(resource, form, seen=seen), BadInput.status)
    try:
        edit = editing.describe(session, viewer, resource, said, seen=seen)
    except Overtaken as overtaken:
        return make_response(_form(resource, form, overtaken.names), overtaken.status)
    flash(_("Guardamos la descripción.") if edit else _("No había nada que cambiar."), "success" if edit else "info")
    return redirect(url_for(".show", resource_id=resource_id))


def _check(resource: Resource) -> None:
    if not editing.may_describe(viewer, resource):
        raise NotAllowed(_("Esta descripción la cambia quien subió el material o la biblioteca."))


def _form(resource: Resource, form: DescriptionForm, changed: Sequence[str] = (), *, seen: int | None = None) -> str:
    """The page; ``changed`` are the fields that somebody else changed since this form was opened, at ``seen``."""
    now = of(resource)
    return render_template(
        "catalog/describing/form.html",
        resource=resource,
        form=form,
        seen=editing.last_edit(session, resource) if seen is None else seen,
        changed=[(field_name(name), told(name, getattr(now, name))) for name in changed],
        **form_words(resource, form),
    )


def _sought() -> list[Offer]:
    if "pick" in request.form or "save" in request.form:
        return []
    return offering.subjects(session, request.form.get("subject_query", ""), language())


def form_words(resource: Resource, form: DescriptionForm) -> dict[str, Any]:
    """What the form offers to choose from, and what the file says of itself."""
    return {
        "offered": form.otherwise(_offered(resource)),
        "codes": [*LANGUAGE_CODES, *({form.typed["language"], form.typed["taught_language"]} - {*LANGUAGE_CODES, ""})],
        "licenses": _licenses(form),
        "levels": LEVELS,
        "roles": list(ROLES.values()),
        "access_modes": ACCESS_MODES,
        "features": ACCESSIBILITY_FEATURES,
        "recognised": offering.recognised(session, form.typed["subjects"].splitlines()),
        "types": offering.types(session, language()),
        "sought_subject": "" if "pick" in request.form else request.form.get("subject_query", ""),
        "subject_offers": _sought(),
    }


def _licenses(form: DescriptionForm) -> list[str]:
    now = form.typed["license"]
    return [*library.LICENSES, *([now] if now and now not in library.LICENSES else [])]


@blueprint.app_template_global("checks_of")
def checks_of(resource: Resource) -> list[Finding]:
    return checks.of(session, viewer, resource, current_index())


@blueprint.get(RESOURCE + "/edits")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def edits(resource_id: int) -> str:
    """What was changed of its description, by whom and when."""
    resource = library.get(session, viewer, resource_id)
    _check(resource)
    stretch = paginate(session, editing.history(resource), request.args.get("page", 1, type=int))
    return render_template(
        "catalog/describing/edits.html", resource=resource, stretch=stretch, field_name=field_name, told=told
    )


@blueprint.post(RESOURCE + "/edits/<int(max=2147483647):edit_id>/undo")
@role_required(Role.TEACHER, Role.LIBRARIAN)
def undo(resource_id: int, edit_id: int) -> Response:
    resource = library.get_for_change(session, viewer, resource_id)
    edit = editing.undo(session, viewer, resource, edit_id)
    flash(_("Deshicimos ese cambio.") if edit else _("No había nada que cambiar."), "success" if edit else "info")
    return redirect(url_for(".edits", resource_id=resource_id))
