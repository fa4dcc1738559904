"""What can be seen without reading it: what a material lacks before it is published, and what it may be a copy of."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import adaptations, library
from catalog.merging import likeness
from catalog.models import File, FileState, Kind, Page, RenditionKind, Resource, ResourceState, WebLinkState
from catalog.weblinks import weblinks
from lti.viewers import Viewer
from search.analysis import fold
from search.documents import Query
from search.engine import Index, IndexUnavailable

log = logging.getLogger(__name__)
SHORTEST_DESCRIPTION = 40
_LIKE_TITLES = 0.92
_LOOKED_AT = 5


@dataclass(frozen=True)
class Finding:
    """Something to look at. ``field`` of the description mends it; ``is_offered`` where file or page itself says what.

    ``twin`` is what it may be a copy of.
    """

    sentence: LazyString
    field: str = ""
    is_offered: bool = False
    twin: Resource | None = None


def of(session: Session, viewer: Viewer, resource: Resource, index: Index) -> list[Finding]:
    """What a reviewer should look at in a material; nothing of it keeps anybody from publishing."""
    if resource.kind is not Kind.MATERIAL:
        return []
    offered = resource.file.offered if resource.file else weblinks.offered(session, resource)
    found = [*_lacking(resource, offered), *_of_language(resource, offered), *_of_address(session, resource)]
    found += _of_sources(session, viewer, resource)
    if resource.file is not None and resource.file.state is FileState.READY:
        found += _of_file(session, resource.file)
    sentence = _("Puede ser el mismo que otro de la biblioteca:")
    return found + [Finding(sentence, twin=each) for each in twins(session, viewer, resource, index)]


def _lacking(resource: Resource, offered: Mapping[str, Any]) -> Iterator[Finding]:
    if not resource.license:
        yield Finding(_("No dice con qué licencia se puede usar."), "license")
    if len(resource.description.strip()) < SHORTEST_DESCRIPTION:
        yield Finding(_("Casi no tiene descripción: es lo primero que se lee al encontrarlo."), "description")
    for name, sentence in _OFFERED.items():
        if not getattr(resource, name):
            yield Finding(sentence, _FIELDS.get(name, name), bool(offered.get(name)))


_OFFERED = {
    "creators": _("No dice quién lo hizo."),
    "subjects": _("No tiene temas, así que no aparece al elegir uno."),
    "date": _("No dice de cuándo es."),
}
_FIELDS = {"creators": "contributors"}


def _of_language(resource: Resource, offered: Mapping[str, Any]) -> Iterator[Finding]:
    told = str(offered.get("language", ""))
    if not resource.language:
        yield Finding(_("No dice en qué idioma está."), "language", bool(told))
    elif told and told.split("-")[0].lower() != resource.language.split("-")[0].lower():
        yield Finding(_("El texto parece estar en un idioma distinto del que se indica."), "language", is_offered=True)


def _of_address(session: Session, resource: Resource) -> Iterator[Finding]:
    way = weblinks.of(session, resource)
    link = way.link if way else None
    if link is not None and link.state is WebLinkState.MOVED:
        yield Finding(_("La dirección a la que lleva se mudó a otra."), "identifiers")
    elif link is not None and link.tries:
        yield Finding(_("La dirección a la que lleva no responde."), "identifiers")


def _of_sources(session: Session, viewer: Viewer, resource: Resource) -> Iterator[Finding]:
    sources = adaptations.sources_of(session, viewer, resource)
    for field, sentence in adaptations.breaches(resource, sources):
        yield Finding(sentence, field)


def _of_file(session: Session, file: File) -> Iterator[Finding]:
    if file.duration_s and not any(each.kind is RenditionKind.CAPTIONS for each in file.renditions):
        yield Finding(_("Es una grabación sin subtítulos: no sirve a quien no oye, y no se encuentra por lo que dice."))
    elif not file.duration_s and not _has_text(session, file):
        yield Finding(_("No tiene texto que se pueda leer: no se encuentra por su contenido ni se puede escuchar."))


def _has_text(session: Session, file: File) -> bool:
    return session.scalar(select(Page.id).where(Page.file_id == file.id, Page.text != "").limit(1)) is not None


def twins(session: Session, viewer: Viewer, resource: Resource, index: Index) -> list[Resource]:
    """What the viewer may see and a material may be the same as: by its file, its identifiers or nearly its title."""
    looks = (_same_bytes, _same_identifiers, _like_titles)
    found = {each.id: each for look in looks for each in look(session, viewer, resource, index)}
    others = likeness.dismissed(session, resource) if found else set()
    return [each for each in found.values() if each.id not in others]


def _same_bytes(session: Session, viewer: Viewer, resource: Resource, _index: Index) -> list[Resource]:
    if resource.file is None:
        return []
    query = library.visible_to(viewer).join(File).where(File.sha256 == resource.file.sha256, Resource.id != resource.id)
    return list(session.scalars(query.where(Resource.state != ResourceState.WITHDRAWN).limit(_LOOKED_AT)))


def _same_identifiers(session: Session, viewer: Viewer, resource: Resource, _index: Index) -> list[Resource]:
    return likeness.twins(session, viewer, resource, _LOOKED_AT)


def _like_titles(session: Session, viewer: Viewer, resource: Resource, index: Index) -> list[Resource]:
    try:
        hits = index.search(Query(resource.title, viewer.audiences, limit=_LOOKED_AT)).hits
    except IndexUnavailable as error:
        log.warning("resource %s is not compared with others: %s", resource.id, error.detail)
        return []
    ids = [int(hit.document_id) for hit in hits if _is_like(hit.title.text, resource.title)]
    return list(session.scalars(library.visible_to(viewer).where(Resource.id.in_(ids), Resource.id != resource.id)))


def _is_like(one: str, other: str) -> bool:
    return SequenceMatcher(None, fold(one), fold(other)).ratio() >= _LIKE_TITLES
