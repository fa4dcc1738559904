"""What the launches say of the registration: whether any came, from which deployment, and which were refused lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _

from lti import claims
from lti.doctor import places
from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good, unknown
from lti.doctor.places import Place
from lti.refusals import Reason, sentences_of
from lti.sightings import NOTED_EVERY, Refusal

_STILL: Final = timedelta(days=2)
"""For so long a refused launch is worth a look."""
_IN_A_BROWSER: Final = frozenset(
    {
        Reason.STALE_TICKET,
        Reason.NO_COOKIES,
        Reason.NO_STATE,
        Reason.OTHER_BROWSER,
        Reason.EXPIRED,
        Reason.USED,
        Reason.INCOMPLETE_LOGIN,
    }
)
"""Refused because of one browser or one person's pace; nothing in the registration causes them."""


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    if not case.deployment_ids:
        yield bad(
            "deployment-none",
            _("No hay ningún ID de despliegue registrado, así que nadie puede entrar."),
            _("Envía a quien opera la biblioteca el ID de despliegue que muestra Moodle."),
            places.DETAILS,
        )
    last = case.seen.last("names:")
    if last is None:
        advice = _(
            "Entra a un curso y abre la biblioteca. Si la herramienta sigue pendiente en Moodle, actívala antes."
        )
        yield unknown("launches", _("Todavía nadie ha abierto la biblioteca desde tu Moodle."), advice, places.ACTIVATE)
    else:
        seen = ", ".join(case.seen.names("deployment:"))
        yield good("launches", _("La biblioteca se abre desde tu Moodle."), detail=f"last {last:%Y-%m-%d %H:%M} UTC")
        yield good("deployment", _("El ID de despliegue es el que registramos."), detail=f"deployments {seen}")
    for reason, refusal in sorted(case.seen.refusals.items(), key=lambda each: each[1].at, reverse=True):
        if refusal.at > case.now - _STILL and reason in set(Reason):
            yield _refused(case, Reason(reason), refusal)
    yield from _chooser(case)


def _refused(case: Case, reason: Reason, refusal: Refusal) -> Finding:
    """Wrong where nothing came in after it; else somebody met it, and it may be over."""
    message, advice = sentences_of(reason)
    last = case.seen.last("names:")
    is_over = reason in _IN_A_BROWSER or (last is not None and last + NOTED_EVERY > refusal.at)
    judge = better if is_over else bad
    return judge(
        f"refused-{reason.name.lower().replace('_', '-')}",
        _since(case, refusal.at, message),
        _ADVICE.get(reason, advice),
        *_places(case, reason),
        detail=f"{reason} {refusal.what!a}; registered: client {case.client_id}, "
        f"deployments {', '.join(case.deployment_ids)}",
    )


def _since(case: Case, at: datetime, why: Any) -> Any:
    minutes = int((case.now - at).total_seconds() // 60)
    if minutes < 120:
        return _("Hace %(minutes)s min rechazamos una visita: %(why)s", minutes=minutes, why=why)
    return _("Hace %(hours)s h rechazamos una visita: %(why)s", hours=minutes // 60, why=why)


_ADVICE: dict[Reason, Any] = {
    Reason.UNKNOWN_DEPLOYMENT: _(
        "Compara el ID de despliegue que muestra Moodle con los registrados aquí. Si la herramienta se creó otra vez,"
        " pide a quien opera la biblioteca que agregue el nuevo."
    ),
    Reason.UNKNOWN_PLATFORM: _(
        "Compara el ID de cliente que muestra Moodle con el registrado aquí. Si la herramienta se creó otra vez,"
        " regístrala de nuevo."
    ),
    Reason.NO_COOKIES: _("Basta con que esa persona permita las cookies de la biblioteca o use otro navegador."),
    Reason.BAD_TIMES: _("Activa la hora automática (NTP) en el servidor de Moodle, y en el de la biblioteca."),
}


def _places(case: Case, reason: Reason) -> tuple[Place, ...]:
    if reason in (Reason.UNKNOWN_DEPLOYMENT, Reason.UNKNOWN_PLATFORM, Reason.BAD_AUDIENCE, Reason.KEYS_UNREACHABLE):
        return (places.DETAILS,)
    if reason is Reason.OTHER_ORIGIN:
        return (places.tool_address(case.tool_url),)
    if reason is Reason.PLATFORM_ERROR:
        return (places.redirection(case.tool_url),)
    return ()


def _chooser(case: Case) -> Iterator[Finding]:
    """Moodle cannot be asked whether teachers are offered the tool; that one has chosen with it shows that they are."""
    if case.seen.last(f"message:{claims.DEEP_LINKING_REQUEST}"):
        yield good("chooser", _("Los docentes ya eligen materiales de la biblioteca para sus cursos."))
    else:
        yield unknown(
            "chooser",
            _("Todavía ningún docente ha elegido materiales desde su curso; quizá Moodle no les ofrece la biblioteca."),
            _("Muéstrala en el selector de actividades y deja que admita enlaces profundos."),
            places.CHOOSER,
            places.DEEP_LINKING,
            detail="no LtiDeepLinkingRequest seen yet",
        )
