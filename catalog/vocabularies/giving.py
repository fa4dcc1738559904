"""Gives a vocabulary out: as a plain scheme, which is written as SKOS."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from catalog.models import Concept, ConceptRelation, ConceptState, RelationKind, Vocabulary
from catalog.vocabularies.scheme import Label, PlainConcept, Scheme


def scheme_of(session: Session, vocabulary: Vocabulary) -> Scheme:
    """All of it that is offered, with what was added here; what was retired, merged or went is left out."""
    is_live = Concept.vocabulary_id == vocabulary.id, Concept.state == ConceptState.LIVE
    query = select(Concept).where(*is_live).options(selectinload(Concept.labels)).order_by(Concept.uri)
    broader, related = _relations(session, vocabulary)
    merged = _merged(session, vocabulary)
    told = tuple(
        PlainConcept(
            uri=each.uri,
            labels=tuple(sorted(Label(label.kind.value, label.language, label.text) for label in each.labels)),
            notation=each.notation,
            notes=each.notes,
            matches=tuple(sorted({*each.matches, *merged[each.id]})),
            broader=tuple(sorted(broader[each.uri])),
            related=tuple(sorted(related[each.uri])),
        )
        for each in session.scalars(query)
    )
    return Scheme(vocabulary.uri, vocabulary.titles, vocabulary.source, told)


def _merged(session: Session, vocabulary: Vocabulary) -> dict[int, list[str]]:
    """By concept the URIs of those that it stands for."""
    found: dict[int, list[str]] = defaultdict(list)
    is_merged = Concept.vocabulary_id == vocabulary.id, Concept.merged_into_id.is_not(None)
    for each in session.scalars(select(Concept).where(*is_merged).order_by(Concept.uri)):
        if each.merged_into_id is not None:
            found[each.merged_into_id].append(each.uri)
    return found


def _relations(session: Session, vocabulary: Vocabulary) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    one, other = aliased(Concept), aliased(Concept)
    query = (
        select(one.uri, other.uri, ConceptRelation.kind)
        .select_from(ConceptRelation)
        .join(one, one.id == ConceptRelation.concept_id)
        .join(other, other.id == ConceptRelation.other_id)
        .where(or_(one.vocabulary_id == vocabulary.id, other.vocabulary_id == vocabulary.id))
        .where(one.state == ConceptState.LIVE, other.state == ConceptState.LIVE)
    )
    broader: dict[str, set[str]] = defaultdict(set)
    related: dict[str, set[str]] = defaultdict(set)
    for uri, beside, kind in session.execute(query):
        if kind is RelationKind.BROADER:
            broader[uri].add(beside)
        else:
            related[uri].add(beside)
            related[beside].add(uri)
    return broader, related
