"""Judged queries as JSON lines, to be carried from one house to another and to the benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.errors import BadInput
from lti.viewers import Viewer
from search import judging
from search.models import JudgedQuery

MOST_BYTES = 2_000_000
MOST_LINES = 5_000
EXAMPLE = '{"q": "riego por goteo", "relevant": ["r1"]}'


@dataclass(frozen=True)
class Taken:
    """What became of a file: how many queries were added or changed, and why other lines were not, by number."""

    count: int
    refused: Mapping[int, str]


def written(queries: Iterable[JudgedQuery]) -> Iterator[str]:
    """A line for each query: qid, kind, q and relevant (record ids)."""
    for each in queries:
        told = {"qid": each.id, "kind": "", "q": each.typed, "relevant": list(each.relevant)}
        yield json.dumps(told, ensure_ascii=False) + "\n"


def take(session: Session, viewer: Viewer, text: str) -> Taken:
    """Add the queries of lines with q and relevant; what was said of a query that is there is replaced.

    BadInput beyond MOST_BYTES or MOST_LINES; a bad line is told and the others are taken.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if len(text) > MOST_BYTES or len(lines) > MOST_LINES:
        raise BadInput(_("Es demasiado largo: hasta %(count)s líneas.", count=MOST_LINES))
    wanted: dict[str, list[str]] = {}
    refused: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            typed, relevant = _read(line)
            wanted[typed] = relevant
        except BadInput as error:
            refused[number] = str(error.message)
    _keep(session, viewer, wanted)
    return Taken(len(wanted), refused)


def _read(line: str) -> tuple[str, list[str]]:
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(_("No es una línea de JSON.")) from error
    typed = told.get("q") if isinstance(told, dict) else None
    relevant = told.get("relevant", []) if isinstance(told, dict) else None
    if not isinstance(typed, str) or not isinstance(relevant, list) or not all(isinstance(r, str) for r in relevant):
        raise BadInput(_("Falta «q» (un texto) o «relevant» (una lista de textos)."))
    return judging.tidy(_plain(typed)), judging.checked(map(_plain, relevant))


def _plain(text: str) -> str:
    """Without halves of characters, which JSON can hold and no database."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _keep(session: Session, viewer: Viewer, wanted: Mapping[str, list[str]]) -> None:
    typed = list(wanted)
    known: dict[str, JudgedQuery] = {}
    for start in range(0, len(typed), 500):
        some = select(JudgedQuery).where(JudgedQuery.typed.in_(typed[start : start + 500]))
        known.update((each.typed, each) for each in session.scalars(some))
    for text, relevant in wanted.items():
        query = known.get(text)
        if query is None:
            session.add(JudgedQuery(typed=text, relevant=relevant, author_id=viewer.person_id))
        elif list(query.relevant) != relevant:
            query.relevant, query.author_id = relevant, viewer.person_id
    session.flush()
