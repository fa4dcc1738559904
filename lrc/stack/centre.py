"""The whole centre as one command: `lrc demo` (with the practice LMS) and `lrc up` (for real use)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from kombu import Connection
from kombu.exceptions import OperationalError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lrc import migrations
from lrc.config import Settings, from_environment
from lrc.db import make_engine, new_session
from lrc.errors import Unavailable
from lrc.practice import registration
from lrc.stack import kept, programs, seaweed, valkey
from lrc.stack.checks import check_front_end, check_ports
from lrc.stack.kept import Kept
from lrc.stack.processes import DOORS, Program
from lrc.stack.supervisor import Say, Supervisor
from lrc.stack.trouble import CannotRun, Interrupted
from lrc.storage import Storage

_BROKER_ANSWERS_WITHIN_S = 5


def run(mode: str, say: Say, *, fill: tuple[str, ...] = (), environ: Mapping[str, str] | None = None) -> None:
    """Start everything, print one address, look after it until SIGINT or SIGTERM, end everything.

    ``mode`` is "demo" or "production"; ``fill`` a command to run once when all is ready (the demo's own library).
    Raises CannotRun or SettingsError with a sentence for the terminal.
    """
    began_at = time.monotonic()
    given = {**(os.environ if environ is None else environ)}
    if mode == "demo" and given.get("LRC_MODE") == "production":
        raise CannotRun("LRC_MODE is production and `lrc demo` is only for trying: use `lrc up`, or unset LRC_MODE.")
    given["LRC_MODE"] = mode
    data = from_environment(given).data
    kept.prepare_folder(data)
    with kept.lock(data) as held:
        settings, state = decide(given)
        check_ports(settings)
        check_front_end()
        say(f"Starting the centre on {data} ...")
        supervisor = Supervisor(data / "logs", say)
        supervisor.listen()
        try:
            _start(settings, state, supervisor, given, (held.fileno(),))
            if fill:
                say("Opening the demo library ...")
                supervisor.run_once(_filling(settings, given, fill))
            say(f"All is ready after {time.monotonic() - began_at:.1f} s. Ctrl-C ends it; all is kept in {data}.")
            say(f"\n    Open {settings.practice_url if mode == 'demo' else settings.tool_url}/\n")
            supervisor.watch(each_minute=_WatchOverDisk(data, say))
        except Interrupted:
            say("Asked to end while starting.")
        finally:
            _end(settings, state, supervisor, say)


def decide(given: Mapping[str, str]) -> tuple[Settings, Kept]:
    """The settings of this start, also written to the data folder for commands that run beside it.

    S3 and broker are the embedded ones where the environment names no other; the tool's address follows the web port.
    """
    before = from_environment(given)
    state = kept.load(before.data)
    decided = {"LRC_SECRET_KEY": state.secrets["secret_key"], "LRC_TOOL_URL": f"http://127.0.0.1:{before.web_port}"}
    if not given.get("LRC_S3_ENDPOINT_URL"):
        decided["LRC_S3_ENDPOINT_URL"] = seaweed.url(state)
        decided["LRC_S3_ACCESS_KEY"] = state.secrets["s3_access_key"]
        decided["LRC_S3_SECRET_KEY"] = state.secrets["s3_secret_key"]
    if not given.get("LRC_BROKER_URL"):
        decided["LRC_BROKER_URL"] = valkey.url(state)
    kept.save(before.data, state, decided)
    return from_environment(given), state


def _start(
    settings: Settings, state: Kept, supervisor: Supervisor, given: Mapping[str, str], keep_open: tuple[int, ...]
) -> None:
    supervisor.start(servers(settings, state, keep_open))
    _migrate(settings)
    if settings.is_production:
        _refuse_practice(settings)
    supervisor.wait_until_ready()
    if settings.s3_endpoint_url != seaweed.url(state):
        _prepare_storage(settings)
    if settings.broker_url != valkey.url(state):
        _check_broker(settings)
    inside = programs.environment(settings, given)
    supervisor.start(programs.workers(settings, inside, keep_open))
    supervisor.start([programs.beat(settings, inside, keep_open), programs.web(settings, inside, keep_open)])
    if settings.mode == "demo":
        supervisor.start([programs.practice(settings, inside, keep_open)])
    supervisor.wait_until_ready()


def servers(settings: Settings, state: Kept, keep_open: tuple[int, ...] = ()) -> list[Program]:
    """The embedded servers that these settings use."""
    used = []
    if settings.broker_url == valkey.url(state):
        used.append(valkey.program(settings.data, state, keep_open))
    if settings.s3_endpoint_url == seaweed.url(state):
        used.append(seaweed.program(settings, state, keep_open))
    return used


def _end(settings: Settings, state: Kept, supervisor: Supervisor, say: Say) -> None:
    began_at = time.monotonic()
    say("Ending ...")
    supervisor.end()
    seaweed.tidy(settings.data, state)
    say(f"Everything has ended after {time.monotonic() - began_at:.1f} s.")


class _WatchOverDisk:
    """Says once that the disk is nearly full, and again after there was room meanwhile."""

    def __init__(self, data: Path, say: Say) -> None:
        self._data = data
        self._say = say
        self._said = False

    def __call__(self) -> None:
        free, needed = kept.room_bytes(self._data)
        full = free < needed
        if full and not self._said:
            self._say(
                f"The disk of {self._data} is nearly full: uploads and readings will fail until you make room there."
            )
        self._said = full


def _migrate(settings: Settings) -> None:
    try:
        migrations.upgrade(settings)
    except SQLAlchemyError as error:
        address = make_url(settings.database_url).render_as_string()
        why = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
        raise CannotRun(
            f"The database {address} cannot be used ({why}): see that it runs and that LRC_DATABASE_URL is right."
        ) from error


def _refuse_practice(settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    try:
        with new_session(engine) as session:
            was_demo = registration.is_registered(session)
    finally:
        engine.dispose()
    if was_demo:
        raise CannotRun(
            "This database was made by `lrc demo`, whose practice LMS lets anybody in as anyone: start for real use "
            "with another folder (LRC_DATA) or another database (LRC_DATABASE_URL)."
        )


def _check_broker(settings: Settings) -> None:
    with Connection(settings.broker_url, connect_timeout=_BROKER_ANSWERS_WITHIN_S) as connection:
        try:
            connection.ensure_connection(max_retries=1, timeout=_BROKER_ANSWERS_WITHIN_S)
        except (OSError, OperationalError) as error:
            raise CannotRun(
                f"The broker {connection.as_uri()} does not answer ({error}): see that it runs and that "
                "LRC_BROKER_URL is right."
            ) from error


def _prepare_storage(settings: Settings) -> None:
    try:
        storage = Storage(settings)
        storage.prepare()
        storage.try_out()
    except Unavailable as error:
        raise CannotRun(
            f"The S3 server {settings.s3_endpoint_url} cannot be used ({error.detail}): see that it runs and that "
            "LRC_S3_ACCESS_KEY and LRC_S3_SECRET_KEY are right."
        ) from error


def _filling(settings: Settings, given: Mapping[str, str], command: tuple[str, ...]) -> Program:
    inside = programs.environment(settings, given)
    return Program("fill", "Filling the demo library", command, inside, settings.data, DOORS)
