"""The commands of the catalogue: taking records in, and making the index anew."""

from __future__ import annotations

import gzip
import io
import json
import re
import signal
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import IO, cast

import click
from flask import current_app
from sqlalchemy import select

from catalog import importing, indexing
from catalog.importing import Refusal, Source, Tally
from catalog.records import numbered_lines
from lrc.commands import in_app
from lrc.config import Settings
from lrc.db import transaction
from lrc.errors import Unavailable
from lrc.storage import current_storage
from lti.models import Institution
from search.engine import IndexBusy, current_index

_SHOWN = 20
_INTERRUPTED = 130
_STDIN = Path("-")
_GZIP = b"\x1f\x8b"
_NAMES_A_FILE = re.compile(rb'"file"\s*:\s*"')


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True, path_type=Path))
@click.option("--institution", metavar="NAME", help="Institution whose librarians look after the new records.")
@click.option(
    "--batch", type=click.IntRange(1, 10_000), default=importing.BATCH, show_default=True, help="Records a transaction."
)
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every refused line here, as JSON lines."
)
@in_app
def import_records(file: Path, institution: str | None, batch: int, report: Path | None) -> None:
    """Take the records of FILE into the library and index them.

    FILE holds one JSON object a line, plain or gzipped ("-": standard input), with the names of Dublin Core: id and
    title; and, where known, creator, subject and identifier (text or a list), description, language, type, date,
    publisher, license; audience ("everyone", or {"institution": NAME} for one institution alone); file (a path inside
    FILE's folder, whose pages a worker will read).

    Records are published at once. The id decides: a line that says what is known already changes nothing, another
    one changes the record, so the same file may be imported again at any time, also to complete what was
    interrupted. Works beside a running centre and without one. Exit status: 0, or 1 where lines were refused.
    """
    refusals = _Refusals(report)
    tally = Tally(refusals.add)
    try:
        _take_in(file, institution, batch, tally)
        _index()
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {_told(tally)}\nThese stay. Run the same command again to complete it.", err=True)
        click.get_current_context().exit(_INTERRUPTED)
    finally:
        refusals.close()
    click.echo(_told(tally))
    if tally.files:
        click.echo(f"Files that a worker will read: {tally.files}. Until then their records are found without them.")
    refusals.show(tally.refused)
    click.get_current_context().exit(1 if tally.refused else 0)


@click.command("reindex")
@in_app
def reindex() -> None:
    """Make the search index anew from the database.

    The new index is filled beside the present one, which goes on answering, and takes its place at the end. What
    changes meanwhile is taken in. Killed in the middle, the present index stays.
    """
    with transaction(writing=False) as session:
        count = indexing.found_count(session)
    with progress_bar(count, "Indexing") as progress:
        _patiently(lambda: indexing.rebuild(current_index(), progress=progress))
    click.echo(f"The index is new: {current_index().count()} resources.")


commands: list[click.Command] = [import_records, reindex]


