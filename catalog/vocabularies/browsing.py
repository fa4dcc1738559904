"""Looking through vocabularies: which there are, their tree level by level, and concepts by a few letters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from catalog import library
from catalog.models import (
    Concept,
    ConceptLabel,
    ConceptRelation,
    ConceptState,
    ConceptUse,
    LabelKind,
    RelationKind,
    Resource,
    Vocabulary,
    VocabularyUse,
)
from catalog.vocabularies import finding, naming
from catalog.vocabularies.finding import Known
from lrc.errors import NotFound
from lti.viewers import Viewer
from search.teaching import folded

MOST_SHOWN = 200
"""Of a level of a tree."""
_LONGEST_SOUGHT = 100


@dataclass(frozen=True)
class Line:
    """A concept as a list shows it."""

    id: int
    labels: dict[str, str]
    notation: str
    state: ConceptState
    narrower: int
    uses: int
    """How many resources that the viewer may see are about it itself."""

    def name(self, language: str) -> str:
        return naming.best(self.labels, language)


def vocabularies() -> Select[Vocabulary]:
    """All, by what they are for."""
    return select(Vocabulary).order_by(Vocabulary.use, Vocabulary.id)


def get(session: Session, name: str) -> Vocabulary:
    """The vocabulary of a short name; NotFound."""
    found = session.scalar(select(Vocabulary).where(Vocabulary.name == name))
    if found is None:
        raise NotFound
    return found


def get_concept(session: Session, concept_id: int) -> Concept:
    """The concept, or the one that stands for it since it was merged; NotFound."""
    found = session.get(Concept, concept_id)
    if found is not None and found.merged_into_id is not None:
        found = session.get(Concept, found.merged_into_id)
    if found is None:
        raise NotFound
    return found


def counts(session: Session) -> dict[int, int]:
    """By vocabulary how many concepts are in use."""
    query = select(Concept.vocabulary_id, func.count()).where(Concept.state == ConceptState.LIVE)
    rows = session.execute(query.group_by(Concept.vocabulary_id))
    return {row[0]: row[1] for row in rows}


def top(session: Session, viewer: Viewer, vocabulary: Vocabulary) -> list[Line]:
    """The concepts that are below no other, in order of notation and name."""
    above = aliased(Concept)
    is_below = (
        exists()
        .where(ConceptRelation.concept_id == Concept.id, ConceptRelation.kind == RelationKind.BROADER)
        .where(above.id == ConceptRelation.other_id, above.state == ConceptState.LIVE)
    )
    which = and_(Concept.vocabulary_id == vocabulary.id, Concept.state == ConceptState.LIVE, ~is_below)
    return lines(session, viewer, session.scalars(select(Concept.id).where(which).limit(MOST_SHOWN)).all())


def narrower(session: Session, viewer: Viewer, concept: Concept) -> list[Line]:
    """The concepts right below one; MOST_SHOWN at most, as of broader and related."""
    query = select(ConceptRelation.concept_id).where(
        ConceptRelation.other_id == concept.id, ConceptRelation.kind == RelationKind.BROADER
    )
    return lines(session, viewer, session.scalars(query.limit(MOST_SHOWN)).all())


def broader(session: Session, viewer: Viewer, concept: Concept) -> list[Line]:
    """The concepts right above one, of which SKOS allows several."""
    query = select(ConceptRelation.other_id).where(
        ConceptRelation.concept_id == concept.id, ConceptRelation.kind == RelationKind.BROADER
    )
    return lines(session, viewer, session.scalars(query.limit(MOST_SHOWN)).all())


def related(session: Session, viewer: Viewer, concept: Concept) -> list[Line]:
    """The concepts that have to do with one, whichever of the two says so."""
    one, other = ConceptRelation.concept_id, ConceptRelation.other_id
    beside = case((one == concept.id, other), else_=one)
    query = select(beside).where(
        (one == concept.id) | (other == concept.id), ConceptRelation.kind == RelationKind.RELATED
    )
    return lines(session, viewer, session.scalars(query.limit(MOST_SHOWN)).all())


def lines(session: Session, viewer: Viewer, ids: Collection[int]) -> list[Line]:
    """The concepts as lists show them, in order of notation and name; four queries, however many."""
    seen = ConceptUse.resource_id.in_(library.visible_to(viewer).with_only_columns(Resource.id))
    labels: dict[int, dict[str, str]] = {id_: {} for id_ in ids}
    preferred = ConceptLabel.kind == LabelKind.PREFERRED
    for label in session.scalars(select(ConceptLabel).where(ConceptLabel.concept_id.in_(ids), preferred)):
        labels[label.concept_id].setdefault(label.language, label.text)
    below = _counted(session, ConceptRelation.other_id, ids, ConceptRelation.kind == RelationKind.BROADER)
    uses = _counted(session, ConceptUse.concept_id, ids, seen)
    found = [
        Line(each.id, labels[each.id], each.notation, each.state, below.get(each.id, 0), uses.get(each.id, 0))
        for each in session.scalars(select(Concept).where(Concept.id.in_(ids)))
    ]
    return sorted(found, key=lambda line: (_in_order(line.notation), folded(line.name(naming.OURS))))


def _in_order(notation: str) -> list[tuple[int, str]]:
    """1.2 before 1.10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in notation.split(".")]


def _counted(session: Session, column: Any, ids: Collection[int], *which: Any) -> dict[int, int]:
    query = select(column, func.count()).where(column.in_(ids), *which).group_by(column)
    return {row[0]: row[1] for row in session.execute(query)}


def seek(
    session: Session,
    text: str,
    *,
    use: VocabularyUse | None = None,
    vocabulary: Vocabulary | None = None,
    most: int = 20,
) -> list[int]:
    """Ids of concepts one of whose names begins so, or has a word that does; whole names and preferred ones first."""
    sought = folded(text[:_LONGEST_SOUGHT])
    if not sought:
        return []
    begins = ConceptLabel.folded.startswith(sought, autoescape=True)
    holds = ConceptLabel.folded.contains(f" {sought}", autoescape=True)
    is_whole, is_preferred = ConceptLabel.folded == sought, ConceptLabel.kind == LabelKind.PREFERRED
    rank = case((is_whole, 0), (begins & is_preferred, 1), (begins, 2), else_=3)
    query = (
        select(ConceptLabel.concept_id, func.min(rank).label("rank"), func.min(func.length(ConceptLabel.folded)))
        .join(ConceptLabel.concept)
        .where(begins | holds, Concept.state == ConceptState.LIVE)
        .group_by(ConceptLabel.concept_id)
        .order_by("rank", func.min(func.length(ConceptLabel.folded)), ConceptLabel.concept_id)
        .limit(most)
    )
    if vocabulary is not None:
        query = query.where(Concept.vocabulary_id == vocabulary.id)
    if use is not None:
        query = query.join(Concept.vocabulary).where(Vocabulary.use == use)
    return list(session.scalars(query))


def known(session: Session, ids: Sequence[int]) -> list[Known]:
    """What these concepts are called and what is above them, in the same order."""
    found = finding.get_all(session, ids)
    return [found[id_] for id_ in ids if id_ in found]
