"""The web server killed, its database connections cut, in the middle of answers: nothing told to be safe is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import psutil
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.stack import programs
from lrc.stack.supervisor import Supervisor
from lrc.study.models import Attempt, Entry, Study
from tests import ports
from tests.services import environment, supervised
from tests.study import learners, phones
from tests.study.phones import Phone

QUESTIONS = [f"q{number}" for number in range(1, 13)]
STUDENTS = 3


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(ports.on_loopback(settings), web_workers=1, web_threads=4)


@pytest.fixture
def web(app: Flask, settings: Settings) -> Iterator[Supervisor]:
    """The real web server, started again when it dies."""
    with supervised(settings.data / "logs", programs.web(settings, environment(settings), ())) as supervisor:
        yield supervisor


@pytest.fixture
def students(app: Flask, session: Session) -> list[Phone]:
    module = learners.module(session, learners.quiz("prueba", *QUESTIONS))
    return [phones.of_student(app, session, module) for _ in range(STUDENTS)]


def test_the_web_server_killed_in_the_middle_of_answers_loses_nothing_that_was_told_to_be_safe(
    session: Session, web: Supervisor, students: list[Phone]
) -> None:
    def kill() -> None:
        main = psutil.Process(web.pids()["web"])
        for process in [*main.children(recursive=True), main]:
            process.kill()

    work_through(web, students, [kill])

    check(session, students)


@pytest.mark.postgresql  # with SQLite there are no connections to be cut
def test_connections_cut_in_the_middle_of_answers_lose_nothing_that_was_told_to_be_safe(
    session: Session, web: Supervisor, students: list[Phone]
) -> None:
    def cut() -> None:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        all_others = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        for _ in range(20):
            session.execute(all_others)
            session.rollback()
            time.sleep(0.02)

    work_through(web, students, [cut, cut, cut])

    check(session, students)


def work_through(web: Supervisor, students: list[Phone], harms: list[Callable[[], None]]) -> None:
    """Have all answer each question wrong and then right, and submit, while one harm after the other is done."""
    threads = [threading.Thread(target=_study, args=(phone,)) for phone in students]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        web.tick()
        if harms and web.all_ready() and min(phone.said for phone in students) > 5:
            harms.pop()()
        time.sleep(0.25)
    assert harms == []


def _study(phone: Phone) -> None:
    for response in ("no", "si"):
        for question in QUESTIONS:
            phone.answer(question, response)
            time.sleep(0.1)
    phone.submit()


def check(session: Session, students: list[Phone]) -> None:
    assert sum(phone.failures for phone in students) > 0  # else nothing was tried
    session.rollback()
    for phone in students:
        assert phone.outbox == []
    journal = list(session.scalars(select(Entry.uid)))
    assert len(journal) == len(set(journal))
    assert set(journal) == set().union(*(phone.safe for phone in students))
    assert [each.given for each in session.scalars(select(Attempt))] == [len(QUESTIONS)] * STUDENTS
    assert [each.percent for each in session.scalars(select(Study))] == [100] * STUDENTS
