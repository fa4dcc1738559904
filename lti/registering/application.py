"""What we ask a platform for when we register, no more than we use, and why: each with a sentence for who decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _

from lti import claims
from lti.registering.discovery import Configuration

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CUSTOM_PARAMETERS = {"context_history": "$Context.id.history", "user_groups": "$Moodle.Person.userGroupIds"}
"""For every link of ours: the courses that this one was copied from, and the person's groups."""
NAME = _("Biblioteca virtual")
DESCRIPTION = _("Busca, lee y agrega a tus cursos los materiales de la biblioteca de tu universidad.")
ICON = "icon.png"
_PLACEMENT = "ContentArea"


@dataclass(frozen=True)
class Wish:
    """Something that we ask for: how LTI calls it (several names may serve one purpose) and what it is for."""

    names: tuple[str, ...]
    title: Any
    purpose: Any
    is_always_asked: bool = False
    """Asked for though the platform does not list it."""


_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
MESSAGES = (
    Wish(
        (claims.RESOURCE_LINK_REQUEST,),
        _("Abrir la biblioteca"),
        _("Para que una actividad de un curso abra la biblioteca o uno de sus materiales."),
        is_always_asked=True,
    ),
    Wish(
        (claims.DEEP_LINKING_REQUEST,),
        _("Elegir contenido"),
        _("Para que el docente busque en la biblioteca y ponga en su curso lo que elige."),
        is_always_asked=True,
    ),
    Wish(
        (claims.SUBMISSION_REVIEW_REQUEST,),
        _("Revisar una entrega"),
        _("Para que el docente abra, desde las calificaciones, lo que hizo el estudiante."),
        is_always_asked=True,
    ),
)
SCOPES = (
    Wish(
        ("openid",),
        _("Identificación"),
        _("Para saber que quien entra viene de tu Moodle, sin otra contraseña."),
        is_always_asked=True,
    ),
    Wish(
        (f"{_AGS}/lineitem.readonly",),
        _("Columnas de calificación"),
        _(
            "Para encontrar en las calificaciones la columna de una actividad de la biblioteca;"
            " no crea ni cambia columnas."
        ),
    ),
    Wish(
        (f"{_AGS}/result.readonly",),
        _("Leer calificaciones"),
        _("Para comprobar que la nota que enviamos se ve como debe, y mostrar la que puso el docente."),
    ),
    Wish(
        (f"{_AGS}/score",),
        _("Enviar notas"),
        _("Para enviar a Moodle las notas de las actividades calificadas."),
    ),
    Wish(
        ("https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",),
        _("Lista de participantes"),
        _("Para que el docente vea quién de su curso abrió cada material y quién todavía no."),
    ),
    Wish(
        ("https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly",),
        _("Grupos del curso"),
        _("Para que el docente mire su lista por grupos."),
    ),
)
CLAIMS = (
    Wish(
        ("iss", "sub"),
        _("Número de la persona en Moodle"),
        _("Para reconocer a la misma persona en cada visita."),
        is_always_asked=True,
    ),
    Wish(
        ("name", "given_name", "family_name"),
        _("Nombre"),
        _("Para que docentes y bibliotecarios reconozcan a cada persona. Sin él, la biblioteca funciona igual."),
    ),
    Wish(
        ("email",),
        _("Correo"),
        _(
            "Para distinguir a dos personas del mismo nombre. No escribimos a nadie. Sin él, la biblioteca"
            " funciona igual."
        ),
    ),
)


def granted(wishes: tuple[Wish, ...], offered: tuple[str, ...]) -> list[Wish]:
    """The wishes that this platform can fulfil."""
    return [each for each in wishes if each.is_always_asked or set(each.names) & set(offered)]


def refused(wishes: tuple[Wish, ...], offered: tuple[str, ...]) -> list[Wish]:
    """Those that it does not offer; the library works without."""
    return [each for each in wishes if each not in granted(wishes, offered)]


def scopes_of(configuration: Configuration) -> list[str]:
    return _names(SCOPES, configuration.scopes)


def application(configuration: Configuration, tool_url: str) -> dict[str, Any]:
    """The client registration to send (LTI Dynamic Registration 1.0, section 3.5), in the language of the request."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{tool_url}/lti/login",
        "redirect_uris": [f"{tool_url}/lti/launch"],
        "client_name": str(NAME),
        "jwks_uri": f"{tool_url}/lti/jwks.json",
        "logo_uri": icon_url(tool_url),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes_of(configuration)),
        TOOL_CONFIGURATION: {
            "domain": urlsplit(tool_url).netloc,  # with its port: Moodle compares it with target_link_uri's
            "description": str(DESCRIPTION),
            "target_link_uri": tool_url,
            "custom_parameters": CUSTOM_PARAMETERS,
            "claims": _names(CLAIMS, configuration.claims),
            "messages": _messages(configuration, tool_url),
        },
    }


def icon_url(tool_url: str) -> str:
    return f"{tool_url}/static/{ICON}"


def _messages(configuration: Configuration, tool_url: str) -> list[dict[str, Any]]:
    asked = [{"type": name, "target_link_uri": tool_url, "label": str(NAME)} for name in _names(MESSAGES, ())]
    return [
        {**each, "placements": [_PLACEMENT]}
        if each["type"] == claims.DEEP_LINKING_REQUEST and _PLACEMENT in configuration.placements
        else each
        for each in asked
    ]


def _names(wishes: tuple[Wish, ...], offered: tuple[str, ...]) -> list[str]:
    """How LTI calls what these wishes may ask of this platform."""
    return [name for each in granted(wishes, offered) for name in each.names if each.is_always_asked or name in offered]
