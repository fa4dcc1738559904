"""A description in Dublin Core's words, with our own profile of it: from a resource, into it, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask_babel import lazy_gettext as _

from catalog.models import Resource

AUTHOR = "author"
ROLES = {
    AUTHOR: _("autoría"),
    "editor": _("edición"),
    "translator": _("traducción"),
    "illustrator": _("ilustración"),
    "advisor": _("asesoría de tesis"),
    "compiler": _("compilación"),
    "narrator": _("narración"),
    "publisher": _("coordinación"),
}
"""What people did, by code; how it is called."""
ACCESS_MODES = {
    "textual": _("con texto"),
    "visual": _("con imágenes"),
    "auditory": _("con sonido"),
}
"""By which senses one takes it in (schema.org accessMode)."""
ACCESSIBILITY_FEATURES = {
    "alternativeText": _("las imágenes tienen texto alternativo"),
    "captions": _("tiene subtítulos"),
    "transcript": _("tiene transcripción"),
    "audioDescription": _("describe en voz lo que se ve"),
    "signLanguage": _("tiene lengua de señas"),
    "structuralNavigation": _("se recorre por sus títulos"),
    "tableOfContents": _("tiene índice"),
    "taggedPDF": _("es un PDF etiquetado"),
    "readingOrder": _("se lee en orden"),
    "largePrint": _("tiene letra grande"),
    "braille": _("está en braille"),
}
"""What helps people with disabilities (schema.org accessibilityFeature)."""


@dataclass(frozen=True)
class Contributor:
    """Somebody who had a part in it: a name, what they did (a code of ROLES) and their ORCID iD, "" where unknown."""

    name: str
    role: str = AUTHOR
    orcid: str = ""


@dataclass(frozen=True)
class Description:
    """All that is said of a material. Lists keep their order; texts are "" where nobody said."""

    title: str
    alternative_titles: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    description: str = ""
    subjects: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    type: str = ""
    language: str = ""
    taught_language: str = ""
    """Which language one learns with it."""
    level: str = ""
    date: str = ""
    publisher: str = ""
    license: str = ""
    rights_holder: str = ""
    identifiers: tuple[str, ...] = ()
    access_modes: tuple[str, ...] = ()
    accessibility_features: tuple[str, ...] = ()
    provenance: str = ""
    """Where it comes from and what was done with it."""
    sources: tuple[str, ...] = ()
    """What it is adapted from: permanent addresses of ours, other addresses, or references."""


_OWN_COLUMNS = ("title", "description", "type", "language", "level", "date", "publisher", "license")
_LISTS = ("subjects", "identifiers")
_PROFILE_LISTS = ("alternative_titles", "keywords", "access_modes", "accessibility_features", "sources")
_PROFILE_TEXTS = ("taught_language", "rights_holder", "provenance")
FIELDS = tuple(each.name for each in fields(Description))


@dataclass(frozen=True)
class Difference:
    """Fields that changed, as plain data: what they were and what they are."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.after)


def of(resource: Resource) -> Description:
    """What is said of a resource now."""
    profile = resource.profile
    said: dict[str, Any] = {name: getattr(resource, name) for name in _OWN_COLUMNS}
    said |= {name: tuple(getattr(resource, name)) for name in _LISTS}
    said |= {name: tuple(profile.get(name, ())) for name in _PROFILE_LISTS}
    said |= {name: profile.get(name, "") for name in _PROFILE_TEXTS}
    return Description(**said, contributors=_contributors(resource))


def _contributors(resource: Resource) -> tuple[Contributor, ...]:
    orcids = resource.profile.get("orcids", {})
    authors = [Contributor(name, AUTHOR, orcids.get(name, "")) for name in resource.creators]
    return (*authors, *(Contributor(**each) for each in resource.profile.get("contributors", ())))


def sought_by(resource: Resource) -> list[str]:
    """What a resource may be sought by that no column says: other titles, keywords, people who had a part."""
    profile = resource.profile
    if not profile:
        return []
    people = [each["name"] for each in profile.get("contributors", ())]
    return [*profile.get("alternative_titles", ()), *profile.get("keywords", ()), *people]


def write(resource: Resource, said: Description) -> None:
    """Put a checked description into a resource; authors become its creators."""
    for name in _OWN_COLUMNS:
        setattr(resource, name, getattr(said, name))
    for name in _LISTS:
        setattr(resource, name, list(getattr(said, name)))
    authors = [each for each in said.contributors if each.role == AUTHOR]
    others = [each for each in said.contributors if each.role != AUTHOR]
    resource.creators = [each.name for each in authors]
    profile: dict[str, Any] = {name: list(getattr(said, name)) for name in _PROFILE_LISTS}
    profile |= {name: getattr(said, name) for name in _PROFILE_TEXTS}
    profile["contributors"] = [vars(each) for each in others]
    profile["orcids"] = {each.name: each.orcid for each in authors if each.orcid}
    resource.profile = {name: value for name, value in profile.items() if value}


def plain(said: Description) -> dict[str, Any]:
    """By field, as JSON can hold it."""
    told: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(said, name)
        if name == "contributors":
            value = [vars(each) for each in value]
        told[name] = list(value) if isinstance(value, (list, tuple)) else value
    return told


def from_plain(told: Mapping[str, Any]) -> Description:
    """What ``plain`` told, again."""
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    known["contributors"] = tuple(Contributor(**each) for each in told.get("contributors", ()))
    return Description(**known)


def difference(before: Description, after: Description) -> Difference:
    """What was said before and is said after, of the fields that differ."""
    was, is_now = plain(before), plain(after)
    changed = [name for name in FIELDS if was[name] != is_now[name]]
    return Difference({name: was[name] for name in changed}, {name: is_now[name] for name in changed})
