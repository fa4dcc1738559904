"""Registering by hand: what to type into Moodle's form for the tool, by the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping

from lti.platforms import Registration
from lti.registering.application import CUSTOM_PARAMETERS, NAME, icon_url

_YES_ALWAYS = "Always (Siempre)"


def form_values(tool_url: str) -> list[tuple[str, str]]:
    """What is copied letter by letter: the field's English name with the Spanish one, and the value."""
    return [
        ("Tool name (Nombre de la herramienta)", str(NAME)),
        ("Tool URL (URL de la herramienta)", tool_url),
        ("LTI version (Versión de LTI)", "LTI 1.3"),
        ("Public key type (Tipo de clave pública)", "Keyset URL"),
        ("Public keyset (Conjunto de claves públicas)", f"{tool_url}/lti/jwks.json"),
        ("Initiate login URL (URL para iniciar el acceso)", f"{tool_url}/lti/login"),
        ("Redirection URI(s) (URI de redirección)", f"{tool_url}/lti/launch"),
        ("Content Selection URL (URL de selección de contenido)", tool_url),
        ("Icon URL (URL del icono)", icon_url(tool_url)),
        ("Secure icon URL (URL segura del icono)", icon_url(tool_url)),
    ]


def custom_lines() -> str:
    """The field "Custom parameters (Parámetros personalizados)": one a line."""
    return "\n".join(f"{name}={value}" for name, value in CUSTOM_PARAMETERS.items())


def choices() -> list[tuple[str, str]]:
    """What is chosen from Moodle's lists and boxes."""
    return [
        (
            "Tool configuration usage (Uso de la configuración de la herramienta)",
            "Show in activity chooser and as a preconfigured tool"
            " (Mostrar en el selector de actividades y como herramienta preconfigurada)",
        ),
        (
            "Default launch container (Contenedor de inicio predeterminado)",
            "Embed, without blocks (Incrustar, sin bloques)",
        ),
        ("Supports Deep Linking (Content-Item Message)", "✓"),
        (
            "IMS LTI Assignment and Grade Services",
            "Use this service for grade sync and column management"
            " (Usar este servicio para sincronizar calificaciones y gestionar columnas)",
        ),
        (
            "IMS LTI Names and Role Provisioning",
            "Use this service to retrieve members' information as per privacy settings"
            " (Usar este servicio para obtener los datos de los miembros según la privacidad)",
        ),
        ("Tool Settings", "Do not use this service (No usar este servicio)"),
        ("Share launcher's name with tool (Compartir el nombre)", _YES_ALWAYS),
        ("Share launcher's email with tool (Compartir el correo)", _YES_ALWAYS),
        ("Accept grades from the tool (Aceptar calificaciones de la herramienta)", _YES_ALWAYS),
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
