"""The processes of the centre itself: reading and indexing workers, beat, web server, practice LMS."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from celery import Celery
from kombu.exceptions import OperationalError

from lrc.celery import DELIVERY, INDEXING, READING
from lrc.config import Settings
from lrc.stack.processes import DOORS, WORKERS, Program

_PROBE_S = 1.0
# Celery gives its tasks a moment to end (worker_soft_shutdown_timeout in lrc.celery), then hands them back.
_WORKER_STOPS_WITHIN_S = 10.0


def environment(settings: Settings, given: Mapping[str, str]) -> dict[str, str]:
    """What every child of ours finds in its environment; what this start decided lies in the data folder."""
    return {**given, "LRC_MODE": settings.mode, "LRC_DATA": str(settings.data), "PYTHONUNBUFFERED": "1"}


def workers(settings: Settings, given: Mapping[str, str], keep_open: tuple[int, ...]) -> list[Program]:
    """One worker reads, one is the only one that writes the index, one talks with platforms in threads."""
    return [
        _worker(settings, given, keep_open, queue=READING, title="Reading worker", processes=settings.readers),
        _worker(settings, given, keep_open, queue=INDEXING, title="Indexing worker", processes=1),
        _worker(
            settings,
            given,
            keep_open,
            queue=DELIVERY,
            title="Delivery worker",
            processes=settings.senders,
            threads=True,
        ),
    ]


def _worker(
    settings: Settings,
    given: Mapping[str, str],
    keep_open: tuple[int, ...],
    *,
    queue: str,
    title: str,
    processes: int,
    threads: bool = False,
) -> Program:
    node = f"{queue}-{os.getpid()}@{socket.gethostname()}"
    return Program(
        name=queue,
        title=title,
        command=(
            *_celery(settings, "worker"),
            f"--queues={queue}",
            f"--concurrency={processes}",
            *(("--pool=threads",) if threads else ()),
            f"--hostname={node}",
            "--without-mingle",
            "--without-gossip",
        ),
        environment=given,
        folder=settings.data,
        stage=WORKERS,
        ready=worker_answers(settings.broker_url, node),
        stop_signal=signal.SIGQUIT,
        # Asked politely, an orphan would wait for ever to tell a broker that died with us; no task is lost by force.
        orphan_signal=signal.SIGKILL,
        stop_within_s=_WORKER_STOPS_WITHIN_S,
        keep_open=keep_open,
    )


def worker_answers(broker_url: str, node: str) -> Callable[[], bool]:
    """A probe: does the worker of that name answer over the broker?"""
    client = Celery("probe", broker=broker_url, set_as_current=False)
    client.conf.broker_transport_options = {"socket_timeout": _PROBE_S, "socket_connect_timeout": _PROBE_S}

    def ready() -> bool:
        try:
            return bool(client.control.ping(destination=[node], timeout=_PROBE_S))
        except (OSError, OperationalError):
            return False

    return ready


def beat(settings: Settings, given: Mapping[str, str], keep_open: tuple[int, ...]) -> Program:
    """Sends what is due by the clock. It answers nobody, so it counts as ready once it runs."""
    return Program(
        name="beat",
        title="Clock (beat)",
        command=(*_celery(settings, "beat"), "--pidfile="),
        environment=given,
        folder=settings.data,
        stage=DOORS,
        keep_open=keep_open,
    )


def _celery(settings: Settings, what: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-m",
        "celery",
        "--app=lrc.worker:celery",
        "--quiet",
        what,
        f"--loglevel={settings.log_level}",
    )


def web(settings: Settings, given: Mapping[str, str], keep_open: tuple[int, ...]) -> Program:
    address = (settings.web_host, settings.web_port)
    return Program(
        name="web",
        title="Web server",
        command=(
            *_granian(*address),
            f"--workers={settings.web_workers}",
            f"--blocking-threads={settings.web_threads}",
            "lrc.wsgi:app",
        ),
        environment=given,
        folder=settings.data,
        stage=DOORS,
        ready=web_answers(*address, "/health", host=urlsplit(settings.tool_url).netloc),
        keep_open=keep_open,
    )


def practice(settings: Settings, given: Mapping[str, str], keep_open: tuple[int, ...]) -> Program:
    address = ("127.0.0.1", settings.practice_port)
    return Program(
        name="practice",
        title="Practice LMS",
        command=(*_granian(*address), "--workers=1", "--blocking-threads=4", "lrc.practice.wsgi:app"),
        environment=given,
        folder=settings.data,
        stage=DOORS,
        ready=web_answers(*address, "/", host=urlsplit(settings.practice_url).netloc),
        keep_open=keep_open,
    )


def _granian(host: str, port: int) -> tuple[str, ...]:
    return (
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface=wsgi",
            f"--host={host}",
            f"--port={port}",
            "--http=1",
            "--no-ws",
        ),
        *("--log-level=warning", "--respawn-failed-workers", "--workers-kill-timeout=5"),
    )


def web_answers(address: str, port: int, path: str, *, host: str) -> Callable[[], bool]:
    """A probe: does the page answer below 400? ``host`` is sent as the Host header."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  nothing is bound here

    def ready() -> bool:
        connection = http.client.HTTPConnection(reachable, port, timeout=_PROBE_S)
        try:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status < http.client.BAD_REQUEST
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready
