"""What is kept of calls that failed: the latest of each platform, readable, without tokens."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti import failures
from lti.models import Platform, ServiceFailure
from tests import factories


@pytest.fixture
def platform(session: Session) -> Platform:
    made = factories.platform(session)
    session.commit()
    return made


def test_of_each_platform_the_latest_failures_are_kept(
    app: Flask, session: Session, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "KEPT_OF_A_PLATFORM", 3)
    other = factories.platform(session)
    session.commit()
    failures.note(other.id, "score", "https://a.example", None, "took too long")
    for number in range(5):
        failures.note(platform.id, "score", "https://a.example", 400 + number, "no")
    assert [each.status for each in failures.recent(session, platform.id)] == [404, 403, 402]
    assert [each.status for each in failures.recent(session, platform.id, limit=1)] == [404]
    assert [each.said for each in failures.recent(session, other.id)] == ["took too long"]


def test_old_failures_are_forgotten_and_those_of_nobody_are_not_kept(
    app: Flask, session: Session, platform: Platform
) -> None:
    session.add(
        ServiceFailure(
            platform_id=platform.id,
            service="score",
            url="x",
            failed_at=utcnow() - failures.KEPT_FOR - failures.KEPT_FOR,
        )
    )
    session.commit()
    failures.note(platform.id, "score", "https://a.example/?access_token=abc", 500, "x" * 5000)
    failures.note(platform.id + 1, "score", "https://a.example", 500, "")
    failures.forget_old(session)
    [row] = session.scalars(select(ServiceFailure))
    assert (row.url, len(row.said)) == ("https://a.example/?access_token=[...]", failures.MAX_CHARACTERS)


@pytest.mark.parametrize(
    ("said", "kept_of_it"),
    [
        ("no: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl!", "no: [...]!"),
        ("cut eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0", "cut [...]"),
        ('{"access_token": "abc", "id_token":"d e"}', '{"access_token": "[...]", "id_token":"[...] e"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [...]"),
        ("my words", "[...]s"),
    ],
)
def test_what_is_kept_of_an_answer_has_no_tokens(said: str, kept_of_it: str) -> None:
    assert failures.readable(said, "my word", "") == kept_of_it


def test_a_hostile_answer_is_read_in_no_time() -> None:
    begun = time.process_time()
    for part in ("eyJ", "<", "<script>", "bearer ", "<b ", "eyJaaaaaaaa.", "&#"):
        failures.readable(part * 200_000)
    assert time.process_time() - begun < 5
