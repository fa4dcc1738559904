"""Where Moodle has the settings that the doctor speaks of, by the names of its Spanish and of its English pages.

The names are those of Moodle's own language packs (mod_lti, 4.x), so that an administrator finds them letter by letter.
"""

from __future__ import annotations

from dataclasses import dataclass

_TOOLS = (
    "Administración del sitio › Extensiones › Módulos de actividad › Herramienta externa › Administrar herramientas",
    "Site administration › Plugins › Activity modules › External tool › Manage tools",
)
_SECURITY = (
    "Administración del sitio › General › Seguridad › Seguridad HTTP",
    "Site administration › General › Security › HTTP security",
)


@dataclass(frozen=True)
class Place:
    """A setting of Moodle: the way to it and its name, in both languages, and the value to give it ("" for none)."""

    path_es: str
    path_en: str
    value: str = ""


def _setting(where: tuple[str, str], spanish: str, english: str, value: str = "") -> Place:
    return Place(f"{where[0]} › {spanish}", f"{where[1]} › {english}", value)


def _tool(spanish: str, english: str, value: str = "") -> Place:
    tool = (f"{_TOOLS[0]} › Editar (el engranaje)", f"{_TOOLS[1]} › Edit (the cog)")
    return _setting(tool, spanish, english, value)


TOOLS = Place(*_TOOLS)
DETAILS = _setting(_TOOLS, "Ver detalles de configuración (la lista)", "View configuration details (the list)")
ACTIVATE = _setting(_TOOLS, "Activar", "Activate")
BLOCKED_HOSTS = _setting(
    _SECURITY,
    "Lista de hosts bloqueados por cURL (curlsecurityblockedhosts)",
    "cURL blocked hosts list (curlsecurityblockedhosts)",
)
SHARE_NAME = _tool(
    "Privacidad › Compartir el nombre del usuario con la herramienta",
    "Privacy › Share launcher's name with tool",
    "Siempre / Always",
)
SHARE_EMAIL = _tool(
    "Privacidad › Compartir el e-mail del usuario con la herramienta",
    "Privacy › Share launcher's email with tool",
    "Nunca / Never",
)
GRADES = _tool(
    "Servicios › Servicios de Calificación y Tarea IMS LTI",
    "Services › IMS LTI Assignment and Grade Services",
    "Usar este servicio para sincronizar calificación y gestión de columna"
    " / Use this service for grade sync and column management",
)
ROSTER = _tool(
    "Servicios › Aprovisionamiento de roles y nombres de IMS LTI",
    "Services › IMS LTI Names and Role Provisioning",
    "Utilice este servicio para recuperar información de los miembros según la configuración de privacidad"
    " / Use this service to retrieve members' information as per privacy settings",
)
CHOOSER = _tool(
    "Configuración del uso de la herramienta",
    "Tool configuration usage",
    "Mostrar en el selector de actividad como una herramienta preconfigurada"
    " / Show in activity chooser and as a preconfigured tool",
)
DEEP_LINKING = _tool(
    "Admite enlaces profundos (mensaje elemento-contenido)", "Supports Deep Linking (Content-Item Message)", "Sí / Yes"
)


def keyset(tool_url: str) -> tuple[Place, Place]:
    """How Moodle is told of our keys."""
    return (
        _tool("Tipo de clave pública", "Public key type", "URL del conjunto de claves / Keyset URL"),
        _tool("Conjunto de claves públicas", "Public keyset", f"{tool_url}/lti/jwks.json"),
    )


def allowed_ports(port: int) -> Place:
    """Which ports Moodle may call; ours must be among them."""
    return _setting(
        _SECURITY,
        "Lista de puertos permitidos para cURL (curlsecurityallowedport)",
        "cURL allowed ports list (curlsecurityallowedport)",
        str(port),
    )


def tool_address(tool_url: str) -> Place:
    return _tool("URL de la herramienta", "Tool URL", tool_url)


def redirection(tool_url: str) -> Place:
    return _tool("URI(s) de redirección", "Redirection URI(s)", f"{tool_url}/lti/launch")


def custom_parameters(lines: str) -> Place:
    return _tool("Parámetros personalizados", "Custom parameters", lines)
