"""Whether the platform's clock and ours agree: messages are good for a minute only."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from flask_babel import lazy_gettext as _

from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good, unknown

WORTH_A_LOOK_S: Final = 10.0
WRONG_S: Final = 30.0
"""As far as lti.tool lets a message's times be off (LEEWAY_S); further, launches are refused."""


def check(case: Case, replies: Replies) -> Iterator[Finding]:
    measured = [each.ahead_s for each in replies.values() if each.ahead_s is not None]
    if measured:
        ahead_s, how = median(measured), "by the header Date of its answers"
    elif case.seen.clock_s is not None:
        ahead_s, how = case.seen.clock_s, "by iat of the latest launch noted, which includes the way of the browser"
    else:
        yield unknown("clock", _("Todavía no sabemos si el reloj de tu Moodle y el nuestro coinciden."))
        return
    detail = f"the platform's clock is {ahead_s:+.1f} s from ours, {how}"
    if abs(ahead_s) < WORTH_A_LOOK_S:
        yield good("clock", _("El reloj de tu Moodle y el nuestro coinciden."), detail=detail)
        return
    judge = bad if abs(ahead_s) >= WRONG_S else better
    seconds = round(abs(ahead_s))
    yield judge("clock", _said(ahead_s, seconds), _advice(case, ahead_s), detail=detail)


def _said(ahead_s: float, seconds: int) -> Any:
    if ahead_s > 0:
        return _("El reloj de tu Moodle está adelantado %(seconds)s segundos respecto del nuestro.", seconds=seconds)
    return _("El reloj de tu Moodle está atrasado %(seconds)s segundos respecto del nuestro.", seconds=seconds)


def _advice(case: Case, ahead_s: float) -> Any:
    """Which clock is wrong: the one that the other platforms do not agree with."""
    ours_is_off = case.other_clocks and abs(median(case.other_clocks)) >= WORTH_A_LOOK_S
    if ours_is_off and median(case.other_clocks) * ahead_s > 0:
        return _(
            "Otras plataformas difieren de igual modo: lo más probable es que falle el reloj de la biblioteca. Quien la"
            " opera debe activar la hora automática (NTP) en su servidor."
        )
    if case.other_clocks:
        return _(
            "Otras plataformas coinciden con la biblioteca: activa la hora automática (NTP) en el servidor de Moodle."
        )
    return _("Activa la hora automática (NTP) en el servidor de Moodle, y en el de la biblioteca.")
