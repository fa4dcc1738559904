"""The commands `lrc import` and `lrc reindex`: what they print, their exit status, and several of them at once."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.commands import import_records, reindex
from catalog.models import File, Resource
from lrc.cli import cli
from lrc.config import Settings
from search.engine import current_index
from search.whoosh_index import layout
from tests import factories, starting
from tests.catalog import shelves
from tests.starting import Started

MISSING = "title is missing, and there is no description to make one of"


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Quinua {number}", **fields}


def write(path: Path, lines: Sequence[Any]) -> Path:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), encoding="utf-8")
    return path


def run(app: Flask, *arguments: str | Path, **kwargs: Any) -> Result:
    """The command line, inside the application of the test."""
    names = {"import": import_records, "reindex": reindex}
    given = [str(each) for each in arguments[1:]]
    return CliRunner().invoke(names[str(arguments[0])], given, obj=lambda: app, catch_exceptions=False, **kwargs)


def start(settings: Settings, *arguments: str | Path) -> Started:
    """The command line in a process of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LRC_")}
    environ |= {"LRC_MODE": "test", "LRC_DATA": str(settings.data), "LRC_DATABASE_URL": settings.database_url}
    return starting.lrc(arguments, environ)


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Resource)) or 0


def test_an_import_tells_what_it_did_and_search_finds_it(app: Flask, tmp_path: Path) -> None:
    file = write(tmp_path / "records.jsonl", [record(1), record(2)])

    first, second = run(app, "import", file), run(app, "import", file)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 records: 2 new, 0 changed, 0 unchanged, 0 refused." in first.stdout
    assert "2 records: 0 new, 0 changed, 2 unchanged, 0 refused." in second.stdout
    assert shelves.titles(current_index(), "quinua") == ["Quinua 1", "Quinua 2"]


def test_refused_lines_are_told_with_their_reason_and_the_exit_status_says_so(app: Flask, tmp_path: Path) -> None:
    file = write(tmp_path / "records.jsonl", [record(1), record(2, title=3), "{"])

    result = run(app, "import", file)

    assert result.exit_code == 1
    assert "3 records: 1 new, 0 changed, 0 unchanged, 2 refused." in result.stdout
    assert "line 2 (r2): title must be text, not a number" in result.stderr
    assert "line 3: not valid JSON" in result.stderr
    assert "--report FILE keeps them all" in result.stderr
    assert shelves.titles(current_index(), "quinua") == ["Quinua 1"]


def test_twenty_refusals_are_shown_and_all_of_them_reported(app: Flask, tmp_path: Path) -> None:
    file = write(tmp_path / "records.jsonl", [record(n, title="") for n in range(50)])
    report = tmp_path / "refused.jsonl"

    result = run(app, "import", file, "--report", report)

    shown = [line for line in result.stderr.splitlines() if line.startswith("line ")]
    assert len(shown) == 20
    assert "... and 30 more" in result.stderr
    refused = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert refused == [{"line": n + 1, "id": f"r{n}", "reason": MISSING} for n in range(50)]


def test_a_gzipped_file_and_standard_input_are_read_too(app: Flask, session: Session, tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(record(1)).encode())
    (tmp_path / "records.jsonl.gz").write_bytes(packed)

    assert run(app, "import", tmp_path / "records.jsonl.gz").exit_code == 0
    assert run(app, "import", "-", input=json.dumps(record(2)) + "\n").exit_code == 0
    assert run(app, "import", "-", input=packed).exit_code == 0

    assert count(session) == 2


