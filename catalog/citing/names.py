"""Names as references need them: family name and given name, or a body's name as it is."""

from __future__ import annotations

import re

from lti.people import fold

Name = dict[str, str]
"""A name of CSL-JSON: ``family`` and ``given``, or ``literal`` alone."""

_BODY = re.compile(
    r"\b(universidad|ministerio|instituto|facultad|escuela|comision|direccion|biblioteca|centro|asociacion|municipalidad|"
    r"gobierno|consejo|organizacion|programa|red|fondo|banco|superintendencia|colegio|sociedad|grupo|proyecto|oficina|"
    r"editorial|ediciones|hospital|academia|fundacion|equipo|comite|university|institute|ministry|press|inc|ltd|sac|eirl)\b"
)
_PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "san", "santa", "da", "das", "do", "dos", "van", "von", "y", "e"}
)
_LIFE = re.compile(r",?\s*\(?\b1\d{3}\s*-\s*(?:1\d{3}|20\d\d)?\)?\s*$")
"""The years of somebody's life, which library records put behind the name."""


def name_of(creator: str) -> Name:
    """A creator as a name. "Quispe Mamani, Rosa" is taken at its word; "Rosa Quispe Mamani" is parted as in Peru.

    There the last two names are the family's (the last one of a name that has two in all); de, del, la... belong to
    what follows them. One word alone, and what names itself a ministry, a university and so on, is a body.
    """
    plain = _LIFE.sub("", creator).strip(" ,;")
    family, comma, given = (part.strip() for part in plain.partition(","))
    if _BODY.search(fold(plain)) or not plain:
        return {"literal": plain or creator}
    if comma and family and given:
        return {"family": family, "given": given}
    parts = _with_particles(family.split())
    if len(parts) < 2:
        return {"literal": family}
    families = 1 if len(parts) == 2 else 2
    return {"family": " ".join(parts[-families:]), "given": " ".join(parts[:-families])}


def inverted(name: Name) -> str:
    """Family name first, with a comma; a body's as it is."""
    return name["literal"] if "literal" in name else f"{name['family']}, {name['given']}"


def _with_particles(words: list[str]) -> list[str]:
    """The words, each particle joined to the word behind it."""
    parts: list[str] = []
    waiting: list[str] = []
    for word in words:
        waiting.append(word)
        if fold(word) not in _PARTICLES:
            parts.append(" ".join(waiting))
            waiting = []
    if waiting:
        parts.append(" ".join(waiting))
    return parts
