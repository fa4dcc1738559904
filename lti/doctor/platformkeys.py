"""Whether we can read the platform's public keys, without which no launch can be believed."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from lti import keysets
from lti.doctor import places, troubles
from lti.doctor.asking import KEYS, Replies, Reply
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, good, unknown


def check(case: Case, replies: Replies) -> Iterator[Finding]:
    reply = replies.get(KEYS)
    if reply is None:
        fetched = f"kept since {case.keys_fetched_at:%Y-%m-%d %H:%M} UTC" if case.keys_fetched_at else "never fetched"
        yield unknown("keys", _("Todavía no hemos preguntado por las claves públicas de tu Moodle."), detail=fetched)
    elif reply.answer is None:
        sentence, advice = troubles.why(reply.code)
        yield bad("keys-unreachable", sentence, advice, places.DETAILS, detail=_detail(case, reply))
    else:
        yield _judged(case, reply)


def _judged(case: Case, reply: Reply) -> Finding:
    found = reply.json()
    if reply.status != 200 or not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        return bad(
            "keys-not-a-set",
            _("En la dirección registrada para las claves públicas de tu Moodle no hay un conjunto de claves."),
            _("Compara la URL del conjunto de claves públicas (…/mod/lti/certs.php) con la que muestra Moodle."),
            places.DETAILS,
            detail=_detail(case, reply),
        )
    usable = keysets.usable(found)
    if not usable:
        return bad(
            "keys-none-usable",
            _("Tu Moodle publica sus claves, pero ninguna sirve: hace falta una clave RSA de 2048 bits o más."),
            _("Revisa la configuración de OpenSSL del servidor de Moodle: él mismo crea su clave al usar LTI 1.3."),
            detail=f"{len(found['keys'])} keys, none of them RSA for RS256 with a kid; {_detail(case, reply)}",
        )
    return good(
        "keys",
        _("Leemos bien las claves públicas de tu Moodle."),
        detail=f"{len(usable)} usable RSA keys at {case.jwks_url}",
    )


def _detail(case: Case, reply: Reply) -> str:
    return f"GET {case.jwks_url}: {reply.described()}"
