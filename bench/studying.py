"""Students answering a quiz at once: the real web server on SQLite and PostgreSQL, against a view that writes one row.

    python -m bench.studying [--students 200] [--questions 8] [--every 5]

Each student answers a question every so many seconds (half to one and a half of it, by chance) and then submits, over
a new connection each time. "steady" is that; "at once" is one more answer of all students within the same second.
Milliseconds are from before connecting to the whole receipt, seen by clients that share the two cores; CPU is of the
server's processes for each request. "lost" are answers that were told to be safe and are not in the journal, and
attempts that are not worth what was answered. PostgreSQL syncs each commit to disk; SQLite does as the tool sets it up.
The peer does not know who asks, checks nothing, reads nothing and marks nothing.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import psutil
from sqlalchemy import select

from bench.launching import percentile
from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from lrc.stack import programs
from lrc.stack.supervisor import Supervisor
from lrc.study.models import Attempt, Entry
from tests import ports, postgres
from tests.services import environment, supervised
from tests.study import learners, phones
from tests.study.phones import Phone

_GOAL_MS = 500
_HEAD = "| database | server | load | requests | failed | p50 ms | p95 ms | most ms | CPU ms | lost |"


@dataclass
class Run:
    """One server under both loads."""

    database: str
    server: str
    phones: list[Phone]
    cpu_ms: dict[str, float] = field(default_factory=dict)
    took_ms: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    lost: int = 0

    def under(self, load: str, web: Supervisor, work: Callable[[Phone], None]) -> None:
        """Have each phone do the work in a thread of its own."""
        for phone in self.phones:
            phone.took_s, phone.failures = [], 0
        before = _cpu_s(web)
        threads = [threading.Thread(target=work, args=(phone,)) for phone in self.phones]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.took_ms[load] = [1000 * each for phone in self.phones for each in phone.took_s]
        self.cpu_ms[load] = 1000 * (_cpu_s(web) - before) / len(self.took_ms[load])
        self.failed[load] = sum(phone.failures for phone in self.phones)

    def show(self) -> None:
        for load, took in self.took_ms.items():
            times = " | ".join(f"{each:.0f}" for each in (percentile(took, 0.5), percentile(took, 0.95), max(took)))
            counts = f"{len(took)} | {self.failed[load]} | {times} | {self.cpu_ms[load]:.1f}"
            click.echo(f"| {self.database} | {self.server} | {load} | {counts} | {self.lost} |")


def study(run: Run, web: Supervisor, questions: int, every_s: float) -> None:
    """Both loads, one after the other; what is submitted at the end is not counted in the second."""
    chance = random.Random(4)
    pauses = {id(phone): [chance.uniform(0.5, 1.5) * every_s for _ in range(questions)] for phone in run.phones}

    def steadily(phone: Phone) -> None:
        time.sleep(chance.uniform(0, every_s))
        for number, pause in enumerate(pauses[id(phone)], 1):
            phone.answer(f"q{number}", "si")
            time.sleep(pause)

    def at_once(phone: Phone) -> None:
        time.sleep(chance.uniform(0, 1))
        phone.answer("q1", "casi")

    run.under("steady", web, steadily)
    run.under("at once", web, at_once)
    run.under("submitting at once", web, lambda phone: _submit(phone, chance))


def _submit(phone: Phone, chance: random.Random) -> None:
    time.sleep(chance.uniform(0, 1))
    phone.submit()


def ours(database: str, settings: Settings, students: int, questions: int, every_s: float) -> Run:
    """The tool's web server as a small machine runs it; counts afterwards what was lost."""
    migrations.upgrade(settings)
    app = create_app(settings)
    with app.app_context(), new_session(engine_of(app)) as session:
        asked = [f"q{number}" for number in range(1, questions + 1)]
        module = learners.module(session, learners.quiz("prueba", *asked))
        run = Run(database, "ours", [phones.of_student(app, session, module) for _ in range(students)])
        with supervised(settings.data / "logs", programs.web(settings, environment(settings), ())) as web:
            study(run, web, questions, every_s)
        session.rollback()
        held = set(session.scalars(select(Entry.uid)))
        safe = {uid for phone in run.phones for uid in phone.safe}
        expected = questions - 0.5
        wrong = [each for each in session.scalars(select(Attempt.given)) if each != expected]
        run.lost = len(safe - held) + len(wrong)
    engine_of(app).dispose()
    return run


def peer(database: str, settings: Settings, students: int, questions: int, every_s: float) -> Run:
    run = Run(
        database, "peer", [Phone(settings.tool_url, {"Content-Type": "application/json"}, 1) for _ in range(students)]
    )
    web = programs.web(settings, environment(settings) | {"BARE_DATABASE_URL": settings.database_url}, ())
    bare = replace(web, command=(*web.command[:-1], "bench.bare_journal:app"), folder=Path.cwd())
    with supervised(settings.data / "logs", bare) as running:
        study(run, running, questions, every_s)
    return run


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, str, str]]]:
    """Name, address for ours and address for the peer."""
    with postgres.running(postgres.DURABLE) as cluster:
        for name in ("ours", "peer"):
            cluster.execute(f"CREATE DATABASE {name}")
        yield [
            ("SQLite", f"sqlite:///{folder / 'ours.sqlite3'}", f"sqlite:///{folder / 'peer.sqlite3'}"),
            ("PostgreSQL", cluster.url("ours"), cluster.url("peer")),
        ]


def _settings(folder: Path, database_url: str) -> Settings:
    return ports.on_loopback(
        Settings(
            mode="test",
            data=folder,
            secret_key="a-secret-key-of-the-benchmark-alone",
            database_url=database_url,
            broker_url="memory://",
            s3_endpoint_url="http://127.0.0.1:9",
            s3_public_url="http://127.0.0.1:9",
            s3_access_key="none",
            s3_secret_key="none",
            log_level="ERROR",
        )
    )


def _cpu_s(web: Supervisor) -> float:
    main = psutil.Process(web.pids()["web"])
    times = [each.cpu_times() for each in (main, *main.children(recursive=True))]
    return sum(each.user + each.system for each in times)


@click.command()
@click.option("--students", default=200, show_default=True)
@click.option("--questions", default=8, show_default=True)
@click.option("--every", default=5.0, show_default=True, help="seconds between the answers of one student")
def main(students: int, questions: int, every: float) -> None:
    """Print the table, and whether the goal is met."""
    runs = []
    folder = Path(tempfile.mkdtemp(prefix="lrc-bench-"))
    try:
        with databases(folder) as known:
            for database, own_url, peer_url in known:
                runs.append(ours(database, _settings(folder, own_url), students, questions, every))
                runs.append(peer(database, _settings(folder, peer_url), students, questions, every))
    finally:
        shutil.rmtree(folder)
    click.echo(f"{students} students, an answer every {every:g} s each:\n\n{_HEAD}\n|{' --- |' * _HEAD.count(' |')}")
    for run in runs:
        run.show()
    for mine, other in zip(runs[::2], runs[1::2], strict=True):
        ratio = mine.cpu_ms["steady"] / other.cpu_ms["steady"]
        click.echo(f"\n{mine.database}: {ratio:.1f} times the peer's CPU for an answer")
    own = runs[::2]
    slow = [run for run in own if percentile(run.took_ms["steady"], 0.95) >= _GOAL_MS]
    broken = [run for run in own if run.lost or any(run.failed.values())]
    click.echo(f"\nGoal (no error, p95 under {_GOAL_MS} ms, nothing lost): {'missed' if slow or broken else 'met'}")


if __name__ == "__main__":
    main()
