"""How the fields of a description and their values are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from catalog.describing.description import ACCESS_MODES, ACCESSIBILITY_FEATURES, AUTHOR, ROLES, Contributor
from search.levels import LEVELS

FIELD_NAMES = {
    "title": _("Título"),
    "alternative_titles": _("Otros títulos"),
    "contributors": _("Personas"),
    "description": _("Descripción"),
    "subjects": _("Temas"),
    "keywords": _("Palabras clave"),
    "type": _("Tipo"),
    "language": _("Idioma"),
    "taught_language": _("Idioma que se aprende"),
    "level": _("Nivel"),
    "date": _("Fecha"),
    "publisher": _("Publicado por"),
    "license": _("Licencia"),
    "rights_holder": _("De quién son los derechos"),
    "identifiers": _("Identificadores"),
    "access_modes": _("Cómo se percibe"),
    "accessibility_features": _("Qué ayuda a todos a usarlo"),
    "provenance": _("De dónde viene"),
    "sources": _("Adaptado de"),
}
_VALUES = {"level": LEVELS, "access_modes": ACCESS_MODES, "accessibility_features": ACCESSIBILITY_FEATURES}


def field_name(name: str) -> str:
    """What a field is called; an unknown one by its own name."""
    return str(FIELD_NAMES.get(name, name))


def told(name: str, value: Any) -> str:
    """A field's value on one line, as people read it; "" where nothing is said."""
    if isinstance(value, str):
        return str(_VALUES.get(name, {}).get(value, value))
    words = _VALUES.get(name, {})
    return "; ".join(_person(each) if name == "contributors" else str(words.get(each, each)) for each in value)


def _person(each: Contributor | dict[str, str]) -> str:
    known = Contributor(**each) if isinstance(each, dict) else each
    role = "" if known.role == AUTHOR else str(ROLES.get(known.role, known.role))
    beside = ", ".join(filter(None, (role, known.orcid)))
    return f"{known.name} ({beside})" if beside else known.name
