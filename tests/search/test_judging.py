"""Judged queries: their figures, what drafts would change, and their lines."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.errors import BadInput, Conflict
from lti.viewers import Role, Viewer
from search import judgedlines, judging, soughttasks, trying
from search.dictionary import EMPTY, Dictionary
from search.documents import Document
from search.engine import Index, current_index
from search.models import JudgedQuery, Judging
from search.trying import Question
from tests import factories

TITLES = {"r1": "Cultivo de la patata", "r2": "La papa nativa", "r3": "Riego por goteo", "r4": "Papa secreta"}


def shelf() -> list[Document]:
    audiences = {"r4": "institution:7"}
    return [
        Document(str(n), record_id, title, audience=audiences.get(record_id, "everyone"))
        for n, (record_id, title) in enumerate(TITLES.items(), 1)
    ]


@pytest.fixture(scope="module")
def index(kept_index: Index) -> Index:
    kept_index.write(shelf())
    return kept_index


@pytest.fixture
def me(session: Session) -> Viewer:
    return factories.viewer(session, Role.LIBRARIAN)


@pytest.mark.parametrize(
    ("ranks", "mrr", "success"),
    [([], 0.0, 0.0), ([0], 0.0, 0.0), ([1, 2], 0.75, 1.0), ([1, 0, 10, 4], 0.3375, 0.75)],
)
def test_figures_are_means_over_all_queries(ranks: list[int], mrr: float, success: float) -> None:
    told = judging.figures(ranks)
    assert (told.queries, round(told.mrr, 6), told.success) == (len(ranks), mrr, success)


def test_ranks_are_those_that_anybody_sees(index: Index) -> None:
    asked = [(1, "papa", ["r2"]), (2, "papa", ["r4"]), (3, "riego", ["r9", "r3"]), (4, "nada", ["r1"])]
    assert judging.ranks(index, asked, EMPTY) == {"1": 1, "2": 0, "3": 1, "4": 0}


def test_a_trial_tells_what_changes_and_by_how_much(index: Index) -> None:
    questions = [
        Question("papa", judging.AS_ANYBODY, ["r1"]),
        Question("riego", judging.AS_ANYBODY, ["r3"]),
        Question("patata", judging.AS_ANYBODY),
    ]
    drafted = Dictionary(synonyms={"papa": ("patata",)}, pins={"papa": ("r1",)})
    tried = trying.tried(index, questions, EMPTY, drafted)
    assert (tried.asked, tried.left, tried.before.mrr, tried.after.mrr) == (3, 0, 0.5, 1.0)
    (change,) = tried.changes
    assert (change.question.typed, change.rank_before, change.rank_after) == ("papa", 0, 1)
    assert [hit.record_id for hit in change.before.hits] == ["r2"]
    assert {hit.record_id for hit in change.after.hits} == {"r1", "r2"}


def test_a_trial_ends_in_time_and_says_what_it_left(index: Index) -> None:
    tried = trying.tried(index, [Question("papa", judging.AS_ANYBODY)] * 5, EMPTY, EMPTY, enough_s=0.0)
    assert (tried.asked, tried.left, tried.changes) == (1, 4, [])


def test_a_query_is_judged_once_and_its_answers_are_bounded(session: Session, me: Viewer) -> None:
    query = judging.add(session, me, "  riego   por goteo ")
    assert judging.add(session, me, "riego por goteo").id == query.id
    judging.judge(session, me, query.id, [" r1", "r1", "", "r2"])
    assert query.relevant == ["r1", "r2"]
    for bad in ([f"r{n}" for n in range(51)], ["x" * 256]):
        with pytest.raises(BadInput):
            judging.judge(session, me, query.id, bad)
    for typed in ("", "¿?", "x" * 301):
        with pytest.raises(BadInput):
            judging.add(session, me, typed)


def test_measuring_is_kept_and_done_every_day(app: Flask, session: Session, me: Viewer) -> None:
    with pytest.raises(Conflict):
        judging.record(session, {}, engine="whoosh", revision=0)
    soughttasks.measure()
    assert session.scalars(select(Judging)).all() == []
    query = judging.add(session, me, "papa")
    judging.add(session, me, "sin respuesta")
    judging.judge(session, me, query.id, ["r2"])
    session.commit()
    soughttasks.measure()  # the index is not there yet
    current_index().write(shelf())
    soughttasks.measure()
    session.rollback()
    (kept,) = session.scalars(judging.measurings(5))
    assert (kept.queries, kept.mrr, kept.success, kept.ranks) == (1, 1.0, 1.0, {str(query.id): 1})


def test_lines_go_out_and_come_in_again(session: Session, me: Viewer) -> None:
    told = '\ufeff{"qid": 3, "kind": "verbo", "q": "regar  la «ñuña»", "relevant": ["r1", "r1"], "title": "x"}\n\n'
    assert judgedlines.take(session, me, told).count == 1
    (line,) = judgedlines.written(session.scalars(judging.queries()))
    assert json.loads(line) | {"qid": 0} == {"qid": 0, "kind": "", "q": "regar la «ñuña»", "relevant": ["r1"]}
    again = judgedlines.take(session, me, line.replace("r1", "r2"))
    assert (again.count, again.refused) == (1, {})
    assert [each.relevant for each in session.scalars(judging.queries())] == [["r2"]]


@pytest.mark.parametrize(
    "line",
    [
        "nada",
        "[]",
        "1",
        "{}",
        '{"q": 1}',
        '{"q": "papa", "relevant": "r1"}',
        '{"q": "papa", "relevant": [1]}',
        '{"q": "¿?"}',
        "[" * 100_000,
    ],
)
def test_bad_lines_are_told_by_number_and_the_others_taken(session: Session, me: Viewer, line: str) -> None:
    taken = judgedlines.take(session, me, f'{{"q": "riego"}}\n{line}\n{{"q": "\\ud800 papa\\u0000"}}')
    assert (taken.count, list(taken.refused)) == (2, [2])
    assert len(session.scalars(select(JudgedQuery)).all()) == 2


def test_too_many_lines_are_refused(session: Session, me: Viewer) -> None:
    with pytest.raises(BadInput):
        judgedlines.take(session, me, "\n" * (judgedlines.MOST_LINES + 1))
    with pytest.raises(BadInput):
        judgedlines.take(session, me, "x" * (judgedlines.MOST_BYTES + 1))