def test_an_empty_file_is_no_error(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", write(tmp_path / "empty.jsonl", []))
    assert (result.exit_code, result.stdout) == (0, "0 records: 0 new, 0 changed, 0 unchanged, 0 refused.\n")


def test_the_institution_of_an_import_must_be_known(app: Flask, session: Session, tmp_path: Path) -> None:
    ours = factories.institution(session, "Universidad de Prueba")
    session.commit()
    file = write(tmp_path / "records.jsonl", [record(1)])

    wrong = run(app, "import", file, "--institution", "Otra")
    assert wrong.exit_code == 2
    assert 'there is no institution "Otra" (known: "Universidad de Prueba")' in wrong.stderr
    assert count(session) == 0

    assert run(app, "import", file, "--institution", "Universidad de Prueba").exit_code == 0
    assert count(session) == 1
    assert session.scalars(select(Resource.institution_id)).all() == [ours.id]


def test_files_that_no_storage_can_take_are_said_before_anything_is_imported(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "uno.txt").write_text("uno")
    file = write(tmp_path / "records.jsonl", [record(1), record(2, file="uno.txt")])

    result = run(app, "import", file)

    assert result.exit_code == 1
    assert "their storage is out of reach" in result.stderr
    assert "Nothing was imported" in result.stderr
    assert count(session) == 0


def test_files_are_stored_and_wait_for_a_worker(app: Flask, s3: Settings, session: Session, tmp_path: Path) -> None:
    (tmp_path / "uno.txt").write_text("uno")
    file = write(tmp_path / "records.jsonl", [record(1, file="uno.txt")])

    result = run(app, "import", file)

    assert result.exit_code == 0
    assert "Files that a worker will read: 1." in result.stdout
    assert session.scalars(select(File.name)).all() == ["uno.txt"]


def test_reindex_makes_the_index_anew(app: Flask, session: Session, tmp_path: Path) -> None:
    run(app, "import", write(tmp_path / "records.jsonl", [record(1), record(2)]))
    index = current_index()
    index.write(deleted=[str(id_) for id_ in session.scalars(select(Resource.id))])
    assert shelves.titles(index, "quinua") == []

    result = run(app, "reindex")

    assert (result.exit_code, result.stdout) == (0, "The index is new: 2 resources.\n")
    assert shelves.titles(index, "quinua") == ["Quinua 1", "Quinua 2"]


@pytest.mark.parametrize("name", ["import", "reindex"])
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout) > 300


def test_two_imports_at_once_both_end_well(app: Flask, session: Session, settings: Settings, tmp_path: Path) -> None:
    lines = [record(n, description=f"Sobre la quinua, parte {n}.") for n in range(1500)]
    files = [write(tmp_path / "one.jsonl", lines[:1000]), write(tmp_path / "two.jsonl", lines[500:])]

    processes = [start(settings, "import", file) for file in files]
    told = [process.wait(120) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], told
    assert count(session) == 1500
    assert indexing.lag(session) == 0
    assert current_index().count() == 1500


def test_two_commands_may_begin_on_an_empty_data_folder(tmp_path: Path) -> None:
    settings = Settings(
        mode="test", data=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new' / 'lrc.sqlite3'}"
    )
    file = write(tmp_path / "records.jsonl", [record(1)])

    processes = [start(settings, "import", file) for _ in range(3)]
    told = [process.wait(120) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert sorted(each.split("records: ")[1].split(" new")[0] for each in told) == ["0", "0", "1"]


def test_an_import_waits_for_who_writes_the_index(
    app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    file = write(tmp_path / "records.jsonl", [record(1)])
    with layout.writing(settings.index_path, 1):
        process = start(settings, "import", file)
        until = time.monotonic() + 60
        while count(session) == 0 and time.monotonic() < until:
            time.sleep(0.05)
        assert process.returncode is None
        assert indexing.lag(session) == 1

    told = process.wait()

    assert process.returncode == 0, told
    assert shelves.titles(current_index(), "quinua") == ["Quinua 1"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_import_that_is_stopped_can_be_completed(
    app: Flask, session: Session, settings: Settings, tmp_path: Path, how: signal.Signals
) -> None:
    lines = [record(n, description="La quinua crece en los Andes. " * 20) for n in range(6000)]
    file = write(tmp_path / "records.jsonl", lines)
    process = start(settings, "import", file, "--batch", "5")
    until = time.monotonic() + 60
    while count(session) == 0 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(how)
    told = process.wait()

    taken = count(session)
    assert 0 < taken < len(lines)
    if how is signal.SIGINT:
        assert process.returncode == 130, told
        assert "Stopped." in told
        assert "Run the same command again to complete it." in told
    result = run(app, "import", file)

    assert result.exit_code == 0
    assert f"{len(lines) - taken} new, 0 changed, {taken} unchanged" in result.stdout
    assert current_index().count() == len(lines)
