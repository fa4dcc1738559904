"""Making one concept of two of a vocabulary, and taking that back for some time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session, joinedload

from catalog.models import Concept, ConceptLabel, ConceptMerge, ConceptRelation, ConceptState, LabelKind, RelationKind
from catalog.vocabularies import finding, state
from lrc.db import utcnow
from lrc.errors import Conflict, NotFound
from lti.viewers import Viewer

UNDO_DAYS = 30
Row = tuple[int, int, RelationKind]
"""A relation: concept_id, other_id and kind."""


def merge(session: Session, viewer: Viewer, concept: Concept, into: Concept) -> ConceptMerge:
    """Have another concept of the same vocabulary stand for this one: by its names, its URI, and for what is below it.

    Conflict where it is the same, either is merged already, or one inside the other would end up inside itself.
    """
    state.hold(session)
    # As they are by now: whoever held them before may have merged either.
    apart = select(Concept).where(Concept.id.in_((concept.id, into.id)), Concept.merged_into_id.is_(None))
    both = session.scalars(apart.execution_options(populate_existing=True)).all()
    if len(both) < 2 or concept.vocabulary_id != into.vocabulary_id:
        raise Conflict(_("Elige otro concepto del mismo vocabulario."))
    if concept.id in finding.all_above(session, into.id):
        raise Conflict(_("«%(name)s» está dentro de este concepto.", name=_shown(into)), advice=_("Únelos al revés."))
    made = ConceptMerge(from_id=concept.id, into_id=into.id, author_id=viewer.person_id)
    made.undoing = {"state": concept.state.value, "labels": _give_names(session, concept, into)}
    behind = Concept.merged_into_id == concept.id
    made.undoing["behind"] = list(session.scalars(select(Concept.id).where(behind)))
    session.execute(update(Concept).where(behind).values(merged_into_id=into.id))
    concept.merged_into_id, concept.state = into.id, ConceptState.RETIRED
    made.undoing |= _move_relations(session, concept, into)
    session.add(made)
    state.changed(session)
    return made


def _give_names(session: Session, concept: Concept, into: Concept) -> list[tuple[int, str]]:
    """Give the other one the names that it lacks; returns their ids and texts."""
    session.refresh(into, ["labels"])
    here = {(each.text, each.language) for each in into.labels}
    given = [
        ConceptLabel(
            kind=LabelKind.ALTERNATIVE if label.kind is LabelKind.PREFERRED else label.kind,
            language=label.language,
            text=label.text,
            folded=label.folded,
            is_own=True,
        )
        for label in concept.labels
        if (label.text, label.language) not in here
    ]
    into.labels.extend(given)
    session.flush()
    return [(each.id, each.text) for each in given]


def _move_relations(session: Session, concept: Concept, into: Concept) -> dict[str, list[Row]]:
    """Have what is below and beside the one be so of the other; returns what was "dropped" and what was "made"."""
    above = {*finding.all_above(session, into.id), into.id}
    dropped = _rows_of(session, concept.id)
    _drop(session, dropped)
    made: list[Row] = []
    for one, other, kind in dropped:
        below, beside = (into.id if each == concept.id else each for each in (one, other))
        is_circle = kind is RelationKind.BROADER and beside == into.id and below in above
        # Where it stands is the other one's to say.
        is_its_place = kind is RelationKind.BROADER and one == concept.id
        if below != beside and not is_circle and not is_its_place and _put(session, (below, beside, kind)):
            made.append((below, beside, kind))
    return {"dropped": dropped, "made": made}


def _rows_of(session: Session, concept_id: int) -> list[Row]:
    its = or_(ConceptRelation.concept_id == concept_id, ConceptRelation.other_id == concept_id)
    rows = session.scalars(select(ConceptRelation).where(its)).all()
    return sorted((each.concept_id, each.other_id, each.kind) for each in rows)


def _drop(session: Session, rows: Iterable[Row]) -> None:
    for one, other, kind in rows:
        key = ConceptRelation.concept_id == one, ConceptRelation.other_id == other, ConceptRelation.kind == kind
        session.execute(delete(ConceptRelation).where(*key))


def _put(session: Session, row: Row) -> bool:
    """Write a relation; False where it was there."""
    if session.get(ConceptRelation, row) is not None:
        return False
    session.add(ConceptRelation(concept_id=row[0], other_id=row[1], kind=row[2]))
    session.flush()
    return True


def partable(session: Session, concept: Concept) -> Sequence[ConceptMerge]:
    """What was merged into a concept and can still be taken apart, the newest first, with who did it."""
    query = select(ConceptMerge).join(ConceptMerge.merged)
    query = query.where(ConceptMerge.into_id == concept.id, Concept.merged_into_id == concept.id, _is_recent())
    return session.scalars(query.options(joinedload(ConceptMerge.author)).order_by(ConceptMerge.id.desc())).all()


def _is_recent() -> ColumnElement[bool]:
    return ConceptMerge.at > utcnow() - timedelta(days=UNDO_DAYS)


def part(session: Session, concept: Concept, merge_id: int) -> Concept:
    """Take back what was merged into a concept; returns the one that stands for itself again.

    Names, places and what is below go back to it; what came since stays with the one that was kept. NotFound where
    that is none of ``partable``.
    """
    state.hold(session)
    made = next((each for each in partable(session, concept) if each.id == merge_id), None)
    if made is None:
        raise NotFound(_("Ya están separados, o pasaron más de %(days)s días.", days=UNDO_DAYS))
    back, undoing = made.merged, made.undoing
    # By their texts too: SQLite gives the number of what was deleted to what comes next.
    given = tuple_(ConceptLabel.id, ConceptLabel.text).in_(undoing["labels"])
    session.execute(delete(ConceptLabel).where(given, ConceptLabel.concept_id == concept.id))
    followed = Concept.id.in_(undoing["behind"]), Concept.merged_into_id == concept.id
    session.execute(update(Concept).where(*followed).values(merged_into_id=back.id))
    back.merged_into_id, back.state = None, ConceptState(undoing["state"])
    session.delete(made)
    session.flush()
    _move_back(session, back, undoing)
    session.expire(concept, ["labels"])
    state.changed(session)
    return back


def _move_back(session: Session, back: Concept, undoing: dict[str, list[tuple[int, int, str]]]) -> None:
    """What relations it had; not what would lead in a circle by now, nor to what is merged by now."""
    _drop(session, [(one, other, RelationKind(kind)) for one, other, kind in undoing["made"]])
    ends = {each for one, other, _kind in undoing["dropped"] for each in (one, other)}
    stand = set(session.scalars(select(Concept.id).where(Concept.id.in_(ends), Concept.merged_into_id.is_(None))))
    for one, other, kind in undoing["dropped"]:
        is_circle = kind == RelationKind.BROADER and one in finding.all_above(session, other)
        if {one, other} <= stand and not is_circle:
            _put(session, (one, other, RelationKind(kind)))


def forget_old(session: Session) -> None:
    """Let go of what would be needed to take back merges that are too old for that."""
    session.execute(delete(ConceptMerge).where(ConceptMerge.at <= utcnow() - timedelta(days=UNDO_DAYS)))


def _shown(concept: Concept) -> str:
    return next((each.text for each in concept.labels if each.kind is LabelKind.PREFERRED), concept.uri)
