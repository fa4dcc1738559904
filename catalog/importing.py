"""Takes records in from JSON lines: idempotent by id, in short transactions, with a reason for each refusal."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import RowMapping, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalog import identities, importfiles
from catalog.models import Kind, Resource, ResourceState
from catalog.records import BadRecord, Record, numbered_lines, parse
from catalog.uploads import Stored
from lrc.config import MIB
from lrc.db import transaction, utcnow
from lti.models import Institution
from lti.viewers import EVERYONE, institution_audience

BATCH = 500
"""Records a transaction: on SQLite whoever else writes waits for one of them, some hundredths of a second."""
_BATCH_BYTES, _BATCH_FILES = 8 * MIB, 20
_ATTEMPTS = 5
_TABLE = cast(Table, Resource.__table__)


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken, and why."""

    line: int
    id: str
    reason: str


@dataclass
class Tally:
    """What became of the lines so far; ``refuse`` is told of each that was not taken."""

    refuse: Callable[[Refusal], None]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    files: int = 0

    @property
    def lines(self) -> int:
        return self.added + self.changed + self.unchanged + self.refused

    def count_refused(self, line: int, record_id: str, reason: str) -> None:
        self.refused += 1
        self.refuse(Refusal(line, record_id, reason))


@dataclass(frozen=True)
class Source:
    """What is imported: JSON lines, the folder of the files that they name, and to whom new records belong."""

    stream: IO[bytes]
    folder: Path
    max_file_bytes: int
    institution_id: int | None = None
    batch: int = BATCH
    seen: set[int] = field(default_factory=set)
    """Hashes of the ids so far: 64 bits each, so that memory stays small however many there are."""


@dataclass(frozen=True)
class _Candidate:
    line: int
    record: Record
    values: dict[str, Any]
    file: Stored | None = None


@dataclass
class _Outcome:
    added: list[_Candidate] = field(default_factory=list)
    changed: list[_Candidate] = field(default_factory=list)
    unchanged: int = 0
    foreign: list[_Candidate] = field(default_factory=list)
    """Those whose id belongs to what somebody uploaded."""
    replaced_keys: list[str] = field(default_factory=list)


def run(source: Source, tally: Tally) -> Iterator[None]:
    """Take everything in, counting in ``tally``; yields after each transaction. What was committed by then stays.

    Imported records are published. A record that is there and says the same is left alone; one that says something
    else is changed, and its index entry with it, but stays withdrawn where a librarian withdrew it.
    """
    institutions: dict[str, int | None] = {}
    for batch in _batches(source, _records(source, tally)):
        candidates = list(_candidates(source, batch, institutions, tally))
        outcome = _stored(candidates)
        _count(outcome, tally)
        importfiles.delete(outcome.replaced_keys)
        yield


def _records(source: Source, tally: Tally) -> Iterator[tuple[int, Record, int]]:
    """The lines that can be taken: number, record and length in bytes."""
    number = 0
    try:
        for number, line in numbered_lines(source.stream):
            try:
                record = parse(line)
                _refuse_repeated(source, record)
            except BadRecord as bad:
                tally.count_refused(number, bad.record_id, bad.reason)
                continue
            yield number, record, len(line)
    except (EOFError, OSError, zlib.error) as error:
        tally.count_refused(number + 1, "", f"the file cannot be read from here on: {error}")


def _refuse_repeated(source: Source, record: Record) -> None:
    known = hash(record.id)
    if known in source.seen:
        raise BadRecord("this id came in an earlier line of the same file", record.id)
    source.seen.add(known)


def _batches(source: Source, records: Iterable[tuple[int, Record, int]]) -> Iterator[list[tuple[int, Record]]]:
    batch: list[tuple[int, Record]] = []
    size_bytes = files = 0
    for line, record, length in records:
        batch.append((line, record))
        size_bytes += length
        files += bool(record.file)
        if len(batch) >= source.batch or size_bytes >= _BATCH_BYTES or files >= _BATCH_FILES:
            yield batch
            batch, size_bytes, files = [], 0, 0
    if batch:
        yield batch


def _candidates(
    source: Source, batch: Sequence[tuple[int, Record]], institutions: dict[str, int | None], tally: Tally
) -> Iterator[_Candidate]:
    """What is to be in the database; the bytes of new files are in storage when this is done."""
    with transaction(writing=False) as session:
        _find_institutions(session, batch, institutions)
        held = importfiles.held(session, [record.id for _, record in batch if record.file])
    for line, record in batch:
        try:
            values = _values(source, record, institutions)
            file = importfiles.store(source.folder, record, held.get(record.id), source.max_file_bytes)
        except BadRecord as bad:
            tally.count_refused(line, record.id, bad.reason)
            continue
        yield _Candidate(line, record, values, file)


