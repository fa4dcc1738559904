"""A sample every night: when it is due, how much it takes, a slice at a time; and mail about what it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.fixity import alarm, rounds, tasks
from catalog.models import FixityRound, RoundKind
from lrc.celery import celery
from lrc.config import Settings
from lrc.db import transaction, utcnow
from tests.catalog.fixity.storing import Vault, file_of

NIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # two in the morning in Lima
DAY = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent


def only_round(session: Session) -> FixityRound:
    session.rollback()
    session.expire_all()
    return session.scalars(select(FixityRound)).one()


@pytest.mark.parametrize(
    ("now", "hours_ago", "is_due"),
    [
        (NIGHT, None, True),
        (DAY, None, True),
        (NIGHT, 24, True),
        (NIGHT, 3, False),
        (DAY, 24, False),
        (DAY, 31, True),
    ],
)
def test_a_sample_is_taken_at_night_and_by_day_where_a_night_was_missed(
    app: Flask,
    session: Session,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    hours_ago: int | None,
    is_due: bool,
) -> None:
    monkeypatch.setattr("catalog.fixity.rounds.utcnow", lambda: now)
    if hours_ago is not None:
        began = now - timedelta(hours=hours_ago)
        session.add(FixityRound(kind=RoundKind.SAMPLE, began_at=began, moved_at=began, ended_at=began))
        session.flush()
    assert (rounds.due_sample(session, settings) is not None) is is_due


def test_a_sample_left_in_the_middle_is_gone_on_with_but_not_by_two(
    app: Flask, session: Session, settings: Settings
) -> None:
    begun = rounds.due_sample(session, settings)
    assert begun is not None
    assert rounds.due_sample(session, settings) is None
    begun.moved_at = utcnow() - timedelta(hours=1)
    session.flush()
    assert rounds.due_sample(session, settings) is begun


def test_a_sample_looks_at_everything_that_it_may(vault: Vault, sent: list[Any]) -> None:
    sound, lost = file_of(vault.resource("Uno.")), file_of(vault.resource("Dos."))
    vault.lose(lost.key)
    tasks.check_sample()
    done = only_round(vault.session)
    assert done.ended_at is not None
    assert (done.objects, done.damaged, done.mended) == (2, 1, 0)
    assert vault.outcomes() == {sound.key: "sound", lost.key: "missing"}
    assert sent == []


def test_a_slice_hands_on_to_the_next(vault: Vault, sent: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        vault.resource(f"Texto {number}.")
    monkeypatch.setattr(tasks, "SLICE_S", 0.0)
    tasks.check_sample()
    begun = only_round(vault.session)
    assert (begun.objects, begun.ended_at) == (1, None)
    assert sent == [("catalog.check_sample", [begun.id])]
    monkeypatch.setattr(tasks, "SLICE_S", 60.0)
    tasks.check_sample(begun.id)
    assert only_round(vault.session).objects == 3
    assert only_round(vault.session).ended_at is not None


def test_a_night_has_its_share_of_bytes(vault: Vault, settings: Settings, app: Flask, sent: list[Any]) -> None:
    app.config["LRC_SETTINGS"] = replace(settings, fixity_bytes=5)
    for number in range(3):
        vault.resource(f"{number}23")
    tasks.check_sample()
    assert only_round(vault.session).objects == 2
    assert only_round(vault.session).ended_at is not None


def test_a_letter_tells_each_damage_once(vault: Vault, settings: Settings) -> None:
    file = file_of(vault.resource("Uno.", title="Guía de riego"))
    vault.lose(file.key)
    vault.check(file)
    with transaction() as own:
        letter = alarm.untold(own, settings)
        assert letter is not None
        assert letter.subject == "1 archivo dañado en la biblioteca"
        assert f"- Perdido: «Guía de riego» ({file.key})" in letter.text
        assert "https://tool.example/operator/files" in letter.text
        alarm.told(own, letter)
    with transaction() as own:
        assert alarm.untold(own, settings) is None
    vault.put(file.key, "Uno.")
    vault.check(file)
    vault.lose(file.key)
    vault.check(file)
    with transaction() as own:
        assert alarm.untold(own, settings) is not None
