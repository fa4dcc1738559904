"""The operators' commands of the grade ledger."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from lrc.celery import celery
from lti.gradecommands import grade_commands
from lti.grades import Reason
from lti.models import Score, ScoreState
from tests.lti.scores import Pair, pair

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*words: str) -> Result:
        return CliRunner().invoke(grade_commands, words, obj=lambda: app)

    return run


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The scores handed to the broker."""
    ids: list[int] = []
    monkeypatch.setattr(celery, "send_task", lambda _name, args: ids.append(args[0]))
    return ids


def settled(owner: Pair, given: float, state: ScoreState, reason: str = "", said: str = "") -> Score:
    score = owner.owe(given, origin=f"quiz:{given}")
    score.state, score.reason, score.said = state, reason, said
    owner.session.commit()
    return score


@pytest.fixture
def owed(session: Session, sent: list[int]) -> list[Score]:
    """One of each state, at two platforms."""
    here, there = pair(session), pair(session)
    made = [
        settled(here, 1, ScoreState.CREATED, Reason.NO_ANSWER, "timed out"),
        settled(here.neighbour(), 2, ScoreState.REFUSED, Reason.NO_COLUMN, "404"),
        settled(here.neighbour(), 3, ScoreState.ACCEPTED),
        settled(there, 4, ScoreState.REFUSED, Reason.GAVE_UP, "503"),
        settled(there.neighbour(), 5, ScoreState.SENDING),
    ]
    sent.clear()
    return made


def issuer(score: Score) -> str:
    return score.link.context.platform.issuer


def test_pending_counts_by_platform_and_shows_the_oldest(run: Run, owed: list[Score]) -> None:
    said = run("pending").output

    assert f"1  refused   no-column       {issuer(owed[1])}" in said
    assert f"1  sending   -               {issuer(owed[4])}" in said
    assert [line.split("\t")[0] for line in said.splitlines() if "\t" in line] == [
        str(each.id) for each in owed if each.state is not ScoreState.ACCEPTED
    ]
    assert "accepted" not in said


def test_pending_says_that_nothing_is_owed(run: Run) -> None:
    assert "Nothing is owed" in run("pending").output


@pytest.mark.parametrize(
    ("words", "which"),
    [
        (["--all"], [0, 1, 3]),
        (["--reason", "gave-up"], [3]),
        (["--state", "created"], [0]),
        (["--state", "sending"], []),
    ],
)
def test_retry_hands_out_what_was_chosen(
    run: Run, session: Session, owed: list[Score], sent: list[int], words: list[str], which: list[int]
) -> None:
    ids = [owed[number].id for number in which]

    assert run("retry", *words).output == f"{len(ids)} handed out to be sent.\n"

    assert sent == ids
    session.expire_all()
    assert all(owed[number].state is ScoreState.CREATED and owed[number].reason == "" for number in which)


def test_retry_takes_numbers_and_platforms(run: Run, owed: list[Score], sent: list[int]) -> None:
    run("retry", str(owed[1].id), str(owed[2].id))
    assert sent == [owed[1].id]

    run("retry", "--platform", issuer(owed[3]))
    assert sent == [owed[1].id, owed[3].id]


def test_retry_wants_to_know_which(run: Run, owed: list[Score], sent: list[int]) -> None:
    assert run("retry").exit_code == 2
    assert sent == []


def test_export_writes_what_is_needed_to_enter_scores_by_hand_and_no_names(run: Run, owed: list[Score]) -> None:
    lines = [json.loads(line) for line in run("export").output.splitlines()]

    assert [line["id"] for line in lines] == [owed[number].id for number in (0, 1, 3, 4)]
    first = lines[0]
    assert (first["sub"], first["given"], first["maximum"]) == (owed[0].person.sub, 1, 20)
    assert (first["issuer"], first["line_item"]) == (issuer(owed[0]), owed[0].link.lineitem_url)
    assert owed[0].person.name not in run("export").output


def test_export_writes_a_table_too_without_formulas(run: Run, session: Session, owed: list[Score]) -> None:
    owed[1].said = "=HYPERLINK(1)"
    session.commit()
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", "--reason", "no-column").output)))

    assert [(row["id"], row["state"], row["said"]) for row in rows] == [(str(owed[1].id), "refused", "'=HYPERLINK(1)")]