def _find_institutions(session: Session, batch: Sequence[tuple[int, Record]], known: dict[str, int | None]) -> None:
    for name in {record.institution for _, record in batch} - known.keys() - {""}:
        known[name] = session.scalar(select(Institution.id).where(Institution.name == name))


def _values(source: Source, record: Record, institutions: Mapping[str, int | None]) -> dict[str, Any]:
    only_for = institutions[record.institution] if record.institution else None
    if record.institution and only_for is None:
        raise BadRecord(f'audience names an unknown institution: "{record.institution}"')
    return {
        "title": record.title,
        "creators": record.creators,
        "description": record.description,
        "language": record.language,
        "subjects": record.subjects,
        "type": record.type,
        "date": record.date,
        "publisher": record.publisher,
        "license": record.license,
        "identifiers": record.identifiers,
        "audience": EVERYONE if only_for is None else institution_audience(only_for),
        "institution_id": source.institution_id or only_for,
    }


def _stored(candidates: Sequence[_Candidate]) -> _Outcome:
    for _ in range(_ATTEMPTS - 1):
        try:
            return _store_once(candidates)
        except IntegrityError:
            continue  # another import put in one of the same ids meanwhile: now it is found
    return _store_once(candidates)


def _store_once(candidates: Sequence[_Candidate]) -> _Outcome:
    with transaction() as session:
        return store(session, candidates)


def store(session: Session, candidates: Sequence[_Candidate]) -> _Outcome:
    """Write what is new or has changed."""
    outcome = _Outcome()
    present = _present(session, candidates)
    changes = []
    for candidate in candidates:
        row = present.get(candidate.record.id)
        if row is None:
            outcome.added.append(candidate)
        elif row["owner_id"] is not None or row["kind"] is not Kind.MATERIAL:
            outcome.foreign.append(candidate)
        elif (values := _changed(candidate, row)) is not None:
            outcome.changed.append(candidate)
            changes.append(values)
        else:
            outcome.unchanged += 1
    _insert(session, outcome.added)
    _update(session, changes)
    _identify(session, (*outcome.added, *outcome.changed))
    files = {each.record.id: each.file for each in (*outcome.added, *outcome.changed) if each.file is not None}
    outcome.replaced_keys = importfiles.attach(session, files)
    return outcome


def _present(session: Session, candidates: Sequence[_Candidate]) -> dict[str, RowMapping]:
    if not candidates:
        return {}
    columns = [_TABLE.c[name] for name in ("id", "record_id", "owner_id", "kind", *candidates[0].values)]
    rows = session.execute(select(*columns).where(Resource.record_id.in_([each.record.id for each in candidates])))
    return {row["record_id"]: row for row in rows.mappings()}


def _changed(candidate: _Candidate, row: RowMapping) -> dict[str, Any] | None:
    """The values to write over a row, or None where it says the same already."""
    # The language may come from reading the file, and the institution from an earlier import that named one.
    kept = {name: candidate.values[name] or row[name] for name in ("language", "institution_id")}
    values = {**candidate.values, **kept}
    if candidate.file is None and all(row[name] == value for name, value in values.items()):
        return None
    return {**values, "row_id": row["id"]}


def _insert(session: Session, added: Sequence[_Candidate]) -> None:
    if not added:
        return
    now = utcnow()
    common = {"state": ResourceState.PUBLISHED, "created_at": now, "published_at": now}
    rows = [{"record_id": each.record.id, **each.values, **common} for each in added]
    session.execute(insert(_TABLE), rows)


def _update(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    if not changes:
        return
    statement = update(_TABLE).where(_TABLE.c.id == bindparam("row_id")).values(revision=_TABLE.c.revision + 1)
    session.execute(statement, changes)


def _identify(session: Session, written: Sequence[_Candidate]) -> None:
    told = {each.record.id: identities.told_by(each.record.title, each.record.identifiers) for each in written}
    rows = session.execute(select(Resource.id, Resource.record_id).where(Resource.record_id.in_(told)))
    identities.keep(session, {row.id: told[row.record_id] for row in rows})


def _count(outcome: _Outcome, tally: Tally) -> None:
    tally.added += len(outcome.added)
    tally.changed += len(outcome.changed)
    tally.unchanged += outcome.unchanged
    tally.files += sum(1 for each in (*outcome.added, *outcome.changed) if each.file is not None)
    for each in outcome.foreign:
        tally.count_refused(each.line, each.record.id, "this id belongs to something that a person uploaded")
