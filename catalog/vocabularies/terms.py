"""What descriptions mean by their subjects and types: concepts, told to the index and noted as their uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from catalog.models import ConceptUse, Resource, VocabularyUse
from catalog.vocabularies import finding, state
from catalog.vocabularies.finding import Known


class Described(Protocol):
    """What has subjects and a type: a resource, or a row with these columns."""

    @property
    def subjects(self) -> Any: ...

    @property
    def type(self) -> Any: ...


@dataclass(frozen=True)
class Terms:
    """The concepts that the words of some descriptions mean, by these words."""

    subjects: Mapping[str, Known] = field(default_factory=dict)
    types: Mapping[str, Known] = field(default_factory=dict)

    def subjects_of(self, resource: Described) -> tuple[str, ...]:
        """As the index takes them: of concepts all ways down to them, so that broader ones find what is below."""
        told = (self.subjects[each].paths if each in self.subjects else [each] for each in resource.subjects)
        return tuple(dict.fromkeys(path for paths in told for path in paths))

    def type_of(self, resource: Described) -> str:
        """In one spelling, and one language, for all that are of the same type."""
        return self.types[resource.type].name if resource.type in self.types else resource.type or ""

    def also_called(self, resource: Described) -> list[str]:
        """What its subjects are called in other languages: it may be sought by that."""
        known = [self.subjects[each] for each in resource.subjects if each in self.subjects]
        return list(dict.fromkeys(text for each in known for text in each.labels.values() if text != each.name))

    def of(self, resource: Described) -> dict[int, Known]:
        """All concepts that it is about, and its type, by id."""
        meant = [self.subjects.get(each) for each in resource.subjects]
        return {each.id: each for each in (*meant, self.types.get(resource.type)) if each is not None}


NONE = Terms()
_HELD = "lrc_terms"
_MOST_REMEMBERED = 50_000


def of(session: Session, resources: Iterable[Described]) -> Terms:
    """What these descriptions mean; a bounded number of queries for some hundred of them."""
    subjects, types = _words(resources)
    return Terms(
        subjects=finding.find(session, subjects, VocabularyUse.SUBJECTS),
        types=finding.find(session, types, VocabularyUse.TYPES),
    )


def of_many(session: Session, resources: Iterable[Described]) -> Terms:
    """The same, of which this process remembers what it found until vocabularies change: many share their subjects.

    Not to be used in a transaction that itself changes vocabularies, for that may be rolled back.
    """
    memory = _memory(state.revision(session))
    subjects, types = _words(resources)
    return Terms(
        memory.find(session, subjects, VocabularyUse.SUBJECTS), memory.find(session, types, VocabularyUse.TYPES)
    )


def _words(resources: Iterable[Described]) -> tuple[set[str], set[str]]:
    described = list(resources)
    return {each for some in described for each in some.subjects}, {each.type for each in described if each.type}


class _Memory:
    """What words mean by one revision of the vocabularies."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self._known: dict[tuple[VocabularyUse, str], Known | None] = {}

    def find(self, session: Session, texts: Iterable[str], use: VocabularyUse) -> dict[str, Known]:
        """The concepts that texts mean, by text, without those that mean none; only new texts are looked for."""
        if not self.revision:
            return {}
        asked = list(texts)
        held = self._known  # another thread may put another one in its place at any moment
        found = {text: held[use, text] for text in asked if (use, text) in held}
        new = [text for text in asked if text not in found]
        meant = finding.find(session, new, use)
        if len(self._known) + len(new) > _MOST_REMEMBERED:
            self._known = {}
        self._known.update({(use, text): meant.get(text) for text in new})
        return meant | {text: known for text, known in found.items() if known is not None}


def _memory(revision: int) -> _Memory:
    held: _Memory | None = current_app.extensions.get(_HELD)
    if held is None or held.revision != revision:
        held = current_app.extensions[_HELD] = _Memory(revision)
    return held


def note_uses(session: Session, taken_in: Mapping[int, int]) -> None:
    """Note which concepts these resources are about, which the index has just taken in.

    ``taken_in`` tells by id the revision of vocabularies by which that was done: where they changed since, nothing
    is noted, so that it shows that the index was told something else (``outdated``).
    """
    if not any(taken_in.values()):
        return
    query = select(Resource.id, Resource.subjects, Resource.type).where(Resource.id.in_(taken_in))
    meant = _wanted(session, session.execute(query).all())
    now = state.revision(session)  # asked last: a change that comes in between counts
    resource_ids = [id_ for id_, known in taken_in.items() if known == now]
    wanted = {id_: meant[id_] for id_ in resource_ids if id_ in meant}
    here = _here(session, resource_ids)
    gone: dict[int, list[int]] = {}
    for resource_id, concepts in here.items():
        for concept_id in concepts.keys() - wanted.get(resource_id, {}).keys():
            gone.setdefault(concept_id, []).append(resource_id)
    for concept_id, of_these in gone.items():
        session.execute(
            delete(ConceptUse).where(ConceptUse.concept_id == concept_id, ConceptUse.resource_id.in_(of_these))
        )
    new = [
        {"resource_id": resource_id, "concept_id": concept_id, "fingerprint": fingerprint}
        for resource_id, concepts in wanted.items()
        for concept_id, fingerprint in concepts.items()
        if here.get(resource_id, {}).get(concept_id) != fingerprint
    ]
    if new:
        _upsert(session, new)


def outdated(session: Session, rows: Collection[Any]) -> list[int]:
    """Of some rows (id, subjects, type) the ids of those of whose concepts the index was told something else."""
    wanted = _wanted(session, rows)
    here = _here(session, [row.id for row in rows])
    return [row.id for row in rows if wanted.get(row.id, {}) != here.get(row.id, {})]


def _wanted(session: Session, rows: Collection[Any]) -> dict[int, dict[int, str]]:
    meant = of_many(session, rows)
    return {row.id: {id_: each.fingerprint for id_, each in meant.of(row).items()} for row in rows}


def _here(session: Session, resource_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    here: dict[int, dict[int, str]] = {}
    query = select(ConceptUse).where(ConceptUse.resource_id.in_(resource_ids))
    for each in session.scalars(query):
        here.setdefault(each.resource_id, {})[each.concept_id] = each.fingerprint
    return here


def _upsert(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Another process may note the same at the same time."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(ConceptUse)
    key = [ConceptUse.resource_id, ConceptUse.concept_id]
    session.execute(
        statement.on_conflict_do_update(index_elements=key, set_={"fingerprint": statement.excluded.fingerprint}),
        rows,
    )
