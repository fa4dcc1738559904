"""Why a login or launch is refused: for each reason the sentence for people and the setting to check in Moodle."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.errors import LaunchRefused


class Reason(StrEnum):
    """Each rule of LTI 1.3 that a message can break, in the words of our log."""

    INCOMPLETE_LOGIN = "incomplete login"
    UNKNOWN_PLATFORM = "unknown platform"
    UNKNOWN_DEPLOYMENT = "unknown deployment"
    OTHER_ORIGIN = "target_link_uri on another origin"
    STALE_TICKET = "stale ticket"
    NO_COOKIES = "no cookies at all"
    PLATFORM_ERROR = "platform answered with an error"
    NO_STATE = "state missing or unknown"
    OTHER_BROWSER = "state of another browser"
    EXPIRED = "expired"
    USED = "used before"
    NO_TOKEN = "id_token missing"  # noqa: S105  not a password
    BAD_TOKEN = "id_token malformed"  # noqa: S105
    BAD_ALGORITHM = "algorithm not RS256"
    NO_KEY_ID = "kid missing"
    UNKNOWN_KEY = "kid unknown"
    KEYS_UNREACHABLE = "key set unreachable"
    BAD_SIGNATURE = "signature wrong"
    BAD_AUDIENCE = "aud or azp wrong"
    BAD_TIMES = "exp or iat missing or wrong"
    BAD_NONCE = "nonce wrong"
    BAD_VERSION = "version not 1.3.0"
    NOT_YET = "message type not supported"
    BAD_MESSAGE = "a required claim is missing or wrong"
    NO_PERSON = "sub missing or wrong"
    NO_ROLES = "roles missing or wrong"
    OTHER_RETURN = "deep_link_return_url on another origin"


_AGAIN = _("Vuelve a tu curso y abre la biblioteca otra vez desde allí.")
_TELL = _("Da este número de referencia al administrador de tu Moodle.")
_SENTENCES: dict[Reason, tuple[Any, Any]] = {
    Reason.INCOMPLETE_LOGIN: (
        _("A la visita le faltan datos que Moodle debe enviar al empezar."),
        _("Abre la biblioteca desde tu curso de Moodle, no desde una dirección guardada."),
    ),
    Reason.UNKNOWN_PLATFORM: (
        _("Esta biblioteca todavía no conoce tu Moodle."),
        _(
            "Pide al administrador de tu Moodle que compare el ID de la plataforma (Platform ID) y el ID de cliente"
            " (Client ID) de la herramienta con los que registró la biblioteca."
        ),
    ),
    Reason.UNKNOWN_DEPLOYMENT: (
        _("Esta biblioteca no conoce la instalación de la herramienta en tu Moodle."),
        _(
            "Pide al administrador de tu Moodle que compare el ID de despliegue (Deployment ID) de la herramienta"
            " con el que registró la biblioteca."
        ),
    ),
    Reason.OTHER_ORIGIN: (
        _("Moodle pidió abrir una dirección que no es de esta biblioteca."),
        _("Pide al administrador de tu Moodle que corrija la URL de la herramienta (Tool URL)."),
    ),
    Reason.STALE_TICKET: (_("Pasó demasiado tiempo desde que abriste la biblioteca."), _AGAIN),
    Reason.NO_COOKIES: (
        _("Tu navegador no guarda las cookies de esta biblioteca, y sin ellas no sabemos quién eres."),
        _("Permite las cookies de este sitio o usa otro navegador, y abre la biblioteca otra vez desde tu curso."),
    ),
    Reason.PLATFORM_ERROR: (
        _("Moodle no quiso abrir la biblioteca."),
        _(
            "Ábrela otra vez desde tu curso. Si se repite, pide al administrador de tu Moodle que revise la URI de"
            " redirección (Redirection URI) de la herramienta."
        ),
    ),
    Reason.NO_STATE: (_("No reconocemos esta visita: no empezó en esta biblioteca."), _AGAIN),
    Reason.OTHER_BROWSER: (
        _("Tu navegador no devolvió la cookie con que empezó esta visita."),
        _("Permite las cookies de este sitio y abre la biblioteca otra vez desde tu curso."),
    ),
    Reason.EXPIRED: (_("Pasó demasiado tiempo desde que abriste la biblioteca."), _AGAIN),
    Reason.USED: (_("Esta visita ya se usó una vez."), _AGAIN),
    Reason.NO_TOKEN: (_("Moodle no envió la credencial de la visita."), _TELL),
    Reason.BAD_TOKEN: (_("La credencial que envió Moodle está dañada."), _TELL),
    Reason.BAD_ALGORITHM: (
        _("La credencial de la visita está firmada de un modo que no aceptamos."),
        _("Da este número de referencia al administrador de tu Moodle: la firma debe ser RS256."),
    ),
    Reason.NO_KEY_ID: (
        _("La credencial de la visita no dice con qué clave está firmada."),
        _("Da este número de referencia al administrador de tu Moodle: falta el nombre de la clave (kid)."),
    ),
    Reason.UNKNOWN_KEY: (
        _("La credencial de la visita está firmada con una clave que tu Moodle no publica."),
        _(
            "Espera un minuto y abre la biblioteca otra vez. Si se repite, pide al administrador de tu Moodle que"
            " revise la dirección de sus claves públicas (Public keyset URL) con la que registró la biblioteca."
        ),
    ),
    Reason.KEYS_UNREACHABLE: (
        _("No pudimos leer las claves públicas de tu Moodle para comprobar quién eres."),
        _(
            "Espera un minuto y abre la biblioteca otra vez. Si se repite, pide al administrador de tu Moodle que"
            " revise la dirección de sus claves públicas (Public keyset URL) con la que registró la biblioteca."
        ),
    ),
    Reason.BAD_SIGNATURE: (_("La firma de la credencial de la visita no es la de tu Moodle."), _TELL),
    Reason.BAD_AUDIENCE: (
        _("La credencial de la visita es para otra herramienta."),
        _("Pide al administrador de tu Moodle que compare el ID de cliente (Client ID) con el registrado aquí."),
    ),
    Reason.BAD_TIMES: (
        _("La credencial de la visita no dice bien desde cuándo y hasta cuándo sirve."),
        _("Ábrela otra vez. Si se repite, pide al administrador que revise la hora del servidor de Moodle."),
    ),
    Reason.BAD_NONCE: (_("La credencial de la visita no responde a la que pedimos."), _AGAIN),
    Reason.BAD_VERSION: (
        _("Tu Moodle abre la biblioteca con una versión que no aceptamos."),
        _("Pide al administrador de tu Moodle que elija LTI 1.3 en la versión de la herramienta (LTI version)."),
    ),
    Reason.NOT_YET: (
        _("Esta biblioteca no atiende ese pedido de tu Moodle."),
        _("Ábrela desde una de sus actividades en tu curso, o al elegir materiales para él."),
    ),
    Reason.BAD_MESSAGE: (_("A la visita le falta un dato necesario, o está mal escrito."), _TELL),
    Reason.NO_PERSON: (
        _("Moodle no dijo quién eres."),
        _("Entra a Moodle con tu usuario y abre la biblioteca otra vez."),
    ),
    Reason.NO_ROLES: (_("Moodle no dijo qué rol tienes en el curso."), _TELL),
    Reason.OTHER_RETURN: (_("Moodle pidió llevar lo que elijas a una dirección que no es suya."), _TELL),
}


def refuse(reason: Reason, detail: str = "") -> LaunchRefused:
    """The refusal to raise. ``detail`` goes to the log: never a token, a name or an email address."""
    message, advice = _SENTENCES[reason]
    refused = LaunchRefused(message, advice=advice, detail=f"{reason}: {detail}" if detail else str(reason))
    refused.reason = str(reason)
    return refused


def sentences_of(reason: Reason) -> tuple[Any, Any]:
    """What people are told of a refusal, and what to do."""
    return _SENTENCES[reason]
