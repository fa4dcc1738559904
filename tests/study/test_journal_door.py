"""The door of the journal: what a browser's script sends and is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lrc.db import engine_of
from lrc.study import studies
from lrc.study.models import Entry, Study
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import learners

DOOR = "/study/journal"


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Ana")


@pytest.fixture
def study(session: Session, person: Person) -> Study:
    """Of a lesson and a quiz, with one attempt open."""
    viewer = factories.viewer(session, Role.STUDENT, by=person)
    made = studies.begin(session, viewer, learners.module(session))
    learners.attempt(session, made)
    return made


@pytest.fixture
def browser(app: Flask, session: Session, person: Person, study: Study) -> Browser:
    return factories.signed_in(app, session, by=person)


def hand_in(browser: Browser, lines: Any = (), submit: Any = None, **others: Any) -> Any:
    """What the door answers, as JSON."""
    answer = send(browser, {"lines": list(lines), "submit": submit}, **others)
    assert answer.status_code == 200, answer.text
    return answer.json


def send(browser: Browser, sent: Any, **headers: str) -> Any:
    data = sent if isinstance(sent, (bytes, str)) else json.dumps(sent)
    token = {"X-CSRFToken": browser.csrf_token()}
    return browser.post(DOOR, data=data, content_type="application/json", headers=token | headers)


def line(study: Study, **fields: Any) -> dict[str, Any]:
    given = {"uid": learners.uid(), "module": study.module_id, "kind": "answered", "part": "prueba", "attempt": 1}
    return given | {"question": "q1", "response": "si", "sequence": 1, "said_at": "2026-05-03T10:00:00.000Z"} | fields


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Entry)) or 0


def test_what_is_kept_is_told_and_what_is_submitted_comes_with_its_points(browser: Browser, study: Study) -> None:
    lines = [line(study), line(study, question="q2", response="casi", sequence=2)]
    submit = {name: lines[0][name] for name in ("module", "part", "attempt")} | {"uid": learners.uid(), "sequence": 3}

    told = hand_in(browser, lines, submit)

    assert set(told["kept"]) == {lines[0]["uid"], lines[1]["uid"], submit["uid"]}
    assert (told["late"], told["refused"], told["sequence"]) == ([], {}, 3)
    assert told["submitted"] == {
        **{"module": study.module_id, "part": "prueba", "attempt": 1},
        **{"given": 1.5, "maximum": 2.0, "percent": 75.0, "passed": True},
    }
    assert hand_in(browser, lines, submit) == told


def test_nothing_is_told_to_be_safe_where_the_commit_fails(
    app: Flask, session: Session, browser: Browser, study: Study
) -> None:
    engine = engine_of(app)

    def fail(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    event.listen(engine, "commit", fail)
    try:
        answer = send(browser, {"lines": [line(study)]})
    finally:
        event.remove(engine, "commit", fail)

    assert answer.status_code >= 500
    assert "kept" not in answer.json
    assert answer.json["reference"]
    assert count(session) == 0


def test_lines_of_what_somebody_else_studies_are_refused(
    session: Session, app: Flask, study: Study, browser: Browser
) -> None:
    stranger = factories.signed_in(app, session)
    sent = line(study)

    told = hand_in(stranger, [sent])

    assert list(told["refused"]) == [sent["uid"]]
    assert count(session) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": "no-uuid"},
        {"uid": 7},
        {"kind": "erased"},
        {"kind": []},
        {"part": ""},
        {"part": "x" * 41},
        {"part": "no\0where"},
        {"question": {"a": 1}},
        {"attempt": "1"},
        {"attempt": True},
        {"attempt": 2**70},
        {"module": 0},
        {"module": 2**40},
        {"module": "1"},
        {"sequence": "9"},
        {"sequence": 1.5},
        {"response": "x" * 30_000},
        {"response": "\ud800"},
        {"response": float("nan")},
        {"response": [[[["deep"]]]]},
        {"response": {"nobody": "asked"}},
    ],
)
def test_a_line_that_cannot_be_is_refused_by_itself(
    session: Session, browser: Browser, study: Study, wrong: dict[str, Any]
) -> None:
    good, bad = line(study), line(study) | wrong

    told = hand_in(browser, [bad, good])

    assert told["kept"] == [good["uid"]]
    assert list(told["refused"]) == [bad["uid"] if isinstance(bad["uid"], str) else "#0"]
    assert count(session) == 1


@pytest.mark.parametrize("said_at", [None, 0, "yesterday", "+275760-09-13T00:00:00.000Z", "9999-12-31T23:59:59-14:00"])
def test_a_phones_clock_costs_no_answer(browser: Browser, study: Study, said_at: Any) -> None:
    sent = line(study, said_at=said_at)

    assert hand_in(browser, [sent])["kept"] == [sent["uid"]]


@pytest.mark.parametrize("sent", [None, 7, [], {"lines": 3}, "{", b"\xff", "[" * 100_000, {"lines": {}}])
def test_what_is_no_parcel_is_refused_as_json(browser: Browser, sent: Any) -> None:
    answer = send(browser, sent)

    assert answer.status_code == 422
    assert answer.json["message"].endswith(".")


@pytest.mark.parametrize("sent", [{"lines": [{}] * 501}, "x" * 300_000])
def test_too_much_at_once_is_refused_as_json(browser: Browser, sent: Any) -> None:
    answer = send(browser, sent)

    assert answer.status_code == 413
    assert answer.json["message"].endswith(".")


def test_who_is_not_signed_in_is_told_so_as_json(app: Flask, browser: Browser) -> None:
    nobody = Browser(app)

    answer = send(nobody, {"lines": []})

    assert answer.status_code == 401
    assert answer.json["title"]


def test_without_the_token_of_forms_nothing_is_taken(session: Session, browser: Browser, study: Study) -> None:
    answer = browser.post(DOOR, json={"lines": [line(study)]})

    assert answer.status_code in (400, 409)
    assert answer.json["message"]
    assert count(session) == 0


def test_lines_of_several_modules_come_together(
    session: Session, app: Flask, browser: Browser, person: Person, study: Study
) -> None:
    other = studies.begin(session, factories.viewer(session, by=person), learners.module(session))
    session.commit()
    sent = [line(study), line(other, kind="read", part="leccion", attempt=None, question="")]

    told = hand_in(browser, sent)

    assert set(told["kept"]) == {each["uid"] for each in sent}
    session.expire_all()
    assert session.get_one(Study, other.id).read_parts == ["leccion"]
