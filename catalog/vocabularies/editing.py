"""Editing concepts by hand: own ones, and names added to those that came in a file; librarians' work, for everybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from catalog.models import (
    Concept,
    ConceptLabel,
    ConceptRelation,
    ConceptState,
    LabelKind,
    RelationKind,
    Vocabulary,
    VocabularyUse,
)
from catalog.vocabularies import finding, scheme, state, taking
from catalog.vocabularies.scheme import LABEL_LIMIT, MOST_CONCEPTS, MOST_LABELS
from lrc.errors import BadInput, Conflict, NotFound
from search.teaching import folded

MOST_VOCABULARIES = 50


@dataclass(frozen=True)
class Name:
    """A name to be given: in which language (BCP 47) and what for."""

    text: str
    language: str = "es"
    kind: LabelKind = LabelKind.PREFERRED


def start(session: Session, title: str, use: VocabularyUse) -> Vocabulary:
    """A vocabulary of one's own, empty. BadInput where it has no title; Conflict where there are too many."""
    state.hold(session)
    told = scheme.one_line(title)
    if not told or len(told) > LABEL_LIMIT:
        raise BadInput(_("Escribe un título de hasta %(limit)s caracteres.", limit=LABEL_LIMIT))
    if (session.scalar(select(func.count()).select_from(Vocabulary)) or 0) >= MOST_VOCABULARIES:
        raise Conflict(_("Ya hay demasiados vocabularios."))
    uri = uuid.uuid4().urn
    made = Vocabulary(uri=uri, name=taking.free_name(session, uri, {"es": told}), titles={"es": told}, use=use)
    session.add(made)
    session.flush()
    return made


def add(session: Session, vocabulary: Vocabulary, name: Name, broader: str = "") -> Concept:
    """A concept of one's own, below the one that ``broader`` names ("": below none).

    BadInput where that is none, or the name is; Conflict where another concept of the vocabulary is called so.
    """
    state.hold(session)
    text = _checked(name)
    _refuse_twin(session, vocabulary, text)
    count = select(func.count()).select_from(Concept).where(Concept.vocabulary_id == vocabulary.id)
    if (session.scalar(count) or 0) >= MOST_CONCEPTS:
        raise Conflict(_("Este vocabulario ya tiene demasiados conceptos."))
    above = get_by_name(session, vocabulary, broader) if broader.strip() else None
    made = Concept(vocabulary_id=vocabulary.id, uri=uuid.uuid4().urn, is_own=True)
    made.labels = [_label(Name(text, name.language))]
    session.add(made)
    session.flush()
    if above is not None:
        session.add(ConceptRelation(concept_id=made.id, other_id=above.id, kind=RelationKind.BROADER))
    state.changed(session)
    return made


def get_by_name(session: Session, vocabulary: Vocabulary, text: str) -> Concept:
    """The concept of a vocabulary that is called so, in any language; BadInput with a sentence where none is."""
    names = finding.steps(text)
    query = (
        select(Concept)
        .join(Concept.labels)
        .where(Concept.vocabulary_id == vocabulary.id, Concept.merged_into_id.is_(None))
        .where(ConceptLabel.folded == (names[-1] if names else ""))
        .order_by(Concept.state != ConceptState.LIVE, ConceptLabel.kind != LabelKind.PREFERRED, Concept.id)
    )
    found = session.scalars(query.limit(1)).first() if names else None
    if found is None:
        raise BadInput(_("En este vocabulario no hay nada que se llame «%(name)s».", name=scheme.one_line(text)[:100]))
    return found


def name(session: Session, concept: Concept, given: Name) -> None:
    """Give a concept one more name; a new preferred one leaves the former as one by which it is still found.

    Conflict where the preferred name in that language came in a file, and where the concept has the name already.
    """
    state.hold(session)
    text = _checked(given)
    session.refresh(concept, ["labels"])
    if any((each.text, each.language) == (text, given.language) for each in concept.labels):
        raise Conflict(_("Ya se llama así."), advice=_("Escribe otro nombre."))
    if len(concept.labels) >= MOST_LABELS:
        raise Conflict(_("Ya tiene demasiados nombres."))
    if given.kind is LabelKind.PREFERRED:
        _make_room(concept, given.language)
        _refuse_twin(session, concept.vocabulary, text, but=concept)
    concept.labels.append(_label(Name(text, given.language, given.kind)))
    state.changed(session)


