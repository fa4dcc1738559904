"""Finds the concepts that descriptions mean: by any of their names, alone or below a broader one, or by their URI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from sqlalchemy import func, literal, select
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
from catalog.vocabularies import naming, state
from search.facets import MOST_LEVELS, SUBJECT_SEPARATOR, subject_paths
from search.teaching import folded

MOST_PATHS = 4
"""Of a concept that is below several: more are not told to the index."""
_ASK_AT_ONCE = 500
Ways = tuple[tuple[str, ...], ...]
_KINDS = (LabelKind.PREFERRED, LabelKind.ALTERNATIVE, LabelKind.HIDDEN)


@dataclass(frozen=True)
class Known:
    """A concept with its preferred labels by language, and all ways down to it: names of those above, broadest first.

    Ways end with the concept itself, in Spanish where there is that.
    """

    id: int
    uri: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    ways: Ways = ()

    @property
    def name(self) -> str:
        """In Spanish, as descriptions have it."""
        return naming.best(self.labels)

    @property
    def paths(self) -> list[str]:
        """As values of the facet of subjects."""
        return [SUBJECT_SEPARATOR.join(way) for way in self.ways]

    @cached_property
    def fingerprint(self) -> str:
        """Of all that the index is told of it."""
        return sha256(repr((self.ways, sorted(self.labels.items()))).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Candidate:
    concept_id: int
    kind: LabelKind
    is_live: bool
    vocabulary_id: int

    @property
    def rank(self) -> tuple[bool, int]:
        return not self.is_live, _KINDS.index(self.kind)


def find(session: Session, texts: Iterable[str], use: VocabularyUse) -> dict[str, Known]:
    """The concept that each text means, of those that mean one; a bounded number of queries for some hundred texts.

    "Matemáticas" and "Ciencias naturales -- Matemáticas" mean the concept of one of whose names this is: preferred
    names go before others, and what is still in use before what is not. Where two would do, the one below the
    broader one that is named; where nothing tells them apart, that of the vocabulary that came first, or none.
    """
    asked = {text: names for text in texts if (names := steps(text))}
    if not asked or not state.revision(session):
        return {}
    by_name = _by_name(session, {names[-1] for names in asked.values()}, use)
    by_uri = _by_uri(session, [text for text in asked if "://" in text or text.startswith("urn:")], use)
    ids = {each.concept_id for some in by_name.values() for each in some} | set(by_uri.values())
    above = _above(session, ids)
    uris, labels = _called(session, {*ids, *above, *(each for some in above.values() for each in some)})
    known = {id_: Known(id_, uris[id_], labels[id_], _ways(id_, above, labels)) for id_ in ids if id_ in uris}
    found: dict[str, Known] = {}
    for text, names in asked.items():
        meant = by_uri.get(text) or _meant(by_name.get(names[-1], ()), names, known)
        if meant in known:
            found[text] = known[meant]
    return found


def get_all(session: Session, ids: Collection[int]) -> dict[int, Known]:
    """The concepts with these ids."""
    above = _above(session, ids)
    uris, labels = _called(session, {*ids, *above, *(each for some in above.values() for each in some)})
    return {id_: Known(id_, uris[id_], labels[id_], _ways(id_, above, labels)) for id_ in ids if id_ in uris}


def labels_of(session: Session, uri: str) -> dict[str, str]:
    """What the concept that has this URI is called, by language, or the one that stands for it; one query."""
    asked = select(func.coalesce(Concept.merged_into_id, Concept.id)).where(Concept.uri == uri).scalar_subquery()
    query = select(ConceptLabel.language, ConceptLabel.text).where(ConceptLabel.concept_id == asked)
    query = query.where(ConceptLabel.kind == LabelKind.PREFERRED).order_by(ConceptLabel.id.desc())
    return dict(session.execute(query).all())


def steps(text: str) -> tuple[str, ...]:
    """A subject as it was written, folded, from the broadest step to the narrowest."""
    paths = subject_paths(text)
    return tuple(filter(None, map(folded, paths[-1].split(SUBJECT_SEPARATOR)))) if paths else ()


def all_above(session: Session, concept_id: int) -> set[int]:
    """Ids of all that hold a concept, near or far."""
    return {each for some in _above(session, [concept_id]).values() for each in some}


def _chunks(asked: Collection[str] | Collection[int]) -> Iterator[Sequence[str | int]]:
    every: list[str | int] = sorted(asked)
    for start in range(0, len(every), _ASK_AT_ONCE):
        yield every[start : start + _ASK_AT_ONCE]


def _by_name(session: Session, names: Collection[str], use: VocabularyUse) -> Mapping[str, Sequence[_Candidate]]:
    found: dict[str, list[_Candidate]] = defaultdict(list)
    for some in _chunks(names):
        query = (
            select(ConceptLabel.folded, ConceptLabel.kind, Concept.id, Concept.state, Concept.vocabulary_id)
            .join(ConceptLabel.concept)
            .join(Concept.vocabulary)
            .where(ConceptLabel.folded.in_(some), Vocabulary.use == use, Concept.merged_into_id.is_(None))
            .order_by(Concept.vocabulary_id, Concept.id)
        )
        for name, kind, concept_id, stands, vocabulary_id in session.execute(query):
            found[name].append(_Candidate(concept_id, kind, stands is ConceptState.LIVE, vocabulary_id))
    return found


def _by_uri(session: Session, uris: Collection[str], use: VocabularyUse) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for some in _chunks(uris):
        meant = func.coalesce(Concept.merged_into_id, Concept.id)
        query = select(Concept.uri, meant).join(Concept.vocabulary).where(Concept.uri.in_(some), Vocabulary.use == use)
        found.update((uri, id_) for uri, id_ in session.execute(query))
    return found


def _above(session: Session, ids: Collection[int]) -> dict[int, list[int]]:
    """Of each concept, and of all above it, those right above, in one query for some hundred concepts."""
    found: dict[int, set[int]] = defaultdict(set)
    is_broader = ConceptRelation.kind == RelationKind.BROADER
    for some in _chunks(ids):
        relation = select(ConceptRelation.concept_id.label("below"), ConceptRelation.other_id.label("above"))
        first = relation.add_columns(literal(1).label("depth")).where(ConceptRelation.concept_id.in_(some), is_broader)
        up = first.cte("up", recursive=True)
        more = select(ConceptRelation.concept_id, ConceptRelation.other_id, up.c.depth + 1)
        more = more.join(up, ConceptRelation.concept_id == up.c.above).where(is_broader, up.c.depth < MOST_LEVELS)
        every = up.union(more)
        for below, above in session.execute(select(every.c.below, every.c.above).distinct()):
            found[below].add(above)
    return {below: sorted(above) for below, above in found.items()}


def _called(session: Session, ids: Collection[int]) -> tuple[Mapping[int, str], Mapping[int, dict[str, str]]]:
    """URIs and preferred labels by language."""
    uris: dict[int, str] = {}
    labels: dict[int, dict[str, str]] = defaultdict(dict)
    for some in _chunks(ids):
        query = (
            select(Concept.id, Concept.uri, ConceptLabel.language, ConceptLabel.text)
            .outerjoin(
                ConceptLabel, (ConceptLabel.concept_id == Concept.id) & (ConceptLabel.kind == LabelKind.PREFERRED)
            )
            .where(Concept.id.in_(some))
            .order_by(ConceptLabel.language, ConceptLabel.id)
        )
        for id_, uri, language, text in session.execute(query):
            uris[id_] = uri
            if text:
                labels[id_].setdefault(language, text)
    return uris, labels


def _ways(
    id_: int, above: Mapping[int, Sequence[int]], labels: Mapping[int, Mapping[str, str]]
) -> tuple[tuple[str, ...], ...]:
    """All ways down to a concept, MOST_PATHS at most; what would lead in a circle or is too deep is cut."""
    done: list[tuple[int, ...]] = []
    open_: list[tuple[int, ...]] = [(id_,)]
    while open_ and len(done) < MOST_PATHS:
        way = open_.pop()
        higher = [each for each in above.get(way[0], ()) if each not in way] if len(way) < MOST_LEVELS else []
        if higher:
            open_.extend((each, *way) for each in reversed(higher[:MOST_PATHS]))
        else:
            done.append(way)
    return tuple(tuple(as_step(naming.best(labels[each])) for each in way) for way in done)


def as_step(name: str) -> str:
    """A name that the facet of subjects does not take for several steps."""
    return name.replace(">", "›").replace("--", "–").replace("::", ":")


def _meant(candidates: Sequence[_Candidate], names: Sequence[str], known: Mapping[int, Known]) -> int | None:
    if not candidates:
        return None
    if len(names) > 1:
        below = [each for each in candidates if _is_below(known[each.concept_id], names[-2])]
        candidates = below or candidates
    best = min(each.rank for each in candidates)
    first = [each for each in candidates if each.rank == best]
    ids = dict.fromkeys(each.concept_id for each in first if each.vocabulary_id == first[0].vocabulary_id)
    return next(iter(ids)) if len(ids) == 1 else None


def _is_below(concept: Known, step: str) -> bool:
    return any(folded(each) == step for way in concept.ways for each in way[:-1])
