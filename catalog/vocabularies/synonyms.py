"""What vocabularies teach the search: names of one concept in one language stand for each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptLabel, ConceptState, LabelKind, Vocabulary, VocabularyUse
from search.dictionary import Taught
from search.entries import LONGEST_WORDS

MOST_NAMES = 100_000
"""So many are read, those of the vocabularies that came first; the dictionary is held in memory by every process."""
_WITH_SPANISH = ("es", "qu", "ay")
"""Spoken by the same people. What a term is called in English is told by search.translations, or is in the index."""


def taught(session: Session) -> Iterator[Taught]:
    """Of each concept in use for subjects the names that stand for each other, and those that stand for them."""
    query = (
        select(ConceptLabel.concept_id, ConceptLabel.kind, ConceptLabel.language, ConceptLabel.text)
        .join(ConceptLabel.concept)
        .join(Concept.vocabulary)
        .where(Vocabulary.use == VocabularyUse.SUBJECTS, Concept.state == ConceptState.LIVE)
        .order_by(Concept.vocabulary_id, ConceptLabel.concept_id, ConceptLabel.kind.desc(), ConceptLabel.id)
        .limit(MOST_NAMES)
    )
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    hidden: list[tuple[tuple[int, str], str]] = []
    for concept_id, kind, language, text in session.execute(query):
        if len(text) > LONGEST_WORDS:
            continue
        tag = language.partition("-")[0]
        group = (concept_id, "es" if tag in _WITH_SPANISH else tag)
        if kind is LabelKind.HIDDEN:
            hidden.append((group, text))
        else:
            groups[group].append(text)
    yield from (Taught(tuple(names)) for names in groups.values() if len(names) > 1)
    yield from (Taught((text, *groups[group]), is_one_way=True) for group, text in hidden if groups.get(group))
