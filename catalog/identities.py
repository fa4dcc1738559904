"""By what resources are known: DOI, ISBN and the like, and the words of their titles, each in its one normal form.

The table ``known_as`` follows what resources say: what is written through a session by itself, at each flush; who
writes rows past it (catalog.importing) calls ``keep``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import Select, Table, and_, delete, event, false, func, insert, inspect, or_, select
from sqlalchemy.orm import Session, joinedload

from catalog import library
from catalog.describing import identifiers
from catalog.models import KnownAs, Merge, Resource, ResourceState, Scheme
from lti.viewers import Viewer
from search import analysis

LONGEST = 500
_AT_ONCE = 500
_SCHEMES = {"doi:": Scheme.DOI, "isbn:": Scheme.ISBN, "issn:": Scheme.ISSN, "hdl:": Scheme.HANDLE}
_TABLE = cast(Table, KnownAs.__table__)
_LITTLE = frozenset(
    [
        "a",
        "al",
        "an",
        "and",
        "de",
        "del",
        "e",
        "el",
        "en",
        "la",
        "las",
        "los",
        "of",
        "o",
        "the",
        "u",
        "un",
        "una",
        "unos",
        "unas",
        "y",
    ]
)
"""Words that titles are catalogued with or without."""
Known = tuple[Scheme, str]


def identify(written: str) -> Known | None:
    """The kind and the normal form of one identifier, however it is written; None for what is of no kind we know.

    A DOI is in small letters without its resolver, an ISBN has 13 digits, an ISSN is 1234-567X, an address has
    neither protocol, fragment nor a slash at its end: (DOI, "10.1590/s0102"), (URL, "repo.edu.pe/handle/1/2").
    """
    found = identifiers.known(written)
    for prefix, scheme in _SCHEMES.items():
        if found.startswith(prefix):
            return _short(scheme, found.removeprefix(prefix))
    return _short(Scheme.URL, _address(found)) if found else None


def title_key(title: str) -> str:
    """The words of a title in an order of their own, without accents, signs, articles and the like; "" for no words."""
    words = {analysis.plain(each) for each in analysis.words(analysis.normal(title))}
    return " ".join(sorted(words - _LITTLE or words))[:LONGEST]


def told_by(title: str, written: Iterable[str]) -> set[Known]:
    """All by which something of this title and with these identifiers is known."""
    found = {known for each in written if (known := identify(each))}
    return found | ({(Scheme.TITLE, key)} if (key := title_key(title)) else set())


def find_all(session: Session, viewer: Viewer, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Resource]:
    """For each kind and normal form (as ``identify`` and ``title_key`` make them) the resource that is known so.

    Only what the viewer may see; of several the published one, then the oldest. What was merged into another is found
    as that one. Two queries for each 500; what is not found is left out.
    """
    found: dict[tuple[str, str], Resource] = {}
    for some in _portions(list(dict.fromkeys(wanted))):
        known: dict[int, list[Known]] = defaultdict(list)
        for resource_id, scheme, value in session.execute(_holders(some)):
            known[resource_id].append((scheme, value))
        query = library.visible_to(viewer).where(Resource.id.in_(known)).options(joinedload(Resource.file))
        for resource in session.scalars(query.order_by(Resource.state != ResourceState.PUBLISHED, Resource.id)):
            for each in known[resource.id]:
                found.setdefault(each, resource)
    return found


def _holders(wanted: Iterable[tuple[str, str]]) -> Select[int, Scheme, str]:
    """The ids of those that are known by any of these, or of what they were merged into."""
    values: dict[str, list[str]] = defaultdict(list)
    for scheme, value in wanted:
        values[scheme].append(value)
    is_one = [and_(KnownAs.scheme == scheme, KnownAs.value.in_(some)) for scheme, some in values.items()]
    query = select(func.coalesce(Merge.into_id, KnownAs.resource_id), KnownAs.scheme, KnownAs.value)
    return query.outerjoin(Merge, Merge.from_id == KnownAs.resource_id).where(or_(false(), *is_one))


def keep(session: Session, told: Mapping[int, set[Known]]) -> None:
    """Have these resources, by their ids, be known by these and nothing else."""
    for ids in _portions(sorted(told)):
        session.execute(delete(_TABLE).where(_TABLE.c.resource_id.in_(ids)))
        rows = [_row(each, scheme, value) for each in ids for scheme, value in sorted(told[each])]
        if rows:
            session.execute(insert(_TABLE), rows)


def _row(resource_id: int, scheme: Scheme, value: str) -> dict[str, Any]:
    return {"resource_id": resource_id, "scheme": scheme, "value": value}


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    written = (each for each in (*session.new, *session.dirty) if isinstance(each, Resource) and _is_other(each))
    keep(session, {each.id: told_by(each.title, each.identifiers) for each in written})


def _is_other(resource: Resource) -> bool:
    attributes = inspect(resource).attrs
    return attributes.title.history.has_changes() or attributes.identifiers.history.has_changes()


def _short(scheme: Scheme, value: str) -> Known | None:
    return (scheme, value) if 0 < len(value) <= LONGEST else None


def _address(written: str) -> str:
    parts = urlsplit(written)
    place = f"{parts.netloc.lower()}{parts.path.rstrip('/')}"
    return f"{place}?{parts.query}" if parts.query else place


def _portions(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