class _Refusals:
    """Keeps the first refusals for the terminal, and writes all of them to a file where one is wanted."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = path.open("w", encoding="utf-8") if path else None
        self._first: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        if len(self._first) < _SHOWN:
            self._first.append(refusal)
        if self._file:
            self._file.write(json.dumps(asdict(refusal), ensure_ascii=False) + "\n")

    def close(self) -> None:
        if self._file:
            self._file.close()

    def show(self, count: int) -> None:
        for each in self._first:
            name = f" ({each.id})" if each.id else ""
            click.echo(f"line {each.line}{name}: {each.reason}", err=True)
        if count > len(self._first):
            click.echo(f"... and {count - len(self._first)} more", err=True)
        if count:
            click.echo(f"All of them are in {self._path}." if self._path else "--report FILE keeps them all.", err=True)


def _take_in(file: Path, institution: str | None, batch: int, tally: Tally) -> None:
    settings = cast(Settings, current_app.config["LRC_SETTINGS"])
    institution_id = _institution_id(institution) if institution else None
    if file != _STDIN and _names_files(file):
        _require_storage(settings)
    folder = Path() if file == _STDIN else file.parent
    with _opened(file) as (stream, position):
        source = Source(stream, folder, settings.max_upload_bytes, institution_id, batch)
        with progress_bar(0 if file == _STDIN else file.stat().st_size, "Importing") as progress:
            done = 0
            for _ in importing.run(source, tally):
                progress(position() - done)
                done = position()


def _institution_id(name: str) -> int:
    with transaction(writing=False) as session:
        names = {known: id_ for id_, known in session.execute(select(Institution.id, Institution.name))}
    if name not in names:
        known = ", ".join(f'"{each}"' for each in sorted(names)) or "none yet; `lrc platforms add` makes one"
        raise click.BadParameter(f'there is no institution "{name}" (known: {known})', param_hint="--institution")
    return names[name]


def _names_files(file: Path) -> bool:
    with _opened(file) as (stream, _position):
        try:
            return any(_NAMES_A_FILE.search(line) for _, line in numbered_lines(stream))
        except (EOFError, OSError, zlib.error):
            return False  # a damaged archive: the import itself will tell where


def _require_storage(settings: Settings) -> None:
    try:
        if not settings.s3_endpoint_url:
            raise Unavailable(detail="LRC_S3_ENDPOINT_URL is not set")
        current_storage().prepare()
    except Unavailable as error:
        raise click.ClickException(
            f"Records of this import bring files, and their storage is out of reach ({error.detail}): start the "
            "centre, or set LRC_S3_ENDPOINT_URL, and run the import again. Nothing was imported."
        ) from error


@contextmanager
def _opened(file: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The lines of a file, unzipped where it is gzipped, and how many of its own bytes were read so far."""
    raw = sys.stdin.buffer if file == _STDIN else cast(IO[bytes], file.open("rb", buffering=0))
    own = io.BufferedReader(cast(io.RawIOBase, raw), 1 << 16)
    is_gzip = own.peek(2)[:2] == _GZIP
    try:
        yield cast(IO[bytes], io.BufferedReader(gzip.GzipFile(fileobj=own), 1 << 20) if is_gzip else own), own.tell
    finally:
        own.detach()
        if file != _STDIN:
            raw.close()


def _index() -> None:
    with transaction(writing=False) as session:
        lag = indexing.lag(session)
    if not lag:
        return
    with progress_bar(lag, "Indexing") as progress:
        _patiently(lambda: indexing.bring_up_to_date(current_index(), progress=progress))
    current_index().merge()


def _patiently(work: Callable[[], object]) -> None:
    """Do it again as long as another process writes the index."""
    while True:
        try:
            work()
        except IndexBusy:
            click.echo("Another process is writing the index; waiting for it.", err=True)
        else:
            return


@contextmanager
def progress_bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on the terminal's error side; none where the length is not known.

    Ctrl-C ends the work at the place where its progress is told next, where nothing is half done.
    """
    with _stoppable() as stop_if_asked:
        if not length:
            yield lambda done: stop_if_asked()
            return
        with click.progressbar(length=length, label=label, file=sys.stderr) as bar:

            def tell(done: int) -> None:
                bar.update(done)
                stop_if_asked()

            yield tell


@contextmanager
def _stoppable() -> Iterator[Callable[[], None]]:
    """Keeps Ctrl-C until the function that this yields is called, or the end; a second Ctrl-C works at once."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def stop_if_asked() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop_if_asked
        stop_if_asked()
    finally:
        signal.signal(signal.SIGINT, before)


def _told(tally: Tally) -> str:
    parts = (
        f"{tally.added} new",
        f"{tally.changed} changed",
        f"{tally.unchanged} unchanged",
        f"{tally.refused} refused",
    )
    return f"{tally.lines} records: {', '.join(parts)}."
