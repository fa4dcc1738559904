"""Why a dynamic registration is refused: for each reason the sentence for the administrator, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.errors import Refused


class RegistrationRefused(Refused):
    """A registration that may not or cannot be; nothing was registered, and the invitation keeps its use."""

    title = _("No pudimos registrar la biblioteca")


class Reason(StrEnum):
    """What can be wrong, in the words of our log."""

    UNKNOWN_INVITATION = "unknown invitation"
    REVOKED_INVITATION = "revoked invitation"
    USED_INVITATION = "used-up invitation"
    EXPIRED_INVITATION = "expired invitation"
    NOT_FROM_A_PLATFORM = "openid_configuration missing"
    BAD_ADDRESS = "openid_configuration is no address that may be asked"
    UNREACHABLE = "configuration unreachable"
    BAD_CONFIGURATION = "configuration malformed"
    OTHER_ISSUER = "issuer of another place"
    OTHER_ENDPOINT = "endpoint of another place"
    MISSING_ABILITY = "configuration lacks what we need"
    BAD_TICKET = "ticket altered"
    STALE_TICKET = "ticket too old"
    NO_ANSWER = "platform did not answer the registration"
    PLATFORM_REFUSED = "platform refused the registration"
    BAD_ANSWER = "answer to the registration malformed"
    OTHER_INSTITUTION = "platform of another institution"


_ASK_OPERATOR = _("Pide otra invitación a quien opera la biblioteca.")
_ASK_SUPPORT = _("Cierra esta ventana y da el número de referencia a quien opera la biblioteca.")
_PASTE_AGAIN = _(
    "Cierra esta ventana y pega otra vez la dirección de la invitación en Moodle: Administración del sitio,"
    " Extensiones, Módulos de actividad, Herramienta externa, Administrar herramientas."
)
_SENTENCES: dict[Reason, tuple[int, Any, Any]] = {
    Reason.UNKNOWN_INVITATION: (
        404,
        _("No conocemos esta invitación."),
        _("Revisa que pegaste la dirección completa. Si es así, pide otra a quien opera la biblioteca."),
    ),
    Reason.REVOKED_INVITATION: (410, _("Esta invitación fue anulada."), _ASK_OPERATOR),
    Reason.USED_INVITATION: (
        410,
        _("Esta invitación ya se usó."),
        _(
            "Si acabas de registrar la biblioteca con ella, ya está hecho: cierra esta ventana y mira la lista de"
            " herramientas de Moodle. Si no, pide otra invitación a quien opera la biblioteca."
        ),
    ),
    Reason.EXPIRED_INVITATION: (410, _("Esta invitación ya venció."), _ASK_OPERATOR),
    Reason.NOT_FROM_A_PLATFORM: (
        400,
        _("Esta dirección se pega en Moodle; no se abre en el navegador."),
        _(
            "En Moodle entra a Administración del sitio, Extensiones, Módulos de actividad, Herramienta externa,"
            " Administrar herramientas; pega la dirección en «URL de la herramienta» y pulsa «Agregar LTI Advantage»."
        ),
    ),
    Reason.BAD_ADDRESS: (
        422,
        _("La dirección de la configuración de tu Moodle no se puede usar."),
        _(
            "Tu Moodle debe responder en una dirección pública que empiece con https. Si está en la intranet, pide a"
            " quien opera la biblioteca que permita su red."
        ),
    ),
    Reason.UNREACHABLE: (
        502,
        _("No pudimos leer la configuración de tu Moodle."),
        _(
            "Revisa que tu Moodle se abra desde fuera de tu red y que su certificado sea válido. Después vuelve a pegar"
            " la dirección de la invitación; todavía sirve."
        ),
    ),
    Reason.BAD_CONFIGURATION: (422, _("La configuración que envió tu Moodle no está bien escrita."), _ASK_SUPPORT),
    Reason.OTHER_ISSUER: (
        422,
        _("La configuración dice ser de un sitio distinto del que la envía."),
        _(
            "Revisa que la dirección de tu Moodle (wwwroot en su config.php) sea la misma con la que entras. Por"
            " seguridad no registramos un sitio en nombre de otro."
        ),
    ),
    Reason.OTHER_ENDPOINT: (
        422,
        _("La configuración lleva a direcciones de otro sitio."),
        _("Por seguridad todas deben ser de tu Moodle. Registra la biblioteca a mano, o consulta a quien la opera."),
    ),
    Reason.MISSING_ABILITY: (
        422,
        _("A tu plataforma le falta algo que la biblioteca necesita de LTI 1.3."),
        _("Actualiza tu Moodle (4.0 o posterior) y vuelve a pegar la dirección de la invitación; todavía sirve."),
    ),
    Reason.BAD_TICKET: (400, _("La solicitud de registro llegó alterada."), _PASTE_AGAIN),
    Reason.STALE_TICKET: (400, _("Pasó demasiado tiempo desde que se abrió esta página."), _PASTE_AGAIN),
    Reason.NO_ANSWER: (
        502,
        _("Tu Moodle no respondió al registro."),
        _(
            "Mira en su lista de herramientas si apareció la biblioteca; si está, bórrala allí. Después pega otra vez"
            " la dirección de la invitación."
        ),
    ),
    Reason.PLATFORM_REFUSED: (502, _("Tu Moodle no aceptó el registro."), _PASTE_AGAIN),
    Reason.BAD_ANSWER: (502, _("Tu Moodle respondió al registro con algo que no entendemos."), _ASK_SUPPORT),
    Reason.OTHER_INSTITUTION: (
        409,
        _("Este Moodle ya está registrado por otra institución."),
        _ASK_SUPPORT,
    ),
}


def refuse(reason: Reason, detail: str = "", *, said: str = "") -> RegistrationRefused:
    """The refusal to raise. ``said`` are the platform's own words, shown as text; ``detail`` goes to the log only.

    Neither may hold a token.
    """
    status, message, advice = _SENTENCES[reason]
    if said:
        message = _("%(what)s Dijo: «%(said)s».", what=message, said=said)
    told = ": ".join(part for part in (str(reason), detail, ascii(said) if said else "") if part)
    refused = RegistrationRefused(message, advice=advice, detail=told)
    refused.status = status
    return refused
