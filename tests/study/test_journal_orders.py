"""Whatever order, loss, repetition and clocks: the journal as a set and the score end as a simple model says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.study import attempts, journal
from lrc.study.journal import Line, Receipt
from lrc.study.models import Attempt, Entry, EntryKind, Study
from tests.study import learners
from tests.study.learners import answer, submitting

MODEST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
QUESTIONS = ("q1", "q2", "q3")
WORTH = {"si": 1.0, "casi": 0.5, "no": 0.0, None: 0.0}
responses = st.sampled_from(list(WORTH))
clocks = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@contextmanager
def trying(session: Session, module_id: int) -> Iterator[Attempt]:
    """An attempt of somebody new, forgotten at the end."""
    study = learners.study(session, session.get_one(Resource, module_id))
    yield learners.attempt(session, study)
    session.rollback()


@pytest.fixture
def module_id(session: Session) -> int:
    made = learners.module(session, learners.quiz("prueba", *QUESTIONS))
    session.commit()
    return made.id


@dataclass
class Model:
    """What a server should know: the simplest that can be."""

    uids: set[str] = field(default_factory=set)
    in_time: list[Line] = field(default_factory=list)
    score: float | None = None

    def deliver(self, lines: Sequence[Line]) -> None:
        is_open = self.score is None
        for line in lines:
            if line.uid not in self.uids and is_open and line.kind is EntryKind.ANSWERED:
                self.in_time.append(line)
            self.uids.add(line.uid)
        if is_open and any(line.kind is EntryKind.SUBMITTED for line in lines):
            self.score = score_of(self.in_time)


def score_of(lines: Sequence[Line]) -> float:
    newest: dict[str, Line] = {}
    for line in sorted(lines, key=lambda each: (each.sequence, each.uid)):
        newest[line.question] = line
    return sum(WORTH[line.response] for line in newest.values())


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """Lines of any devices, and messages that bring each of them at least once, in any order, some of them again."""
    count = draw(st.integers(1, 12))
    lines = [
        answer(draw(st.sampled_from(QUESTIONS)), draw(responses), draw(st.integers(1, 8)), said_at=draw(clocks))
        for _ in range(count)
    ]
    again = draw(st.lists(st.sampled_from(lines), max_size=6))
    order = draw(st.permutations([*lines, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)) | {0, len(order)})
    return lines, [list(order[a:b]) for a, b in pairwise(cuts)]


@MODEST
@given(sent=deliveries())
def test_the_order_of_messages_changes_nothing(
    session: Session, module_id: int, sent: tuple[list[Line], list[list[Line]]]
) -> None:
    lines, messages = sent
    with trying(session, module_id) as attempt:
        for message in messages:
            assert set(journal.write(session, attempt.study, message).kept) == {each.uid for each in message}
        attempts.submit(session, attempt, [])

        assert written(session, attempt.study, EntryKind.ANSWERED) == {each.uid for each in lines}
        assert attempt.given == score_of(lines)


@MODEST
@given(sent=deliveries(), brought=st.integers(0, 4))
def test_a_submission_that_overtakes_answers_carries_them(
    session: Session, module_id: int, sent: tuple[list[Line], list[list[Line]]], brought: int
) -> None:
    lines, messages = sent
    with trying(session, module_id) as attempt:
        for message in messages[:brought]:
            journal.write(session, attempt.study, message)
        attempts.submit(session, attempt, lines)
        for message in messages[brought:]:
            journal.write(session, attempt.study, message)

        assert written(session, attempt.study, EntryKind.ANSWERED) == {each.uid for each in lines}
        assert attempt.given == score_of(lines)


@dataclass
class Device:
    """A browser: its clocks, and what it keeps until it is told that it is safe."""

    clock: int = 0
    outbox: list[Line] = field(default_factory=list)

    def say(self, line: Line) -> None:
        self.clock += 1
        self.outbox.append(replace(line, sequence=self.clock))

    def learn(self, receipt: Receipt) -> None:
        self.clock = max(self.clock, receipt.sequence)
        self.outbox = [line for line in self.outbox if line.uid not in receipt.kept]


@st.composite
def days(draw: st.DrawFn) -> list[tuple[int, str, Line]]:
    """What two devices do in turn: which of them, how its message fares, and what is answered before."""
    device, fate = st.integers(0, 1), st.sampled_from(["arrives", "answer is lost", "is lost", "not sent"])
    made = []
    for _ in range(draw(st.integers(1, 14))):
        is_end = draw(st.integers(0, 9)) == 0
        said = (
            submitting() if is_end else answer(draw(st.sampled_from(QUESTIONS)), draw(responses), said_at=draw(clocks))
        )
        made.append((draw(device), draw(fate), said))
    return made


@MODEST
@given(day=days())
def test_two_devices_that_lose_messages_end_as_the_model_says(
    session: Session, module_id: int, day: list[tuple[int, str, Line]]
) -> None:
    model, devices = Model(), [Device(), Device()]
    with trying(session, module_id) as attempt:

        def send(device: Device, fate: str) -> None:
            if fate in ("arrives", "answer is lost"):
                model.deliver(device.outbox)
                receipt = journal.write(session, attempt.study, device.outbox)
                if fate == "arrives":
                    device.learn(receipt)

        for number, fate, said in day:
            devices[number].say(said)
            send(devices[number], fate)
        for device in devices:
            send(device, "arrives")
            assert device.outbox == []

        assert written(session, attempt.study, *EntryKind) == model.uids == {said.uid for _, _, said in day}
        assert attempt.given == model.score


@MODEST
@given(said=st.lists(st.tuples(responses, st.integers(-(2**70), 2**70)), min_size=1, max_size=8))
def test_a_device_whose_counting_is_broken_loses_nothing_and_silences_nobody(
    session: Session, module_id: int, said: list[tuple[str | None, int]]
) -> None:
    with trying(session, module_id) as attempt:
        for response, sequence in said:
            receipt = journal.write(session, attempt.study, [answer("q1", response, sequence)])
            assert len(receipt.kept) == 1
        good = Device(clock=receipt.sequence)
        good.say(answer("q1", "casi"))
        journal.write(session, attempt.study, good.outbox)
        attempts.submit(session, attempt, [])

        assert attempt.given == 0.5


def written(session: Session, study: Study, *kinds: EntryKind) -> set[str]:
    """The uids of what the journal holds, of these kinds."""
    query = select(Entry.uid).where(Entry.study_id == study.id, Entry.kind.in_(kinds))
    return set(session.scalars(query))
