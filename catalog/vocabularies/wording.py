"""How what can be wrong with files of vocabularies, and what vocabularies are for, is said to people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.models import VocabularyUse
from catalog.vocabularies.scheme import ALTERNATIVE, HIDDEN, PREFERRED

REFUSALS: dict[str, LazyString] = {
    "corrupt": _("No pudimos leer el archivo: no es Turtle ni RDF/XML, o está dañado."),
    "no_scheme": _("En el archivo no hay ningún vocabulario SKOS (skos:ConceptScheme)."),
    "no_such_scheme": _("En el archivo no está el vocabulario que pediste."),
    "empty": _("El vocabulario del archivo no tiene ningún concepto con nombre (skos:prefLabel)."),
    "too_many": _("El vocabulario tiene demasiados conceptos: el máximo es 20 000."),
    "too_heavy": _("Leer este archivo pide demasiado tiempo o memoria: divídelo o simplifícalo."),
}
"""Why a file was not taken, by code."""
TROUBLES: dict[str, LazyString] = {
    "cycle": _("Un concepto estaba dentro de sí mismo: dejamos fuera la relación que cerraba el círculo."),
    "label": _("Un nombre estaba vacío o era demasiado largo, o eran demasiados: lo dejamos fuera."),
    "nameless": _("Un concepto no tenía nombre preferido: lo dejamos fuera."),
    "two_preferred": _("Había dos nombres preferidos en un idioma: el segundo quedó como «usado por»."),
    "uri": _("Un concepto no tenía una dirección (URI) que sirva: lo dejamos fuera."),
    "foreign": _("Un concepto ya es de otro vocabulario de aquí: lo dejamos fuera."),
}
"""What was not taken as it stood, by code."""
USE_NAMES = {
    VocabularyUse.SUBJECTS: _("Temas"),
    VocabularyUse.TYPES: _("Tipos de material"),
    VocabularyUse.ACCESS: _("Derechos de acceso"),
}
KIND_NAMES = {
    PREFERRED: _("Nombre preferido"),
    ALTERNATIVE: _("Usado por"),
    HIDDEN: _("También se encuentra como"),
}
NOTE_NAMES = {
    "definition": _("Definición"),
    "scopeNote": _("Alcance"),
    "example": _("Ejemplo"),
    "historyNote": _("Historia"),
    "editorialNote": _("Nota de edición"),
    "changeNote": _("Cambios"),
    "note": _("Nota"),
}
