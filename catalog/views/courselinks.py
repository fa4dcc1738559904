"""The page of a course's links: what each opens, and changing many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog import courselinks
from catalog.courselinks import Change, Line, Outcome
from catalog.views.blueprint import blueprint
from catalog.views.course import own_course
from lrc.db import session
from lrc.errors import BadInput
from lti.linksettings import PLACES, VIEWS
from lti.viewers import Role, role_required, viewer

_ANY_VIEW = "any"
_LONGEST_SEARCH = 300
_LARGEST_ID = 2**31 - 1
_STEPS: dict[str, Callable[[Sequence[Line]], Outcome]] = {
    "restore": courselinks.restore,
    "follow": courselinks.follow,
    "take_off": courselinks.take_off,
    "put_back": courselinks.put_back,
}


@blueprint.get("/course/links")
@role_required(Role.TEACHER)
def course_links() -> str:
    return _page()


@blueprint.post("/course/links")
@role_required(Role.TEACHER)
def change_links() -> str | Response:
    """Change the links that are ticked as the button pressed says ("do"), and tell what became of each."""
    found = _chosen()
    do = request.form.get("do", "")
    if (one := request.form.get("follow", "")) and one.isdecimal() and one.isascii():
        found, do = _lines({int(one)} if len(one) < len(str(_LARGEST_ID)) else set()), "follow"
    try:
        if not found:
            raise BadInput(_("Marca al menos un enlace de la lista."))
        outcome = _STEPS[do](found) if do in _STEPS else courselinks.change(found, _wish())
    except BadInput as error:
        return make_response(_page(trouble=error.message), error.status)
    session.flush()
    return _page(outcome)


@blueprint.get("/course/links/target")
@role_required(Role.TEACHER)
def choose_target() -> str:
    """Choose the resource that the ticked links shall open: by words, by its address, by its record."""
    return _target_page()


@blueprint.post("/course/links/target")
@role_required(Role.TEACHER)
def redirect_links() -> str | Response:
    found = _chosen()
    try:
        if not found or not request.form.get("record"):
            raise BadInput(_("Elige el material que deben abrir."))
        outcome = courselinks.redirect(session, viewer, found, request.form["record"])
    except BadInput as error:
        return make_response(_target_page(trouble=error.message), error.status)
    session.flush()
    return _page(outcome)


def _page(outcome: Outcome | None = None, trouble: object = "") -> str:
    context = own_course()
    there = session.scalars(courselinks.of_course(context.id)).all()
    gone = session.scalars(courselinks.of_course(context.id, hidden=True)).all()
    return render_template(
        "catalog/course_links.html",
        context=context,
        lines=courselinks.lines(session, viewer, there),
        gone=courselinks.lines(session, viewer, gone),
        earlier=courselinks.earlier(session, viewer),
        outcome=outcome,
        trouble=trouble,
        given=request.form,
        ticked=set(request.form.getlist("link")) if trouble else set(),
    )


def _target_page(trouble: object = "") -> str:
    context = own_course()
    words = request.values.get("q", "")[:_LONGEST_SEARCH].strip()
    found = _chosen()
    return render_template(
        "catalog/course_target.html",
        context=context,
        lines=found,
        words=words,
        candidates=courselinks.candidates(session, viewer, words) if found and words else [],
        trouble=trouble,
    )


def _chosen() -> list[Line]:
    """The links that are ticked, or all of the list where "all" is."""
    context_id, given = own_course().id, request.values.getlist("link")
    ids = {int(each) for each in given if each.isascii() and each.isdigit() and len(each) <= len(str(_LARGEST_ID))}
    if request.values.get("all") == "yes":
        ids.update(each.id for each in session.scalars(courselinks.of_course(context_id)))
    return _lines({each for each in ids if each <= _LARGEST_ID})


def _lines(ids: set[int]) -> list[Line]:
    return courselinks.lines(session, viewer, courselinks.chosen(session, own_course().id, ids))


def _wish() -> Change:
    """What the form asks for; raises BadInput for a page that is no number from 1."""
    place, view, page = (request.form.get(name, "").strip() for name in ("place", "view", "page"))
    is_number = page.isascii() and page.isdigit() and len(page) <= len(str(_LARGEST_ID))
    if page and not (is_number and 0 < int(page) <= _LARGEST_ID):
        raise BadInput(_("Escribe el número de la página, a partir de 1."))
    return Change(
        place=place if place in PLACES else None,
        view="" if view == _ANY_VIEW else (view if view in VIEWS else None),
        page=int(page) if page else None,
        stays={"stay": True, "follow": False}.get(request.form.get("version", "")),
    )
