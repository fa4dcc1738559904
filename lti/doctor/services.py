"""Whether the services of a course really answer: its columns in the gradebook and its list of people; only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from lti.doctor import places, troubles
from lti.doctor.asking import LINEITEMS, MEMBERSHIPS, Replies, Reply, belongs_to
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good, unknown


def check(case: Case, replies: Replies) -> Iterator[Finding]:
    if not case.lineitems_url and not case.memberships_url:
        yield unknown(
            "services",
            _("Todavía no se ha abierto la biblioteca desde un curso que diga dónde están sus notas y su lista."),
            _("Ábrela desde un curso y revisa otra vez."),
        )
        return
    yield from _elsewhere(case)
    if not replies:
        yield unknown("services", _("Todavía no hemos consultado las notas ni la lista de un curso."))
    elif LINEITEMS not in replies and MEMBERSHIPS not in replies:
        yield unknown("services", _("No pudimos consultar las notas ni la lista de un curso: falta el permiso."))
    if LINEITEMS in replies:
        yield _lineitems(replies[LINEITEMS])
    if MEMBERSHIPS in replies:
        yield from _memberships(replies[MEMBERSHIPS])


def _elsewhere(case: Case) -> Iterator[Finding]:
    if any(url and not belongs_to(case, url) for url in (case.lineitems_url, case.memberships_url)):
        yield bad(
            "services-elsewhere",
            _("Tu Moodle dice que sus servicios están en otro sitio, y allí no enviamos sus credenciales."),
            _("Revisa la dirección del sitio (wwwroot en config.php) y registra la plataforma con la que corresponde."),
            detail=f"{case.lineitems_url} {case.memberships_url}",
        )


def _lineitems(reply: Reply) -> Finding:
    if reply.status == 200 and isinstance(reply.json(), list):
        return good(
            "lineitems",
            _("El libro de calificaciones del último curso que se abrió responde."),
            detail=f"{len(reply.json())} columns",
        )
    return _failed("lineitems-failed", _("Las notas del último curso que se abrió no responden."), places.GRADES, reply)


def _memberships(reply: Reply) -> Iterator[Finding]:
    members = _members(reply)
    if reply.status != 200 or members is None:
        what = _("La lista del último curso que se abrió no responde.")
        yield _failed("memberships-failed", what, places.ROSTER, reply)
        return
    yield good(
        "memberships", _("La lista del último curso que se abrió responde."), detail=f"{len(members)} people looked at"
    )
    if members and not any(isinstance(each, dict) and (each.get("name") or each.get("given_name")) for each in members):
        yield better(
            "memberships-names",
            _("La lista del curso llega sin nombres: los docentes verán a cada persona con un número."),
            _("Es opcional. Si quieres que vean nombres, compártelos con la herramienta."),
            places.SHARE_NAME,
            detail="no member has a name",
        )


def _failed(code: str, sentence: Any, place: places.Place, reply: Reply) -> Finding:
    if reply.status == 404:
        advice = _("Quizá el curso se borró. Abre la biblioteca desde otro curso y revisa otra vez.")
        return better(code, sentence, advice, detail=reply.described())
    if reply.status in (401, 403):
        advice = _("Moodle no acepta el permiso que él mismo dio: revisa el servicio de la herramienta.")
        return bad(code, sentence, advice, place, detail=reply.described())
    cause, advice = troubles.why(reply.code)
    return bad(code, cause if reply.code else sentence, advice, detail=reply.described())


def _members(reply: Reply) -> list[Any] | None:
    found = reply.json()
    members = found.get("members") if isinstance(found, dict) else None
    return members if isinstance(members, list) else None
