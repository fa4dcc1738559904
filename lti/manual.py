"""Registering by hand: what to type into Moodle's form for the tool, by the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping

from lti.platforms import Registration
from lti.registering.application import CUSTOM_PARAMETERS, DESCRIPTION, NAME, icon_url

_AS_DECIDED = "Always or Never, as the university decides (Siempre o Nunca, como decida la universidad)"


def form_values(tool_url: str) -> list[tuple[str, str]]:
    """What is copied letter by letter, in the order of the form: field and value."""
    return [
        ("Tool name (Nombre de la herramienta)", str(NAME)),
        ("Tool URL (URL de la herramienta)", tool_url),
        ("Tool description (Descripción de la herramienta)", str(DESCRIPTION)),
        ("Public keyset (Conjunto de claves públicas)", f"{tool_url}/lti/jwks.json"),
        ("Initiate login URL (URL de inicio de sesión)", f"{tool_url}/lti/login"),
        ("Redirection URI(s) (URI(s) de redirección)", f"{tool_url}/lti/launch"),
        ("Content Selection URL (URL de selección de contenido)", tool_url),
        ("Icon URL (URL del icono)", icon_url(tool_url)),
        ("Secure icon URL (URL segura del icono)", icon_url(tool_url)),
    ]


def custom_lines() -> str:
    """The field "Custom parameters (Parámetros personalizados)": one a line."""
    return "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items())


def choices() -> list[tuple[str, str]]:
    """What is chosen from Moodle's lists and boxes: field and choice."""
    return [
        ("LTI version (Versión de LTI)", "LTI 1.3"),
        ("Public key type (Tipo de clave pública)", "Keyset URL (URL del conjunto de claves)"),
        (
            "Tool configuration usage (Configuración del uso de la herramienta)",
            "Show in activity chooser and as a preconfigured tool"
            " (Mostrar en el selector de actividad como una herramienta preconfigurada)",
        ),
        ("Default launch container (Contenedor de inicio)", "Embed, without blocks (Incrustar, sin bloques)"),
        ("Supports Deep Linking (Admite enlaces profundos)", "Yes (Sí)"),
        (
            "IMS LTI Assignment and Grade Services (Servicios de Calificación y Tarea IMS LTI)",
            "Use this service for grade sync and column management"
            " (Usar este servicio para sincronizar calificación y gestión de columna)",
        ),
        (
            "IMS LTI Names and Role Provisioning (Aprovisionamiento de roles y nombres de IMS LTI)",
            "Use this service to retrieve members' information as per privacy settings"
            " (Utilice este servicio para recuperar información de los miembros según la configuración de privacidad)",
        ),
        ("Tool Settings (Ajustes de la herramienta)", "Do not use this service (No utilizar este servicio)"),
        ("Share launcher's name with tool (Compartir el nombre del usuario con la herramienta)", "Always (Siempre)"),
        ("Share launcher's email with tool (Compartir el e-mail del usuario con la herramienta)", _AS_DECIDED),
        ("Accept grades from the tool (Aceptar calificaciones desde la herramienta)", "Always (Siempre)"),
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
