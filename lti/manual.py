"""Registering by hand: what to type into Moodle's form for the tool, by the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from lti.platforms import Registration
from lti.registering.application import CUSTOM_PARAMETERS, DESCRIPTION, NAME, icon_url


def form_values(tool_url: str) -> list[tuple[str, str]]:
    """What is copied letter by letter, in the order of the form: field and value.

    In Spanish a field is told by both of its names, for not every Moodle speaks it.
    """
    return [
        (_("Nombre de la herramienta (Tool name)"), str(NAME)),
        (_("URL de la herramienta (Tool URL)"), tool_url),
        (_("Descripción de la herramienta (Tool description)"), str(DESCRIPTION)),
        (_("Conjunto de claves públicas (Public keyset)"), f"{tool_url}/lti/jwks.json"),
        (_("URL de inicio de sesión (Initiate login URL)"), f"{tool_url}/lti/login"),
        (_("URI(s) de redirección (Redirection URI(s))"), f"{tool_url}/lti/launch"),
        (_("URL de selección de contenido (Content Selection URL)"), tool_url),
        (_("URL del icono (Icon URL)"), icon_url(tool_url)),
        (_("URL segura del icono (Secure icon URL)"), icon_url(tool_url)),
    ]


def custom_lines() -> str:
    """The field "Custom parameters": one a line."""
    return "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items())


def choices() -> list[tuple[str, str]]:
    """What is chosen from Moodle's lists and boxes: field and choice."""
    return [
        (_("Versión de LTI (LTI version)"), "LTI 1.3"),
        (_("Tipo de clave pública (Public key type)"), _("URL del conjunto de claves (Keyset URL)")),
        (
            _("Configuración del uso de la herramienta (Tool configuration usage)"),
            _(
                "Mostrar en el selector de actividad como una herramienta preconfigurada"
                " (Show in activity chooser and as a preconfigured tool)"
            ),
        ),
        (_("Contenedor de inicio (Default launch container)"), _("Incrustar, sin bloques (Embed, without blocks)")),
        (_("Admite enlaces profundos (Supports Deep Linking)"), _("Sí (Yes)")),
        *_services(),
        *_privacy(),
    ]


def _services() -> list[tuple[str, str]]:
    return [
        (
            _("Servicios de Calificación y Tarea IMS LTI (IMS LTI Assignment and Grade Services)"),
            _(
                "Usar este servicio para sincronizar calificación y gestión de columna"
                " (Use this service for grade sync and column management)"
            ),
        ),
        (
            _("Aprovisionamiento de roles y nombres de IMS LTI (IMS LTI Names and Role Provisioning)"),
            _(
                "Utilice este servicio para recuperar información de los miembros según la configuración de privacidad"
                " (Use this service to retrieve members' information as per privacy settings)"
            ),
        ),
        (_("Ajustes de la herramienta (Tool Settings)"), _("No utilizar este servicio (Do not use this service)")),
    ]


def _privacy() -> list[tuple[str, str]]:
    return [
        (
            _("Compartir el nombre del usuario con la herramienta (Share launcher's name with tool)"),
            _("Siempre (Always)"),
        ),
        (
            _("Compartir el e-mail del usuario con la herramienta (Share launcher's email with tool)"),
            _("Siempre o Nunca, como decida la universidad (Always, Never)"),
        ),
        (_("Aceptar calificaciones desde la herramienta (Accept grades from the tool)"), _("Siempre (Always)")),
    ]


def moodle_registration(issuer: str, client_id: str, addresses: Mapping[str, str]) -> Registration:
    """The registration with these addresses; in place of an empty one stands the one that every Moodle has."""
    folder = f"{issuer.rstrip('/')}/mod/lti"
    usual = {
        "auth_login_url": f"{folder}/auth.php",
        "auth_token_url": f"{folder}/token.php",
        "jwks_url": f"{folder}/certs.php",
    }
    return Registration(issuer, client_id, **{name: addresses.get(name) or url for name, url in usual.items()})