def unname(session: Session, concept: Concept, label_id: int) -> None:
    """Take a name away that was given here; Conflict for its last preferred one."""
    state.hold(session)
    label = session.get(ConceptLabel, label_id)
    if label is None or label.concept_id != concept.id:
        raise NotFound
    if not label.is_own:
        raise Conflict(_("Ese nombre vino en el archivo del vocabulario y se queda."))
    session.refresh(concept, ["labels"])
    if [each.id for each in concept.labels if each.kind is LabelKind.PREFERRED] == [label.id]:
        raise Conflict(_("Es su único nombre preferido."), advice=_("Dale otro antes de quitarlo."))
    concept.labels.remove(label)
    state.changed(session)


def place(session: Session, concept: Concept, broader: str) -> None:
    """Put an own concept below another one of its vocabulary, and below that alone; "": below none.

    Conflict where it came in a file, and where that would put it inside itself.
    """
    state.hold(session)
    if not concept.is_own:
        raise Conflict(_("Este concepto vino en un archivo: su lugar lo dice el archivo."))
    above = get_by_name(session, concept.vocabulary, broader) if broader.strip() else None
    if above is not None and concept.id in {above.id, *finding.all_above(session, above.id)}:
        raise Conflict(_("Un concepto no puede estar dentro de sí mismo."))
    session.execute(
        delete(ConceptRelation).where(
            ConceptRelation.concept_id == concept.id, ConceptRelation.kind == RelationKind.BROADER
        )
    )
    if above is not None:
        session.add(ConceptRelation(concept_id=concept.id, other_id=above.id, kind=RelationKind.BROADER))
    state.changed(session)


def retire(session: Session, concept: Concept) -> None:
    """Offer it no more; what is about it stays so."""
    _put(session, concept, ConceptState.RETIRED)


def revive(session: Session, concept: Concept) -> None:
    """Offer it again."""
    if concept.merged_into_id is None:
        _put(session, concept, ConceptState.LIVE)


def _put(session: Session, concept: Concept, stands: ConceptState) -> None:
    state.hold(session)
    concept.state = stands
    state.changed(session)


def _make_room(concept: Concept, language: str) -> None:
    for each in concept.labels:
        if each.kind is LabelKind.PREFERRED and each.language == language:
            if not each.is_own:
                raise Conflict(
                    _("Su nombre en ese idioma vino en el archivo del vocabulario."),
                    advice=_("Agrega el tuyo como «usado por»."),
                )
            each.kind = LabelKind.HIDDEN


def _refuse_twin(session: Session, vocabulary: Vocabulary, text: str, but: Concept | None = None) -> None:
    query = (
        select(Concept.id)
        .join(Concept.labels)
        .where(Concept.vocabulary_id == vocabulary.id, Concept.state == ConceptState.LIVE)
        .where(ConceptLabel.kind == LabelKind.PREFERRED, ConceptLabel.folded == folded(text)[:LABEL_LIMIT])
    )
    if any(id_ != (but.id if but else None) for id_ in session.scalars(query)):
        raise Conflict(_("Ya hay un concepto que se llama «%(name)s».", name=text), advice=_("Escribe otro nombre."))


def _checked(given: Name) -> str:
    text = scheme.one_line(given.text)
    if not folded(text) or len(text) > LABEL_LIMIT:
        raise BadInput(_("Escribe un nombre de hasta %(limit)s caracteres.", limit=LABEL_LIMIT))
    if not scheme.language(given.language):
        raise BadInput(_("Elige uno de los idiomas."))
    return text


def _label(given: Name) -> ConceptLabel:
    return ConceptLabel(
        kind=given.kind,
        language=scheme.language(given.language),
        text=given.text,
        folded=folded(given.text)[:LABEL_LIMIT],
        is_own=True,
    )
