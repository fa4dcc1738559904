"""Takes a vocabulary in: what came, what changed and what went, compared first and written afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from catalog.indexing import BRING_UP_TO_DATE
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
from catalog.vocabularies import state
from catalog.vocabularies.comparing import ASK_AT_ONCE, Report, compare, relations_here, relations_told
from catalog.vocabularies.scheme import LABEL_LIMIT, Label, PlainConcept, Scheme, Trouble
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict
from search.teaching import folded

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\Z")


@dataclass(frozen=True)
class Wanted:
    """How a vocabulary that comes for the first time is called and used; "" and None: as it was, or made up."""

    name: str = ""
    use: VocabularyUse | None = None
    digest: str = ""


def take(session: Session, told: Scheme, wanted: Wanted, *, only_look: bool = False) -> Report:
    """Have the vocabulary be as the file tells it, and say what that changed; ``only_look``: what it would.

    What was added here (own concepts, own names, relations to own concepts), and what librarians merged or retired,
    stays. What the file has no more is offered no more, but stays where it is used. BadInput for a bad name, Conflict
    for one that another vocabulary has.
    """
    state.hold(session)
    vocabulary = session.scalar(select(Vocabulary).where(Vocabulary.uri == told.uri))
    _check_name(session, vocabulary, wanted)
    here = _here(session, vocabulary)
    plain, foreign = _ours(session, told, vocabulary)
    report = Report(is_new=vocabulary is None, troubles=[*told.troubles, *foreign])
    relations = relations_here(session, here)
    compare(plain, here, relations, report)
    if not only_look:
        vocabulary = _headed(session, vocabulary, told, wanted)
        if not report.is_idle:
            _write(session, vocabulary, plain, here, report)
            state.changed(session)
    return report


def name_from(uri: str, titles: Mapping[str, str]) -> str:
    """A short name for a vocabulary: of its title, or of the end of its URI."""
    title = (
        titles.get("es")
        or titles.get("en")
        or next(iter(titles.values()), "")
        or re.split("[/#]", uri.rstrip("/#"))[-1]
    )
    return re.sub("[^a-z0-9]+", "-", folded(title).replace("ñ", "n"))[:60].strip("-") or "vocabulario"


def _check_name(session: Session, vocabulary: Vocabulary | None, wanted: Wanted) -> None:
    if not wanted.name:
        return
    if not _NAME.match(wanted.name):
        raise BadInput(_("El nombre corto lleva letras minúsculas sin tilde, cifras y guiones: «oecd-ford»."))
    other = session.scalar(select(Vocabulary).where(Vocabulary.name == wanted.name))
    if other is not None and other is not vocabulary:
        raise Conflict(_("Otro vocabulario ya tiene ese nombre corto."), advice=_("Elige otro."))


def _here(session: Session, vocabulary: Vocabulary | None) -> dict[str, Concept]:
    if vocabulary is None:
        return {}
    query = select(Concept).where(Concept.vocabulary_id == vocabulary.id).options(selectinload(Concept.labels))
    return {each.uri: each for each in session.scalars(query)}


def _ours(
    session: Session, told: Scheme, vocabulary: Vocabulary | None
) -> tuple[dict[str, PlainConcept], list[Trouble]]:
    """The concepts by URI without those that are in another vocabulary here."""
    plain = {each.uri: each for each in told.concepts}
    uris = list(plain)
    foreign: list[str] = []
    for start in range(0, len(uris), ASK_AT_ONCE):
        query = select(Concept.uri).where(Concept.uri.in_(uris[start : start + ASK_AT_ONCE]))
        if vocabulary is not None:
            query = query.where(Concept.vocabulary_id != vocabulary.id)
        foreign.extend(session.scalars(query))
    for uri in foreign:
        del plain[uri]
    return plain, [Trouble("foreign", uri) for uri in foreign]


def _headed(session: Session, vocabulary: Vocabulary | None, told: Scheme, wanted: Wanted) -> Vocabulary:
    """The row of the vocabulary, made if it is new, with what the file says of it as a whole."""
    if vocabulary is None:
        vocabulary = Vocabulary(uri=told.uri, name=wanted.name or free_name(session, told.uri, told.titles))
        session.add(vocabulary)
    elif wanted.name:
        vocabulary.name = wanted.name
    if wanted.use is not None:
        vocabulary.use = wanted.use
    vocabulary.titles, vocabulary.source, vocabulary.digest = dict(told.titles), told.source, wanted.digest
    vocabulary.changed_at = utcnow()
    session.flush()
    return vocabulary


def free_name(session: Session, uri: str, titles: Mapping[str, str]) -> str:
    """A short name that no vocabulary has."""
    made = name_from(uri, titles)
    taken = set(session.scalars(select(Vocabulary.name)))
    numbered = (f"{made[:56].strip('-')}-{number}" for number in range(2, len(taken) + 3))
    return made if made not in taken else next(each for each in numbered if each not in taken)


def _write(
    session: Session,
    vocabulary: Vocabulary,
    plain: Mapping[str, PlainConcept],
    here: dict[str, Concept],
    report: Report,
) -> None:
    for uri in report.gone:
        here[uri].state = ConceptState.GONE
    for uri in report.changed:
        _rewrite(here[uri], plain[uri])
    made = [Concept(vocabulary_id=vocabulary.id, uri=uri, **_columns(plain[uri])) for uri in report.added]
    session.add_all(made)
    session.flush()
    here.update({each.uri: each for each in made})
    labels = [row for each in made for row in _label_rows(each, plain[each.uri].labels)]
    if labels:
        session.execute(insert(ConceptLabel), labels)
    _relate(session, plain, here, [*report.added, *report.changed])
    session.expire_all()


def _columns(each: PlainConcept) -> dict[str, object]:
    notes = {kind: dict(texts) for kind, texts in each.notes.items()}
    return {"notation": each.notation, "notes": notes, "matches": list(each.matches)}


def _label_rows(concept: Concept, labels: Sequence[Label]) -> Iterator[dict[str, object]]:
    for each in labels:
        kind = LabelKind(each.kind)
        row = {"concept_id": concept.id, "kind": kind, "language": each.language, "text": each.text}
        yield row | {"folded": folded(each.text)[:LABEL_LIMIT], "is_own": False}


def _rewrite(known: Concept, each: PlainConcept) -> None:
    for name, value in _columns(each).items():
        setattr(known, name, value)
    if known.state is ConceptState.GONE:
        known.state = ConceptState.LIVE
    wanted = {(label.kind, label.language, label.text) for label in each.labels}
    preferred = {label.language for label in each.labels if label.kind == LabelKind.PREFERRED}
    for label in list(known.labels):
        key = (label.kind.value, label.language, label.text)
        if key in wanted:
            wanted.remove(key)
        elif not label.is_own:
            known.labels.remove(label)
        elif label.kind is LabelKind.PREFERRED and label.language in preferred:
            label.kind = LabelKind.ALTERNATIVE  # the file names it now
    for kind, tag, text in sorted(wanted):
        made = ConceptLabel(kind=LabelKind(kind), language=tag, text=text, folded=folded(text)[:LABEL_LIMIT])
        known.labels.append(made)


def _relate(
    session: Session, plain: Mapping[str, PlainConcept], here: Mapping[str, Concept], uris: Collection[str]
) -> None:
    """Write the relations of what came and changed, in the place of those that a file spoke of before."""
    told = relations_told(plain, here)
    subject = {here[uri].id for each in (plain, here) for uri in each if not here[uri].is_own}
    ids = [here[uri].id for uri in uris if not here[uri].is_own]
    for start in range(0, len(ids), ASK_AT_ONCE):
        some = ids[start : start + ASK_AT_ONCE]
        for row in session.scalars(select(ConceptRelation).where(ConceptRelation.concept_id.in_(some))).all():
            if row.other_id in subject:
                session.delete(row)
    session.flush()
    rows = [
        _relation_row(here[one].id, here[other].id, kind)
        for uri in uris
        for one, other, kind in sorted(told.get(uri, ()))
    ]
    if rows:
        session.execute(insert(ConceptRelation), rows)


def _relation_row(one: int, other: int, kind: RelationKind) -> dict[str, object]:
    return {"concept_id": one, "other_id": other, "kind": kind}


def remove(session: Session, vocabulary: Vocabulary) -> int:
    """Take a whole vocabulary out and have the index follow; descriptions keep their words.

    Returns how many resources meant something of it.
    """
    state.hold(session)
    used = select(ConceptUse.resource_id).join(Concept, Concept.id == ConceptUse.concept_id)
    used = used.where(Concept.vocabulary_id == vocabulary.id)
    which = Resource.id.in_(used)
    count = session.scalar(select(func.count()).select_from(Resource).where(which)) or 0
    changed = update(Resource).where(which).values(revision=Resource.revision + 1)
    session.execute(changed.execution_options(synchronize_session=False))
    session.execute(delete(Vocabulary).where(Vocabulary.id == vocabulary.id))
    state.changed(session)
    enqueue(session, BRING_UP_TO_DATE)
    return count
