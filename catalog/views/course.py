"""The class page: who is in the teacher's course, who came, and what each has opened and read."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from catalog import classes, classlist, spreadsheets
from catalog.classes import ClassLink, Wanted, Who
from catalog.views.blueprint import as_table, blueprint
from lrc.db import session
from lrc.errors import NotAllowed
from lrc.pagination import paginate
from lti import memberships, rosters
from lti.models import Context, RosterState
from lti.viewers import Role, role_required, viewer

_LONGEST_SEARCH = 100
_MOST_TEACHERS = 12
_SHORTFALLS = {
    "keys-blocked": lazy_gettext("Moodle no pudo leer nuestras claves; quien lo administra sabrá corregirlo."),
    "forbidden": lazy_gettext(
        "Moodle no nos dio permiso; quien lo administra puede activar «Aprovisionamiento de roles y nombres»."
    ),
    "invalid_scope": lazy_gettext(
        "Moodle no nos dio permiso; quien lo administra puede activar «Aprovisionamiento de roles y nombres»."
    ),
    "gone": lazy_gettext("Moodle ya no tiene esa lista donde estaba; vuelve a entrar desde tu curso."),
    "not-json": lazy_gettext("Moodle respondió con algo que no es una lista de personas."),
    rosters.NOT_A_LIST: lazy_gettext("Moodle respondió con algo que no es una lista de personas."),
    rosters.ENDLESS: lazy_gettext("La lista que envió Moodle no tiene fin, así que dejamos de leerla."),
    rosters.TOO_LONG: lazy_gettext("La lista es más larga de lo que podemos recibir."),
    "too-large": lazy_gettext("La lista es más larga de lo que podemos recibir."),
    "slow": lazy_gettext("Moodle tardó demasiado en enviar la lista."),
    rosters.TOO_SLOW: lazy_gettext("Moodle tardó demasiado en enviar la lista."),
}
WHO = {
    Who.ALL: lazy_gettext("Todo el curso"),
    Who.NEVER_CAME: lazy_gettext("Nunca entró a la biblioteca"),
    Who.NOT_OPENED: lazy_gettext("Entró, pero no abrió"),
    Who.OPENED: lazy_gettext("Abrió"),
    Who.READ: lazy_gettext("Marcó como leído"),
    Who.LEFT: lazy_gettext("Ya no está en el curso"),
}


def own_course() -> Context:
    """The course that the viewer comes from; NotAllowed where the visit has none. Browsers keep no page about it."""
    g.kept_nowhere = True
    found = session.get(Context, viewer.context_id) if viewer.context_id is not None else None
    if found is None:
        raise NotAllowed(
            _("Esta visita no viene de un curso."), advice=_("Abre la biblioteca desde tu curso de Moodle.")
        )
    return found


@blueprint.get("/course")
@role_required(Role.TEACHER)
def course() -> str:
    """The students, a page at a time, as the words and choices of the address ask for them."""
    context = own_course()
    links = classes.links(session, context.id)
    wanted, link = _wanted(links)
    of = {each.resource_id for each in ([link] if link else links)}
    stretch = paginate(session, classes.matching(context.id, wanted, of), request.args.get("page", 1, type=int))
    every = {each.resource_id for each in links}
    return render_template(
        "catalog/course.html",
        context=context,
        links=links,
        studied=classes.studied(session, context.id),
        link=link,
        wanted=wanted,
        stretch=stretch,
        rows=classes.rows(session, context.id, stretch.items, every),
        totals=classes.totals(session, context.id, every),
        teachers=session.scalars(classes.teachers(context.id, _MOST_TEACHERS)).all(),
        groups=classes.groups(session, context),
        who=WHO,
        **_about_roster(context),
    )


@blueprint.get("/course/class.csv")
@role_required(Role.TEACHER)
def course_table() -> Response:
    """The same students, all of them, as a table for a spreadsheet."""
    context = own_course()
    links = classes.links(session, context.id)
    wanted, link = _wanted(links)
    shown = [link] if link else links
    query = classes.matching(context.id, wanted, {each.resource_id for each in shown})
    lines = classlist.lines(session, context, query, shown)
    return as_table(lines, spreadsheets.file_name("clase", context))


@blueprint.post("/course/roster")
@role_required(Role.TEACHER)
def refresh_roster() -> str | Response:
    """Have the course's list of people fetched: by the button, or by the page itself where the list is old."""
    context = own_course()
    memberships.ask(session, context)
    if request.headers.get("HX-Request") == "true":
        return render_template("catalog/_roster.html", context=context, **_about_roster(context))
    return redirect(url_for(".course"), 303)


@blueprint.get("/course/roster")
@role_required(Role.TEACHER)
def roster() -> Response:
    """The part of the page that says how the list stands.

    The very first list makes the whole page be asked anew; a later one is offered, so as not to disturb who reads.
    """
    context = own_course()
    came = context.roster_state is RosterState.READY
    shown = {**_about_roster(context), "is_stale": False, "is_news": came}
    answer = make_response(render_template("catalog/_roster.html", context=context, **shown))
    if came and "first" in request.args:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _about_roster(context: Context) -> dict[str, object]:
    failure = context.roster_failure.partition(":")[0] if context.roster_state is RosterState.FAILED else ""
    return {
        "is_awaited": memberships.is_awaited(context),
        "is_stale": memberships.is_stale(context),
        "is_news": False,
        "shortfall": _SHORTFALLS.get(failure, _("Moodle no respondió como esperábamos.")) if failure else "",
    }


def _wanted(links: list[ClassLink]) -> tuple[Wanted, ClassLink | None]:
    """What the address asks for; a link or a choice that there is not counts as none."""
    given = request.args
    link = next((each for each in links if str(each.id) == given.get("link")), None)
    wanted = Wanted(
        words=given.get("q", "")[:_LONGEST_SEARCH].strip(),
        group=given.get("group", "")[:255],
        who=Who(given["who"]) if given.get("who") in set(Who) else Who.ALL,
        link_id=link.id if link else None,
    )
    return wanted, link
