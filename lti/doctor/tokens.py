"""Whether the platform can read our keys (it gives us tokens only then), and what its tokens let us do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _

from lti.doctor import places, troubles
from lti.doctor.asking import (
    BARE_TOKEN,
    LINEITEM,
    LINEITEM_READONLY,
    MEMBERS,
    RESULT_READONLY,
    SCOPES,
    SCORE,
    Replies,
    Reply,
    is_granted,
    token_of,
)
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good, unknown

_GRADE_SCOPES: Final = (LINEITEM, LINEITEM_READONLY, RESULT_READONLY, SCORE)
_ABOUT_TIME: Final = re.compile(r"\b(expired|prior to|iat|nbf)\b")
_NOT_THE_KEY: Final = "invalid_scope"
_MAX_SAID = 120


def check(case: Case, replies: Replies) -> Iterator[Finding]:
    asked = {scope: replies[scope] for scope in SCOPES if scope in replies}
    if not asked:
        yield unknown("token", _("Todavía no hemos pedido permiso a tu Moodle para las notas y las listas del curso."))
        return
    granted = frozenset(scope for scope, reply in asked.items() if is_granted(reply, scope))
    faults = [reply for reply in asked.values() if not token_of(reply) and _error(reply) != _NOT_THE_KEY]
    if not granted and faults:
        yield _fault(case, faults[0], replies.get(BARE_TOKEN, Reply()))
        return
    yield good(
        "token",
        _("Tu Moodle puede leer nuestras claves: acepta las credenciales de la biblioteca."),
        detail=f"POST {case.auth_token_url}: key {case.signer.kid if case.signer else ''}",
    )
    if faults:
        yield unknown(
            "scopes",
            _("Tu Moodle no respondió a todo lo que preguntamos sobre los permisos."),
            _("Espera un momento y revisa otra vez."),
            detail=f"{_granted(granted)}; {_detail(case, faults[0])}",
        )
        return
    yield _grades(case, granted)
    yield _roster(granted)


def _fault(case: Case, reply: Reply, bare: Reply) -> Finding:
    """Why no token came. ``bare`` is the answer to an empty request, which a living token.php refuses in JSON."""
    if reply.answer is None:
        sentence, advice = troubles.why(reply.code)
        return bad("token-unreachable", sentence, advice, places.DETAILS, detail=_detail(case, reply))
    if _error(reply):
        return _refused(case, reply)
    if reply.status >= 500:
        return bad(
            "token-broken",
            _("Tu Moodle falló al dar permiso a la biblioteca."),
            _("Busca el error en los registros (logs) del servidor de Moodle, a la hora de esta revisión."),
            detail=_detail(case, reply),
        )
    return _page_instead(case, reply, is_alive=isinstance(bare.json(), dict))


def _page_instead(case: Case, reply: Reply, *, is_alive: bool) -> Finding:
    """What an HTML page means: from a token.php that lives, that Moodle was kept from our keys."""
    if is_alive:
        return bad(
            "token-keys-blocked",
            _("La seguridad de tu Moodle no le deja leer las claves de la biblioteca."),
            _(
                "Quita la dirección de la biblioteca de la lista de hosts bloqueados por cURL, y agrega su puerto a la"
                " de puertos permitidos. Hasta entonces se puede entrar, pero ni las notas ni las listas del curso"
                " funcionan, y Moodle no recibe lo que los docentes eligen."
            ),
            places.BLOCKED_HOSTS,
            places.allowed_ports(_port_of(case.tool_url)),
            detail=f"{_detail(case, reply)}; it has to fetch {case.tool_url}/lti/jwks.json",
        )
    return bad(
        "token-address",
        _("En la dirección registrada para pedir permisos (token) no responde Moodle."),
        _("Compara la URL de token de acceso (…/mod/lti/token.php) con la que muestra Moodle."),
        places.DETAILS,
        detail=_detail(case, reply),
    )


def _port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _refused(case: Case, reply: Reply) -> Finding:
    """token.php says why in JSON: an error code of OAuth 2.0, or the words of what failed in the signature."""
    error = _error(reply).lower()
    if _ABOUT_TIME.search(error):
        return bad(
            "token-clock",
            _("Tu Moodle rechaza nuestra credencial por la hora: su reloj y el nuestro no coinciden."),
            _("Activa la hora automática (NTP) en el servidor de Moodle, y en el de la biblioteca."),
            detail=_detail(case, reply),
        )
    if error == "invalid_client":
        return bad(
            "token-client",
            _("Tu Moodle no conoce el ID de cliente con que se registró la biblioteca."),
            _("Compara el ID de cliente con el que muestra Moodle. Si la herramienta se borró, regístrala otra vez."),
            places.DETAILS,
            detail=f"client_id {case.client_id}; {_detail(case, reply)}",
        )
    return bad(
        "token-keyset",
        _("Tu Moodle no pudo comprobar nuestra firma con las claves que tiene de la biblioteca."),
        _("Dile a Moodle que las lea siempre de su dirección, y compara esa dirección letra por letra."),
        *places.keyset(case.tool_url),
        detail=_detail(case, reply),
    )


def _grades(case: Case, granted: frozenset[str]) -> Finding:
    detail = _granted(granted)
    if SCORE not in granted:
        judge = bad if case.has_graded_links else better
        return judge(
            "scope-no-grades",
            _("Tu Moodle no deja que la biblioteca envíe notas."),
            _("Activa el servicio de notas de la herramienta, si quieres que las actividades se califiquen."),
            places.GRADES,
            detail=detail,
        )
    if not granted & {LINEITEM, LINEITEM_READONLY} or RESULT_READONLY not in granted:
        return better(
            "scope-grades-only",
            _("La biblioteca puede enviar notas, pero no buscar sus columnas ni comprobar que llegaron."),
            _("Elige en Moodle una opción que sincronice las calificaciones."),
            places.GRADES,
            detail=detail,
        )
    return good(
        "scope-grades",
        _("La biblioteca puede enviar notas y comprobar en el libro de calificaciones que llegaron."),
        detail=detail,
    )


def _roster(granted: frozenset[str]) -> Finding:
    if MEMBERS in granted:
        return good("scope-roster", _("La biblioteca puede leer la lista de cada curso donde se usa."), detail=MEMBERS)
    return better(
        "scope-no-roster",
        _("Tu Moodle no deja leer la lista del curso: los docentes solo verán a quienes ya entraron."),
        _("Activa el servicio de nombres y roles de la herramienta."),
        places.ROSTER,
        detail=_granted(granted),
    )


def _error(reply: Reply) -> str:
    found = reply.json()
    return str(found.get("error", "")) if isinstance(found, dict) and reply.status >= 400 else ""


def _granted(granted: frozenset[str]) -> str:
    return f"granted: {', '.join(sorted(each.rpartition('/')[2] for each in granted)) or 'none'}"


def _detail(case: Case, reply: Reply) -> str:
    said = " ".join(_error(reply)[:_MAX_SAID].split())
    return f"POST {case.auth_token_url}: {reply.described()}" + (f", error {said!a}" if said else "")
