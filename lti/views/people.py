"""The People page: administrators find the people of their institution and appoint librarians."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lti import people as everybody
from lti.viewers import Role, role_required, viewer
from lti.views.blueprint import blueprint

_LONGEST_SEARCH = 100
_ROLE_NAMES = {
    Role.STUDENT: lazy_gettext("Estudiante"),
    Role.TEACHER: lazy_gettext("Docente"),
    Role.LIBRARIAN: lazy_gettext("Biblioteca"),
    Role.ADMINISTRATOR: lazy_gettext("Administración"),
}


@blueprint.get("/people")
@role_required(Role.ADMINISTRATOR)
def people() -> str:
    """The people of the administrator's institution, to find one and appoint librarians."""
    g.kept_nowhere = True
    words = request.args.get("q", "")[:_LONGEST_SEARCH].strip()
    query = everybody.of_institution(viewer.institution_id, words)
    found = paginate(session, query, request.args.get("page", 1, type=int))
    return render_template("lti/people.html", found=found, q=words, role_names=_ROLE_NAMES)


@blueprint.post("/people/<int:person_id>/librarian")
@role_required(Role.ADMINISTRATOR)
def appoint(person_id: int) -> Response:
    """Appoint a librarian, or end the appointment ("appointed" is "yes" or "no")."""
    appointed = request.form.get("appointed")
    if appointed not in ("yes", "no"):
        raise BadInput(detail="appointed")
    person = everybody.appoint(session, viewer.institution_id, person_id, librarian=appointed == "yes")
    name = person.name or _("Esta persona")
    if person.is_librarian:
        flash(_("%(name)s ya puede revisar y publicar materiales.", name=name), "success")
    else:
        flash(_("%(name)s ya no revisa materiales.", name=name), "success")
    return redirect(url_for(".people", q=request.form.get("q") or None), 303)
