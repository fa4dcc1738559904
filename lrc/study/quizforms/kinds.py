"""The kinds of questions as authors know them, and what the form of each holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

KINDS = {
    "choice": _("Una opción correcta"),
    "choices": _("Varias opciones correctas"),
    "truefalse": _("Verdadero o falso"),
    "short": _("Respuesta corta"),
    "numeric": _("Número"),
    "gaps": _("Completar espacios"),
    "matching": _("Unir parejas"),
    "ordering": _("Ordenar"),
}
"""By tag, in the order in which they are offered."""

EXPLANATIONS = {
    "choice": _("Se elige una entre varias."),
    "choices": _("Se marcan todas las que correspondan."),
    "truefalse": _("Se dice si una frase es cierta."),
    "short": _("Se escriben una o pocas palabras."),
    "numeric": _("Se escribe un número, con unidad si quieres."),
    "gaps": _("Se completan las palabras que faltan en un texto."),
    "matching": _("Se da a cada uno su pareja."),
    "ordering": _("Se dice en qué lugar va cada uno."),
}

COMMON = ("text", "points", "hint", "feedback", "pool", "name")
"""The fields that every question's form has."""


@dataclass(frozen=True)
class Group:
    """Rows of a form that can be added, moved and taken away. A row of which all ``filled`` are empty is no row."""

    columns: tuple[str, ...]
    filled: tuple[str, ...]
    least: int
    """So many there are at least."""
    offered: int = 0
    """So many there are in the form of a new question."""


_OPTIONS = Group(("key", "text", "worth", "feedback"), ("text", "feedback"), 2, 4)
GROUPS: Mapping[str, Mapping[str, Group]] = {
    "choice": {"options": _OPTIONS},
    "choices": {"options": _OPTIONS},
    "truefalse": {},
    "numeric": {
        "answers": Group(("value", "tolerance", "worth", "feedback"), ("value", "feedback"), 1, 1),
        "units": Group(("name", "factor"), ("name",), 0),
    },
    "short": {"answers": Group(("text", "worth", "feedback"), ("text", "feedback"), 1, 2)},
    "matching": {
        "pairs": Group(("key", "left", "right"), ("left", "right"), 2, 3),
        "others": Group(("text",), ("text",), 0),
    },
    "ordering": {"items": Group(("key", "text"), ("text",), 2, 4)},
    "gaps": {"gaps": Group(("key", "answers", "choices"), ("answers", "choices"), 0)},
}

FLAGS: Mapping[str, tuple[str, ...]] = {
    "choice": ("shuffle",),
    "choices": ("shuffle", "all_or_nothing"),
    "truefalse": (),
    "numeric": ("needs_unit",),
    "short": ("accents_matter", "case_matters"),
    "matching": ("shuffle",),
    "ordering": ("all_or_nothing",),
    "gaps": ("accents_matter", "case_matters"),
}

MORE: Mapping[str, tuple[str, ...]] = {"truefalse": ("is_true", "if_true", "if_false")}
"""Further fields of a kind."""
