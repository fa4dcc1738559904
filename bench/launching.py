"""Launches: CPU of one against the smallest pylti1p3 tool in the same run, and a whole class launching at once.

    python -m bench.launching [--launches 200] [--students 60] [--within 10]

The first table is CPU milliseconds of this process for login, launch and first page (signing, which is the platform's
work, is not counted), p50 and p95, in turns, and their ratio. The first page of ours is the library's; the peer's is
one line. The second is a class against the real web server on the settings of a small machine: seconds from the first
request to the whole first page, failures, and the memory of the server's processes after each of several classes.
"""

from __future__ import annotations

import http.client
import re
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import click
import psutil
from flask import Flask
from werkzeug.serving import make_server

from bench.bare_tool import create_bare_tool
from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session
from lrc.practice import registration
from lrc.practice.classroom import COURSES, PEOPLE
from lrc.practice.lms import create_practice_app
from lrc.practice.messages import CLIENT_ID, DEPLOYMENT_ID, SigningKey, Visit, body_of, sign
from lrc.stack import programs
from tests.services import environment, supervised

STUDENT, COURSE = PEOPLE["4"], COURSES["2"]
_COLD = 10
_CLASSES = 5


@dataclass(frozen=True)
class Sender:
    """The platform's part of a launch."""

    issuer: str
    tool_url: str
    key: SigningKey

    def login_fields(self) -> dict[str, str]:
        return {
            "iss": self.issuer,
            "target_link_uri": self.tool_url,
            "login_hint": STUDENT.sub,
            "lti_message_hint": '{"cmid": "11", "launchid": "ltilaunch11_1"}',
            "client_id": CLIENT_ID,
            "lti_deployment_id": DEPLOYMENT_ID,
        }

    def launch_fields(self, asked: str, sub: str = STUDENT.sub) -> dict[str, str]:
        """The signed answer to the authentication request at the address ``asked``."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        visit = Visit(replace(STUDENT, sub=sub), COURSE)
        body = body_of(visit, issuer=self.issuer, tool_url=self.tool_url, nonce=query["nonce"])
        return {"id_token": sign(body, self.key), "state": query["state"]}


def launch_cpu_ms(app: Flask, sender: Sender, browser: Any) -> float:
    """CPU of login, launch and first page in one browser that has been here before."""
    spent, asked = _cpu_of(lambda: browser.post("/lti/login", data=sender.login_fields(), base_url=sender.tool_url))
    if asked.location.startswith("/lti/login"):  # the first time only: does the browser keep cookies?
        more, asked = _cpu_of(lambda: browser.get(asked.location, base_url=sender.tool_url))
        spent += more
    fields = sender.launch_fields(asked.location)
    more, landed = _cpu_of(lambda: browser.post("/lti/launch", data=fields, base_url=sender.tool_url))
    spent += more
    more, page = _cpu_of(lambda: browser.get(landed.location, base_url=sender.tool_url))
    assert page.status_code == 200, page.status
    return spent + more


def _cpu_of(work: Any) -> tuple[float, Any]:
    began = time.process_time()
    answer = work()
    return (time.process_time() - began) * 1000, answer


@dataclass
class Student:
    """One browser of the class, with cookies of its own, over real connections."""

    sender: Sender
    sub: str
    cookies: dict[str, str]
    took_s: float = 0.0
    failure: str = ""

    def launch(self) -> None:
        began = time.monotonic()
        try:
            self._launch()
        except (OSError, http.client.HTTPException, AssertionError, KeyError) as error:
            self.failure = f"{type(error).__name__}: {error}"
        self.took_s = time.monotonic() - began

    def _launch(self) -> None:
        asked = self._ask("POST", "/lti/login", self.sender.login_fields())
        if asked.startswith("/lti/login"):
            asked = self._ask("GET", asked)
        landed = self._ask("POST", "/lti/launch", self.sender.launch_fields(asked, self.sub))
        assert "<main" in self._ask("GET", landed)

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> str:
        """The address that the answer leads to, or its body."""
        host = urlsplit(self.sender.tool_url).netloc
        connection = http.client.HTTPConnection(host, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields else None, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, value = header.split(";")[0].split("=", 1)
            self.cookies[name] = value
        assert answer.status in (200, 303), f"{method} {re.sub('=.*', '', path)} {answer.status}"
        return answer.headers["Location"] if answer.status == 303 else body


def a_class(sender: Sender, students: int, within_s: float, first_sub: int) -> list[Student]:
    """So many students of their own, beginning evenly within so many seconds."""
    everyone = [Student(sender, str(first_sub + number), {}) for number in range(students)]
    threads = [threading.Thread(target=each.launch) for each in everyone]
    began = time.monotonic()
    for number, thread in enumerate(threads):
        time.sleep(max(began + number * within_s / students - time.monotonic(), 0))
        thread.start()
    for thread in threads:
        thread.join()
    return everyone


@contextmanager
def platform(settings: Settings) -> Iterator[None]:
    """The practice LMS, which answers for its keys."""
    server = make_server("127.0.0.1", settings.practice_port, create_practice_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path) -> Settings:
    port = _free_port()
    return Settings(
        mode="test",
        data=folder,
        secret_key="a-secret-key-of-the-benchmark-alone",
        database_url=f"sqlite:///{folder / 'lrc.sqlite3'}",
        tool_url=f"http://127.0.0.1:{port}",
        web_port=port,
        practice_port=_free_port(),
        broker_url="memory://",
        s3_endpoint_url="http://127.0.0.1:9",
        s3_public_url="http://127.0.0.1:9",
        s3_access_key="none",
        s3_secret_key="none",
        log_level="ERROR",
    )


def compare(settings: Settings, sender: Sender, launches: int) -> None:
    ours = create_app(settings)
    peer = create_bare_tool(sender.issuer, sender.key, sender.tool_url)
    spent: dict[str, list[float]] = {"ours": [], "peer": []}
    browsers = {"ours": (ours, ours.test_client()), "peer": (peer, peer.test_client())}
    for _ in range(launches + _COLD):
        for name, (app, browser) in browsers.items():
            spent[name].append(launch_cpu_ms(app, sender, browser))
    warm = {name: values[_COLD:] for name, values in spent.items()}
    click.echo("| login + launch + first page | p50 ms | p95 ms |\n| --- | ---: | ---: |")
    for name, values in warm.items():
        click.echo(f"| {name} | {percentile(values, 0.5):.2f} | {percentile(values, 0.95):.2f} |")
    ratios = [percentile(warm["ours"], share) / percentile(warm["peer"], share) for share in (0.5, 0.95)]
    click.echo(f"| ratio | {ratios[0]:.2f} | {ratios[1]:.2f} |\n")
    engine_of(ours).dispose()


def stampede(settings: Settings, sender: Sender, students: int, within_s: float) -> None:
    click.echo(f"{students} students within {within_s:g} s, {_CLASSES} classes one after the other:\n")
    click.echo("| class | failed | p50 s | p95 s | memory MB |\n| ---: | ---: | ---: | ---: | ---: |")
    with supervised(settings.data / "logs", programs.web(settings, environment(settings), ())):
        for number in range(_CLASSES):
            everyone = a_class(sender, students, within_s, 1000 + number * students)
            failed = [each.failure for each in everyone if each.failure]
            took = [each.took_s for each in everyone]
            memory = sum(_unshared_bytes(each) for each in psutil.Process().children(recursive=True)) / 1e6
            p50, p95 = percentile(took, 0.5), percentile(took, 0.95)
            click.echo(f"| {number + 1} | {len(failed)} | {p50:.2f} | {p95:.2f} | {memory:.0f} |")
            for failure in failed[:3]:
                click.echo(f"    {failure}")


def _unshared_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.NoSuchProcess:
        return 0


@click.command()
@click.option("--launches", default=200, show_default=True)
@click.option("--students", default=60, show_default=True)
@click.option("--within", default=10.0, show_default=True, help="seconds in which the whole class begins")
def main(launches: int, students: int, within: float) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder))
        migrations.upgrade(settings)
        app = create_app(settings)
        with app.app_context(), new_session(engine_of(app)) as session:
            registration.register(session, settings)
            session.commit()
        sender = Sender(settings.practice_url, settings.tool_url, SigningKey.kept_in(settings.data / "practice"))
        with platform(settings):
            compare(settings, sender, launches)
            stampede(settings, sender, students, within)


if __name__ == "__main__":
    main()
