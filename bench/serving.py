"""Searches against the real web server: 50 a second, alone and beside an import; and how soon changes are found.

    python -m bench.serving RECORDS.jsonl[.gz] [--records 100000] [--rate 50] [--seconds 20]

Searches come at times of chance, whether or not earlier ones were answered, each over a new connection, from one
student's visit; milliseconds are from when each was due. "alone" is nothing else; "importing" is `lrc import` of as
many new records at the same time on the same two cores. Meanwhile something is published and withdrawn again and
again, through the indexing worker: seconds from the commit until a search finds it, and until it no longer does.
"""

from __future__ import annotations

import http.client
import json
import queue
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
from flask import Flask

from bench.corpus import asked, given
from bench.importing import records
from bench.launching import percentile
from catalog import indexing
from catalog.models import Resource, ResourceState
from lrc import migrations
from lrc.app import create_app
from lrc.celery import INDEXING
from lrc.config import Settings
from lrc.db import engine_of, new_session, transaction
from lrc.stack import centre, kept, programs, valkey
from search.documents import Query
from search.engine import current_index
from tests.factories import signed_in
from tests.services import environment, supervised

_CONNECTIONS = 64
_TIMEOUT_S = 30
_NEVER_S = 60.0
_POLL_S = 0.01
_GOALS = "goals: p95 under 300 ms alone; importing at most twice that; found and gone within 2 s"


@dataclass
class Load:
    """Searches that are due at given times, and what became of them."""

    address: str
    cookie: str
    paths: Sequence[str]
    took_ms: list[float] = field(default_factory=list)
    failed: int = 0

    def run(self, rate: float, seconds: float) -> None:
        chance = random.Random(5)
        due: queue.Queue[tuple[float, str] | None] = queue.Queue()
        threads = [threading.Thread(target=self._serve, args=(due,)) for _ in range(_CONNECTIONS)]
        for thread in threads:
            thread.start()
        at = time.perf_counter()
        until = at + seconds
        while (at := at + chance.expovariate(rate)) < until:
            time.sleep(max(0.0, at - time.perf_counter()))
            due.put((at, chance.choice(self.paths)))
        for _ in threads:
            due.put(None)
        for thread in threads:
            thread.join()

    def _serve(self, due: queue.Queue[tuple[float, str] | None]) -> None:
        while (each := due.get()) is not None:
            at, path = each
            if not self._get(path):
                self.failed += 1
            self.took_ms.append(1000 * (time.perf_counter() - at))

    def _get(self, path: str) -> bool:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=_TIMEOUT_S)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            return answer.status == 200 and b"card" in answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Freshness(threading.Thread):
    """Publishes and withdraws one resource again and again, and looks when a search of its own notices."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app, self._ended = app, threading.Event()
        self.found_s: list[float] = []
        self.gone_s: list[float] = []

    def run(self) -> None:
        number = 0
        with self._app.app_context():
            while not self._ended.is_set():
                number += 1
                word = f"novedad{number}x{secrets.token_hex(4)}"
                with transaction() as session:
                    made = Resource(record_id=f"fresh:{word}", title=word, state=ResourceState.PUBLISHED)
                    session.add(made)
                    session.flush()
                    indexing.changed(session, made)
                    resource_id = made.id
                self.found_s.append(self._until(word, 1))
                with transaction() as session:
                    held = session.get_one(Resource, resource_id)
                    held.state = ResourceState.WITHDRAWN
                    indexing.changed(session, held)
                self.gone_s.append(self._until(word, 0))
                self._ended.wait(0.5)

    def _until(self, word: str, total: int) -> float:
        began = time.perf_counter()
        query = Query(f"titulo:{word}", frozenset({"everyone"}))
        while (taken := time.perf_counter() - began) < _NEVER_S:
            if current_index().search(query).total == total:
                return taken
            time.sleep(_POLL_S)
        return _NEVER_S

    def end(self) -> None:
        self._ended.set()
        self.join()


def _written(file: Path, count: int, name: str, into: Path) -> Path:
    path = into / f"{name}.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for record in records(file, count):
            out.write(json.dumps(record | {"id": f"{name}-{record['id']}"}, ensure_ascii=False) + "\n")
    return path


def _import(settings: Settings, lines: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "lrc", "import", str(lines)]
    return subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def _running(settings: Settings, state: Any) -> Iterator[None]:
    inside = environment(settings)
    indexer = next(each for each in programs.workers(settings, inside, ()) if each.name == INDEXING)
    broker = valkey.program(settings.data, state)
    with (
        supervised(settings.data / "logs", broker),
        supervised(settings.data / "logs", indexer, programs.web(settings, inside, ())),
    ):
        yield


def _measured(load: Load, app: Flask, rate: float, seconds: float, what: str) -> None:
    load.took_ms, load.failed = [], 0
    fresh = Freshness(app)
    fresh.start()
    load.run(rate, seconds)
    fresh.end()
    times = [percentile(load.took_ms, share) for share in (0.5, 0.95)]
    click.echo(
        f"| {what} | {len(load.took_ms)} | {load.failed} | {times[0]:.0f} | {times[1]:.0f} | {max(load.took_ms):.0f} |"
        f" {len(fresh.found_s)} | {max(fresh.found_s):.2f} | {max(fresh.gone_s):.2f} |"
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--records", "count", default=100_000, show_default=True)
@click.option("--rate", default=50.0, show_default=True, help="Searches a second.")
@click.option("--seconds", default=20.0, show_default=True)
def main(file: Path, count: int, rate: float, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept.prepare_folder(folder / "data")
        settings, state = centre.decide({"LRC_DATA": str(folder / "data"), "LRC_MODE": "test"})
        migrations.upgrade(settings)
        if _import(settings, _written(file, count, "first", folder)).wait():
            raise click.ClickException("the import failed")
        app = create_app(settings)
        with app.app_context(), new_session(engine_of(app)) as session, _running(settings, state):
            browser = signed_in(app, session)
            cookie = browser.get_cookie("lrc", domain=str(urlsplit(browser.tool_url).hostname))
            assert cookie is not None
            pairs = asked(given(file), 200)["two words"]
            load = Load(settings.tool_url, f"lrc={cookie.value}", [f"/search?q={quote(pair)}" for pair in pairs])
            load.run(rate, 3)
            click.echo("| load | searches | failed | p50 ms | p95 ms | most ms | changes | found s | gone s |")
            click.echo("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
            _measured(load, app, rate, seconds, f"{rate:.0f} a second, alone")
            beside = _import(settings, _written(file, count, "second", folder))
            _measured(load, app, rate, seconds, f"{rate:.0f} a second, importing")
            beside.kill()
            beside.wait()
            click.echo(f"\n{_GOALS}")
        engine_of(app).dispose()


if __name__ == "__main__":
    main()
