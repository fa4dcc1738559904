"""What vocabularies offer to who describes: concepts by a few letters, types by name, and what was recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptLabel, ConceptState, LabelKind, Vocabulary, VocabularyUse
from catalog.vocabularies import browsing, finding, naming, state
from catalog.vocabularies.finding import Known

MOST_OFFERED = 12
MOST_TYPES = 300
_SEPARATOR = " -- "
"""As people write what is within what."""


@dataclass(frozen=True)
class Offer:
    """A concept that may be put into a field: the line that means it, and what it is called for the reader."""

    concept_id: int
    line: str
    name: str
    way: Sequence[str]
    """Names of what is above it, broadest first, and its own."""


def subjects(session: Session, text: str, language: str) -> list[Offer]:
    """The concepts one of whose names the text begins, or a word of it."""
    ids = browsing.seek(session, text, use=VocabularyUse.SUBJECTS, most=MOST_OFFERED)
    return _offers(session, browsing.known(session, ids), language)


def subject(session: Session, concept_id: int, language: str) -> Offer | None:
    """A concept that was chosen; None where it is offered no more."""
    concept = session.get(Concept, concept_id)
    if concept is None or concept.state is not ConceptState.LIVE:
        return None
    offers = _offers(session, browsing.known(session, [concept_id]), language)
    return offers[0] if offers else None


def _offers(session: Session, concepts: Sequence[Known], language: str) -> list[Offer]:
    """Each with its name alone where that says enough, else with what is above it."""
    alone = finding.find(session, [each.name for each in concepts], VocabularyUse.SUBJECTS)
    made = []
    for each in concepts:
        way = each.ways[0] if each.ways else (each.name,)
        is_enough = each.name in alone and alone[each.name].id == each.id
        line = each.name if is_enough else _SEPARATOR.join(way)
        made.append(Offer(each.id, line, naming.best(each.labels, language), way))
    return made


def types(session: Session, language: str) -> list[str]:
    """The names of types, for choosing, in the order of the alphabet."""
    if not state.revision(session):
        return []
    query = (
        select(ConceptLabel.concept_id, ConceptLabel.language, ConceptLabel.text)
        .join(ConceptLabel.concept)
        .join(Concept.vocabulary)
        .where(Vocabulary.use == VocabularyUse.TYPES, Concept.state == ConceptState.LIVE)
        .where(ConceptLabel.kind == LabelKind.PREFERRED)
        .order_by(Concept.id)
        .limit(MOST_TYPES * 3)
    )
    labels: dict[int, dict[str, str]] = {}
    for concept_id, tag, text in session.execute(query):
        labels.setdefault(concept_id, {}).setdefault(tag, text)
    return sorted({naming.best(each, language) for each in labels.values()}, key=str.casefold)[:MOST_TYPES]


def recognised(session: Session, lines: Iterable[str]) -> list[tuple[str, str]]:
    """Of what was written the lines that mean a concept, each with where that is."""
    written = list(dict.fromkeys(" ".join(line.split()) for line in lines))
    found = finding.find(session, written, VocabularyUse.SUBJECTS)
    return [(line, " › ".join((found[line].ways or ((found[line].name,),))[0])) for line in written if line in found]
