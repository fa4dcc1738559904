"""Records for the tests of importing, and what an import did with them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import importing
from catalog.importing import Refusal, Source, Tally
from catalog.models import Resource


def record(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Quinua {number}", **fields}


def source(lines: list[Any], folder: Path = Path(), **fields: Any) -> Source:
    """Something to import; what is not bytes yet becomes a line of JSON."""
    text = b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines)
    return Source(io.BytesIO(text), folder, **{"max_file_bytes": 10_000, **fields})


class Done(Tally):
    """What became of an import, with all that was refused."""

    refusals: list[Refusal]


def take_in(lines: list[Any], folder: Path = Path(), **fields: Any) -> Done:
    refusals: list[Refusal] = []
    done = Done(refusals.append)
    done.refusals = refusals
    for _ in importing.run(source(lines, folder, **fields), done):
        pass
    return done


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.added, tally.changed, tally.unchanged, tally.refused


def held(session: Session) -> list[Resource]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Resource).order_by(Resource.id)))
