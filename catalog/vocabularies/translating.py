"""What types and subjects are called in the language of the page, by what the index calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import current_app, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptLabel, LabelKind
from catalog.vocabularies import finding, naming, state
from lrc.db import session as of_request

MOST_LABELS = 100_000
"""So many are read, those of the vocabularies that came first; the names are held in memory by every process."""
_HELD = "lrc_concept_names"
_Held = dict[str, tuple[int, Mapping[str, str]]]


def names() -> Mapping[str, str]:
    """For the page that is being made; nothing where that is in Spanish, as the index is. Looked up once a page."""
    language = naming.of_reader()
    if language.partition("-")[0] == naming.OURS:
        return {}
    if "lrc_concept_names" not in g:
        g.lrc_concept_names = in_language(of_request, language)
    return cast(Mapping[str, str], g.lrc_concept_names)


def in_language(session: Session, language: str) -> Mapping[str, str]:
    """Names in a language by those that the index has; made once for each state of the vocabularies in this process."""
    revision = state.revision(session)
    held: _Held = current_app.extensions.setdefault(_HELD, {})
    known = held.get(language)
    if known is None or known[0] != revision:
        known = held[language] = (revision, _made(session, language) if revision else {})
    return known[1]


def _made(session: Session, language: str) -> Mapping[str, str]:
    query = (
        select(ConceptLabel.concept_id, ConceptLabel.language, ConceptLabel.text)
        .join(ConceptLabel.concept)
        .where(ConceptLabel.kind == LabelKind.PREFERRED, Concept.merged_into_id.is_(None))
        .order_by(Concept.vocabulary_id.desc(), ConceptLabel.concept_id, ConceptLabel.language)
        .limit(MOST_LABELS)
    )
    labels: dict[int, dict[str, str]] = {}
    for concept_id, tag, text in session.execute(query):
        labels.setdefault(concept_id, {}).setdefault(tag, text)
    # Of two with the same name the one that came first is put last, and stays.
    return {finding.as_step(naming.best(each)): naming.best(each, language) for each in labels.values()}
