"""The same change for materials that were picked by hand, or all that a search shows: as a table, then as any other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog import identities
from catalog.describing import bulk, table
from catalog.describing.description import FIELDS
from catalog.describing.table import Line, Table
from catalog.describing.wording import field_name
from catalog.models import KnownAs, Resource, Scheme
from lrc.errors import BadInput
from lti.viewers import Viewer
from search import analysis

MOST_PICKED = 500
_LONGEST_WORDS = 200
SET, ADD, REMOVE = "set", "add", "remove"
WAYS = {SET: _("Poner esto en lugar de lo que hay"), ADD: _("Agregar esto"), REMOVE: _("Quitar esto")}
LISTS = frozenset({"alternative_titles", "contributors", "subjects", "keywords"})
"""Of several values: to these one may add, and take from them."""
_OWN = frozenset({"title", "identifiers", "access_modes", "accessibility_features"})
"""What no two materials share, or is said by ticking boxes."""
COMMON = tuple(name for name in FIELDS if name not in _OWN)
"""The fields that many materials may have in common."""


def matching(viewer: Viewer, which: str, words: str = "") -> Select[Resource]:
    """The materials of the viewer's institution of ``which`` (bulk.CHOICES) that have the words in their titles."""
    query = bulk.chosen(viewer, which)
    for word in identities.title_key(words[:_LONGEST_WORDS]).split():
        has_word = KnownAs.value.contains(word, autoescape=True)
        titles = select(KnownAs.resource_id).where(KnownAs.scheme == Scheme.TITLE, has_word)
        query = query.where(Resource.id.in_(titles))
    return query


def picked(session: Session, viewer: Viewer, ids: Collection[int]) -> Sequence[Resource]:
    """Those of the ids that are materials of the viewer's institution; BadInput where there is none, or too many."""
    if len(ids) > MOST_PICKED:
        raise BadInput(_("Son demasiados: marca hasta %(most)s, o elige todo lo que se muestra.", most=MOST_PICKED))
    found = session.scalars(bulk.chosen(viewer, "all").where(Resource.id.in_(ids))).all() if ids else []
    if not found:
        raise BadInput(_("Marca al menos un material."))
    return found


def change(resources: Iterable[Resource], name: str, way: str, text: str) -> Table:
    """A table that says of these materials what the field is to say; BadInput where that cannot be said."""
    if name not in COMMON or way not in WAYS or (way != SET and name not in LISTS):
        raise BadInput(_("Elige qué dato cambiar, y cómo."))
    if way != SET and not text.strip():
        raise BadInput(_("Escribe qué agregar o quitar."))
    wrong = bulk.trouble_of({name: text})
    if wrong is not None:
        raise BadInput(wrong)
    lines = [
        Line(number, each.record_id, {name: _said(table.typed(each)[name], way, text)})
        for number, each in enumerate(resources, 1)
    ]
    return Table(lines, [])


def _said(now: str, way: str, text: str) -> str:
    if way == SET:
        return text
    given = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    held = [line for line in now.splitlines() if line.strip()]
    if way == ADD:
        return "\n".join(dict.fromkeys([*held, *given]))
    taken = {analysis.fold(each) for each in given}
    return "\n".join(line for line in held if analysis.fold(line) not in taken)


def title_of(name: str, way: str, count: int) -> str:
    """What the bulk edit is called among the others."""
    return f"{field_name(name)}: {WAYS[way]} ({count})"[:255]
