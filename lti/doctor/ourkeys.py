"""Whether we have a key to sign with, that we can open, and that is not too old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from flask_babel import lazy_gettext as _

from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good

OLD: Final = timedelta(days=400)


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    if not case.our_keys:
        yield bad(
            "our-key-missing",
            _("La biblioteca no tiene todavía una clave con que firmar."),
            _("Quien opera la biblioteca debe iniciarla: la crea sola."),
        )
        return
    closed = [each for each in case.our_keys if not each.opens]
    signer = case.signer
    if signer is None:
        yield bad(
            "our-key-closed",
            _("La biblioteca no puede abrir su propia clave: no firma nada, ni notas ni lo que eligen los docentes."),
            _("Quien opera la biblioteca debe devolver a LRC_SECRET_KEY el valor que tenía, o crear otra clave."),
            detail=f"{len(closed)} keys not opened by LRC_SECRET_KEY",
        )
        return
    made_at = next(each.created_at for each in case.our_keys if each.kid == signer.kid)
    detail = f"key {signer.kid}, made {made_at:%Y-%m-%d}; {len(case.our_keys)} not retired"
    if closed:
        yield better(
            "our-key-some-closed",
            _("Hay claves de la biblioteca que se guardaron con otro LRC_SECRET_KEY y ya no se abren."),
            _("No estorban: dejan de usarse. Quien opera la biblioteca puede retirarlas."),
            detail=f"{len(closed)} of {len(case.our_keys)} keys",
        )
    if case.now - made_at > OLD:
        yield better(
            "our-key-old",
            _("La clave con que firma la biblioteca tiene más de un año."),
            _("Quien opera la biblioteca puede cambiarla; los Moodle leen la nueva por su cuenta."),
            detail=detail,
        )
    else:
        yield good("our-key", _("La biblioteca firma con una clave vigente."), detail=detail)
