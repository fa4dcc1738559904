"""Compares a vocabulary as a file tells it with what is here: what came, changed and went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Concept, ConceptRelation, ConceptState, LabelKind, RelationKind
from catalog.vocabularies.scheme import Label, PlainConcept, Trouble

ASK_AT_ONCE = 500
NAMED = 20
Relation = tuple[str, str, RelationKind]


@dataclass
class Report:
    """URIs of what came, changed, came back and went, how many concepts stayed as they were, and what was wrong."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Of those: what each is called."""
    is_new: bool = False
    """The vocabulary itself came with it."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.gone or self.is_new)

    def summary(self) -> dict[str, Any]:
        """As it is kept: of each kind how many and the names of the first NAMED; of troubles how many and the first."""
        kinds = {"added": self.added, "changed": self.changed, "gone": self.gone}
        told: dict[str, Any] = {
            kind: {"count": len(uris), "names": [self.names.get(uri) or uri for uri in uris[:NAMED]]}
            for kind, uris in kinds.items()
        }
        counts = Counter(each.code for each in self.troubles)
        first = {each.code: each.about for each in reversed(self.troubles)}
        troubles = [{"code": code, "count": count, "about": first[code]} for code, count in counts.items()]
        return told | {"unchanged": self.unchanged, "troubles": troubles}


def relations_here(session: Session, here: Mapping[str, Concept]) -> dict[str, set[Relation]]:
    """By URI the relations of what is here that a file speaks of: those between two concepts that are not own."""
    uris = {each.id: each.uri for each in here.values() if not each.is_own and each.merged_into_id is None}
    ids = list(uris)
    found: dict[str, set[Relation]] = defaultdict(set)
    for start in range(0, len(ids), ASK_AT_ONCE):
        query = select(ConceptRelation).where(ConceptRelation.concept_id.in_(ids[start : start + ASK_AT_ONCE]))
        for each in session.scalars(query):
            if each.other_id in uris:
                found[uris[each.concept_id]].add((uris[each.concept_id], uris[each.other_id], each.kind))
    return found


def relations_told(plain: Mapping[str, PlainConcept], here: Mapping[str, Concept]) -> dict[str, set[Relation]]:
    """The same of the file; between two that are both related it is told once, by the URI that comes first.

    What the file says of a concept that librarians merged into another counts for that one.
    """
    uris = {each.id: uri for uri, each in here.items()}
    instead = {uri: uris.get(each.merged_into_id, "") for uri, each in here.items() if each.merged_into_id is not None}
    apart = {"", *(uri for uri, each in here.items() if each.is_own), *instead}
    found: dict[str, set[Relation]] = defaultdict(set)
    for uri, each in plain.items():
        told = [(uri, instead.get(other, other), RelationKind.BROADER) for other in each.broader]
        for other in each.related:
            first, second = sorted((uri, instead.get(other, other)))
            told.append((first, second, RelationKind.RELATED))
        for one, other, kind in told:
            are_here = all(uri in plain or uri in here for uri in (one, other))
            if are_here and one != other and not {one, other} & apart:
                found[one].add((one, other, kind))
    return found


def compare(
    plain: Mapping[str, PlainConcept],
    here: Mapping[str, Concept],
    relations: Mapping[str, set[Relation]],
    report: Report,
) -> None:
    """Note in the report what a file's concepts add, change and leave as it is, and which ones it has no more.

    All by URI: ``plain`` as the file tells them, ``here`` and ``relations`` as they are kept. What was added by hand
    is never said to be gone, what was merged never to be changed.
    """
    told = relations_told(plain, here)
    for uri, each in plain.items():
        known = here.get(uri)
        report.names[uri] = shown(each.labels)
        if known is None:
            report.added.append(uri)
        elif known.merged_into_id is None and (
            _says_else(known, each) or relations.get(uri, set()) != told.get(uri, set())
        ):
            report.changed.append(uri)
        else:
            report.unchanged += 1
    for uri, known in here.items():
        if uri not in plain and not known.is_own and known.state is ConceptState.LIVE:
            report.gone.append(uri)
            report.names[uri] = shown([Label(label.kind, label.language, label.text) for label in known.labels])


def shown(labels: Sequence[Label]) -> str:
    """What something is called in Spanish, or else in English or whatever there is."""
    ranked = {"es": 0, "en": 1}
    kinds = list(LabelKind)
    best = min(labels, key=lambda each: (kinds.index(LabelKind(each.kind)), ranked.get(each.language, 2)), default=None)
    return best.text if best else ""


def _says_else(known: Concept, each: PlainConcept) -> bool:
    stored = {(label.kind.value, label.language, label.text): label.is_own for label in known.labels}
    wanted = {(label.kind, label.language, label.text) for label in each.labels}
    is_named_else = bool(wanted - stored.keys()) or any(not own and key not in wanted for key, own in stored.items())
    return (
        is_named_else
        or known.state is ConceptState.GONE
        or known.notation != each.notation
        or known.notes != {kind: dict(texts) for kind, texts in each.notes.items()}
        or list(known.matches) != list(each.matches)
    )
