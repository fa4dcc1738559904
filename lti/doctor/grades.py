"""How grades and lists fared lately: calls to services that failed, and scores that were refused or still wait."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext

from lti import gradewords
from lti.doctor.asking import Replies
from lti.doctor.case import Case, Failure
from lti.doctor.findings import Finding, better, good
from lti.models import ScoreState

_SERVICES: Final[dict[str, Any]] = {
    "token": _("el permiso para usar los servicios"),
    "score": _("el envío de notas"),
    "lineitems": _("las columnas de notas"),
    "results": _("la lectura de notas"),
    "memberships": _("la lista del curso"),
    "groups": _("los grupos del curso"),
    "keys": _("las claves públicas de Moodle"),
}
_WAIT: Final = _("Se envían solas en cuanto Moodle responda; mira lo que dicen las otras revisiones.")
_FRESH: Final = timedelta(days=1)
_MAX_SAID = 100
# What may be of a person in an error message: ids, addresses and whatever was sent along.
_PERSONAL = re.compile(r"\S*@\S*|\d{2,}")


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    fresh = [each for each in case.failures if each.failed_at > case.now - _FRESH]
    for service, count in Counter(each.service for each in fresh).most_common():
        latest = next(each for each in fresh if each.service == service)
        yield _failed(service, count, latest)
    for (state, reason), count in sorted(case.scores.items()):
        yield _held_up(state, reason, count)
    if not fresh and not case.scores:
        yield good("grades", _("Nada falló en el último día al enviar notas o leer listas."))


def _held_up(state: ScoreState, reason: str, count: int) -> Finding:
    why, advice = gradewords.why(reason)
    if state is ScoreState.ACCEPTED:
        code = "scores-unseen"
        sentence = lazy_ngettext(
            "Moodle recibió %(num)s nota que su libro de calificaciones no muestra.",
            "Moodle recibió %(num)s notas que su libro de calificaciones no muestra.",
            count,
        )
    elif state is ScoreState.REFUSED:
        code = f"scores-refused-{reason}"
        sentence = lazy_ngettext(
            "Moodle no aceptó %(num)s nota este mes: %(why)s.",
            "Moodle no aceptó %(num)s notas este mes: %(why)s.",
            count,
            why=why,
        )
    else:
        code = f"scores-waiting-{reason}"
        sentence = lazy_ngettext("%(num)s nota espera: %(why)s.", "%(num)s notas esperan: %(why)s.", count, why=why)
    return better(code, sentence, advice or _WAIT, detail=f"scores {state}, reason {reason}")


def _failed(service: str, count: int, latest: Failure) -> Finding:
    return better(
        f"failing-{service}",
        _(
            "En el último día hubo fallas con %(what)s: %(num)s.",
            what=_SERVICES.get(service, service),
            num=count,
        ),
        _("Si sigue fallando, lo verás en la revisión de ese servicio; si allí está bien, ya se resolvió."),
        detail=f"last {latest.failed_at:%Y-%m-%d %H:%M} UTC, status {latest.status or 'none'}: {said(latest.said)}",
    )


def said(text: str) -> str:
    """The beginning of what a platform said, without anything that could be of a person."""
    plain = re.sub(r"<[^>]*>?", " ", text).partition("{")[0]
    return ascii(_PERSONAL.sub("…", " ".join(plain.split()))[:_MAX_SAID].strip())
