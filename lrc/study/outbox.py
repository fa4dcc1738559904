"""What a browser hands in at once: lines of several modules, one of which may submit an attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from lrc.errors import BadInput, TooLarge
from lrc.study import attempts, journal, studies
from lrc.study.journal import BadLine, Line, Receipt
from lrc.study.models import Attempt, EntryKind, Study

MOST_LINES = 500
_MOST_ID = 2**31 - 1
_UID_CHARACTERS = 64


@dataclass(frozen=True)
class Parcel:
    """Lines by module, and of the module the one that submits; of what cannot be a line, by uid, why not."""

    lines: Mapping[int, Sequence[Line]]
    submitting: tuple[int, Line] | None = None
    refused: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Handed:
    """What became of a parcel; and the attempt that it submitted, where it did, with its study."""

    receipt: Receipt
    submitted: tuple[Study, Attempt] | None = None


def read(data: Any) -> Parcel:
    """The parcel that JSON data says; each line is judged by itself. BadInput for no parcel at all, TooLarge."""
    sent = data.get("lines", []) if isinstance(data, dict) else None
    if not isinstance(sent, list):
        raise BadInput(_("Lo que llegó no son anotaciones de tu estudio."), detail="no parcel")
    if len(sent) > MOST_LINES:
        raise TooLarge(_("Son demasiadas anotaciones de una vez."), detail=f"{len(sent)} lines")
    lines: dict[int, list[Line]] = defaultdict(list)
    refused: dict[str, object] = {}
    submitting = None
    for place, each in enumerate([*sent, *_submit(data)]):
        try:
            module_id, line = _module_id(each), journal.read(each)
            lines[module_id].append(line)
        except BadInput as error:
            refused[_name(each, place)] = error.message
            continue
        if place == len(sent):
            submitting = module_id, line
    return Parcel(lines, submitting, refused)


def hand_in(session: Session, person_id: int, parcel: Parcel) -> Handed:
    """Write a parcel into the journals of a person's studies; lines of what they do not study are refused."""
    whole = Receipt(refused=dict(parcel.refused))
    found = studies.held(session, person_id, parcel.lines) if parcel.lines else {}
    for module_id, lines in parcel.lines.items():
        study = found.get(module_id)
        if study is None:
            whole.refused.update((line.uid, _("No has empezado este módulo.")) for line in lines)
            continue
        receipt = journal.write_held(session, study, lines)
        whole.kept += receipt.kept
        whole.late += receipt.late
        whole.refused.update(receipt.refused)
        whole.sequence = max(whole.sequence, receipt.sequence)
    return Handed(whole, _submitted(session, found, parcel))


def _submitted(session: Session, known: Mapping[int, Study], parcel: Parcel) -> tuple[Study, Attempt] | None:
    if parcel.submitting is None:
        return None
    module_id, line = parcel.submitting
    study = known.get(module_id)
    found = attempts.find(session, study, line.part, line.attempt_number or 0) if study else None
    return (study, found) if study and found and found.submitted_at else None


def _submit(data: Mapping[str, Any]) -> list[Any]:
    submit = data.get("submit")
    if submit is None:
        return []
    return [{**submit, "kind": EntryKind.SUBMITTED} if isinstance(submit, dict) else submit]


def _module_id(data: Any) -> int:
    value = data.get("module") if isinstance(data, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _MOST_ID:
        raise BadLine(detail="module")
    return value


def _name(data: Any, place: int) -> str:
    uid = data.get("uid") if isinstance(data, dict) else None
    return uid[:_UID_CHARACTERS] if isinstance(uid, str) and uid else f"#{place}"
