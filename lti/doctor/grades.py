"""How grades and lists fared lately: calls to services that failed, and scores that were refused or still wait."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext

from lti.doctor.asking import Replies
from lti.doctor.case import Case, Failure
from lti.doctor.findings import Finding, better, good

_SERVICES: Final[dict[str, Any]] = {
    "token": _("el permiso para usar los servicios"),
    "score": _("el envío de notas"),
    "lineitems": _("las columnas de notas"),
    "results": _("la lectura de notas"),
    "memberships": _("la lista del curso"),
    "groups": _("los grupos del curso"),
    "keys": _("las claves públicas de Moodle"),
}
_FRESH: Final = timedelta(days=1)
_MAX_SAID = 100
# What may be of a person in an error message: ids, addresses and whatever was sent along.
_PERSONAL = re.compile(r"\S*@\S*|\d{2,}")


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    fresh = [each for each in case.failures if each.failed_at > case.now - _FRESH]
    for service, count in Counter(each.service for each in fresh).most_common():
        latest = next(each for each in fresh if each.service == service)
        yield _failed(service, count, latest)
    for reason, count in sorted(case.refused_scores.items()):
        yield better(
            "scores-refused",
            lazy_ngettext("Moodle rechazó %(num)d nota este mes.", "Moodle rechazó %(num)d notas este mes.", count),
            _("Quien opera la biblioteca puede verlas con «lrc grades pending»; las de docentes y de quienes ya no"
              " están en el curso no se pueden enviar."),
            detail=f"reason: {reason or 'none given'}",
        )  # fmt: skip
    if case.waiting_scores:
        yield better(
            "scores-waiting",
            lazy_ngettext(
                "%(num)d nota espera a que Moodle la reciba.",
                "%(num)d notas esperan a que Moodle las reciba.",
                case.waiting_scores,
            ),
            _("Se envían solas en cuanto Moodle responda; mira lo que dicen las otras revisiones."),
        )
    if not fresh and not case.refused_scores and not case.waiting_scores:
        yield good("grades", _("Nada falló en el último día al enviar notas o leer listas."))


def _failed(service: str, count: int, latest: Failure) -> Finding:
    return better(
        f"failing-{service}",
        _(
            "En el último día hubo fallas con %(what)s: %(num)d.",
            what=_SERVICES.get(service, service),
            num=count,
        ),
        _("Si también falla ahora, lo dice la revisión de ese servicio; si no, ya pasó."),
        detail=f"last {latest.failed_at:%Y-%m-%d %H:%M} UTC, status {latest.status or 'none'}: {said(latest.said)}",
    )


def said(text: str) -> str:
    """The beginning of what a platform said, without anything that could be of a person."""
    plain = re.sub(r"<[^>]*>?", " ", text).partition("{")[0]
    return ascii(_PERSONAL.sub("…", " ".join(plain.split()))[:_MAX_SAID].strip())
