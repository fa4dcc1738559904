"""Whether we have a key to sign with, that we can open, and that is not too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask_babel import lazy_gettext as _

from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good
from lti.keys import KeyState

_LATE: Final = timedelta(days=30)
"""A key that signs for so much longer than its lifetime was not changed on time."""


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    closed = [each for each in case.our_keys if each.state is KeyState.UNREADABLE]
    detail = f"{len(closed)} of {len(case.our_keys)} keys kept with another LRC_SECRET_KEY"
    if case.signer is not None:
        yield _in_use(case, case.signer.kid)
        if closed:
            yield better(
                "our-key-some-closed",
                _("Hay claves de la biblioteca que se guardaron con otro LRC_SECRET_KEY y ya no se abren."),
                _("No se firma con ellas. Quien opera la biblioteca puede recuperarlas con «lrc keys reseal»."),
                detail=detail,
            )
    elif closed:
        yield bad(
            "our-key-closed",
            _("La biblioteca no puede abrir su propia clave: no firma nada, ni notas ni lo que eligen los docentes."),
            _("Quien opera la biblioteca debe devolver a LRC_SECRET_KEY el valor que tenía, o usar «lrc keys reseal»."),
            detail=detail,
        )
    else:
        yield bad(
            "our-key-missing",
            _("La biblioteca no tiene todavía una clave con que firmar."),
            _("Quien opera la biblioteca debe iniciarla: la crea sola."),
        )


def _in_use(case: Case, kid: str) -> Finding:
    signing = next(each for each in case.our_keys if each.kid == kid)
    detail = f"key {kid} signs since {signing.begins_at:%Y-%m-%d}; {len(case.our_keys)} keys kept"
    if case.now - signing.begins_at > case.key_lifetime + _LATE:
        return better(
            "our-key-old",
            _("La clave con que firma la biblioteca debió cambiarse ya."),
            _(
                "Quien opera la biblioteca debe revisar que se ejecuten sus tareas programadas, o usar"
                " «lrc keys rotate»."
            ),
            detail=detail,
        )
    if any(each.state is KeyState.UPCOMING for each in case.our_keys):
        return good("our-key", _("La biblioteca firma con una clave vigente y ya publicó la siguiente."), detail=detail)
    return good("our-key", _("La biblioteca firma con una clave vigente."), detail=detail)
