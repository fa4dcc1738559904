"""How a score of the ledger stands, in words for who earned it and for who teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_decimal, format_time, to_user_timezone
from flask_babel import lazy_gettext as _

from lrc.db import utcnow
from lti.grades import Reason
from lti.models import Score, ScoreState

STATE_NAMES = {
    ScoreState.CREATED: _("Por enviar"),
    ScoreState.SENDING: _("Enviándose"),
    ScoreState.ACCEPTED: _("Enviada a Moodle"),
    ScoreState.REFUSED: _("No aceptada"),
    ScoreState.SUPERSEDED: _("Reemplazada"),
}
_BADGES = {
    ScoreState.CREATED: "warn",
    ScoreState.SENDING: "busy",
    ScoreState.ACCEPTED: "ok",
    ScoreState.REFUSED: "bad",
    ScoreState.SUPERSEDED: "plain",
}
_WAITS = {
    Reason.NO_ANSWER: _("Moodle no responde"),
    Reason.PLATFORM_ERROR: _("Moodle tiene un problema"),
    Reason.BUSY: _("Moodle está muy ocupado"),
    Reason.TOKEN: _("Moodle no nos deja entrar por ahora"),
    Reason.UNREADABLE: _("Moodle respondió con otra cosa"),
    Reason.LOCKED: _("Moodle guarda otra nota con una fecha posterior"),
    Reason.BROKEN_OFF: _("Moodle no terminó de recibir el envío"),
}
_REFUSALS = {
    Reason.NOT_A_STUDENT: _("Moodle dice que esta persona no es estudiante del curso en este momento"),
    Reason.NO_COLUMN: _("la actividad no tiene una columna en el libro de calificaciones"),
    Reason.FORBIDDEN: _("Moodle no nos permite escribir en esa columna"),
    Reason.REJECTED: _("Moodle la rechazó"),
    Reason.GAVE_UP: _("Moodle no respondió bien durante varios días"),
}
_ADVICE = {
    Reason.TOKEN: _("Si sigue así, pide a quien administra Moodle que revise el registro de la biblioteca."),
    Reason.LOCKED: _(
        "Se enviará cuando pase esa fecha. Si está muy lejos, pide a quien administra Moodle que revise la hora del"
        " servidor, o escribe la nota a mano en el libro de calificaciones."
    ),
    Reason.NOT_A_STUDENT: _(
        "Solo recibe notas quien tiene rol de estudiante y matrícula activa. Si volvió al curso, envíala otra vez."
    ),
    Reason.NO_COLUMN: _(
        "En Moodle edita la actividad y, en Calificación, elige el tipo Puntuación. Después ábrela una vez y la nota"
        " se enviará sola."
    ),
    Reason.FORBIDDEN: _("Pide a quien administra Moodle que active la sincronización de calificaciones."),
    Reason.REJECTED: _("Envíala otra vez; si se repite, muestra lo que dijo Moodle a quien lo administra."),
    Reason.GAVE_UP: _("Cuando Moodle vuelva a funcionar, envíala otra vez."),
    Reason.NOT_SHOWN: _("En Moodle edita la actividad y revisa que, en Calificación, el tipo sea Puntuación."),
}


@dataclass(frozen=True)
class Standing:
    """How a score stands: badge class, state in a word, what happened, and what its teacher can do about it."""

    badge: str
    state: str
    sentence: str
    advice: str
    is_under_way: bool
    """Whether it changes by itself before long."""


def standing(score: Score) -> Standing:
    """In the language and time zone of who asks."""
    return Standing(
        badge="warn" if score.reason == Reason.NOT_SHOWN else _BADGES[score.state],
        state=str(_("Esperando") if _waits(score) else STATE_NAMES[score.state]),
        sentence=_SENTENCES[score.state](score),
        advice=str(_ADVICE.get(_reason(score), "")) if score.state is not ScoreState.SUPERSEDED else "",
        is_under_way=score.state in (ScoreState.CREATED, ScoreState.SENDING),
    )


def why(reason: str) -> tuple[Any, Any]:
    """Why scores wait or were refused, and what can be done about it ("" for nothing), in lazy words."""
    known = Reason(reason) if reason in set(Reason) else Reason.REJECTED
    return {**_WAITS, **_REFUSALS}.get(known, _REFUSALS[Reason.REJECTED]), _ADVICE.get(known, "")


def points(given: float, maximum: float) -> str:
    """The score as people write it: "17.5/20"."""
    return f"{_number(given)}/{_number(maximum)}"


def other_grade(score: Score) -> str:
    """What the gradebook shows instead, where a teacher put another grade above ours; else ""."""
    if score.state is not ScoreState.ACCEPTED or score.shown is None:
        return ""
    is_same = abs(score.shown - score.given) <= score.maximum / 1000
    return "" if is_same else points(score.shown, score.maximum)


def when(moment: datetime) -> str:
    """The time of day, with the day where it is not today."""
    time = format_time(moment, "HH:mm")
    if to_user_timezone(moment).date() == to_user_timezone(utcnow()).date():
        return str(_("a las %(time)s", time=time))
    return str(_("el %(day)s a las %(time)s", day=_day(moment), time=time))


def _day(moment: datetime) -> str:
    return str(format_date(to_user_timezone(moment), "d MMM y"))


def _waits(score: Score) -> bool:
    return score.state is ScoreState.CREATED and score.reason != ""


def _reason(score: Score) -> Any:
    return Reason(score.reason) if score.reason else None


def _waiting(score: Score) -> str:
    if not _waits(score):
        return str(_("Se enviará en unos momentos."))
    why = _WAITS.get(_reason(score), _WAITS[Reason.NO_ANSWER])
    if score.next_try_at <= utcnow():
        return str(_("%(why)s; se intentará otra vez en unos momentos.", why=why))
    return str(_("%(why)s; se intentará otra vez %(when)s.", why=why, when=when(score.next_try_at)))


def _accepted(score: Score) -> str:
    if score.reason == Reason.NOT_SHOWN:
        return str(_("Moodle la recibió, pero su libro de calificaciones no muestra ninguna nota."))
    return str(_("Moodle la recibió %(when)s.", when=when(score.settled_at or score.created_at)))


def _refused(score: Score) -> str:
    return str(_("Moodle no la aceptó: %(why)s.", why=_REFUSALS.get(_reason(score), _REFUSALS[Reason.REJECTED])))


_SENTENCES: dict[ScoreState, Callable[[Score], str]] = {
    ScoreState.CREATED: _waiting,
    ScoreState.SENDING: lambda _score: str(_("La estamos enviando a Moodle.")),
    ScoreState.ACCEPTED: _accepted,
    ScoreState.REFUSED: _refused,
    ScoreState.SUPERSEDED: lambda _score: str(_("Hay una nota más nueva de la misma actividad.")),
}


def _number(value: float) -> str:
    return str(format_decimal(round(value, 2)))
