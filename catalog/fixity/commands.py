"""The command `lrc check-files`: everything stored, compared with the database, however often it is interrupted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click
from flask import current_app

from catalog.commands import progress_bar
from catalog.fixity import damage, held, rounds
from catalog.fixity.looking import Pace
from catalog.models import FixityCheck, FixityRound
from lrc.commands import in_app
from lrc.config import MIB, Settings
from lrc.db import transaction
from lrc.errors import Unavailable
from lrc.spreadsheets import as_csv
from lrc.storage import current_storage

DAMAGED, AWAY, INTERRUPTED = 1, 3, 130
_SHOWN = 20
_FIELDS = (
    *("outcome", "key", "resource", "record", "title", "file", "what", "size_bytes", "sha256"),
    *("found_bytes", "found_sha256", "damaged_at", "checked_at"),
)


@click.command("check-files")
@click.option("--anew", is_flag=True, help="Begin with the first object, also where a round was not ended.")
@click.option("--damaged", "unsound_only", is_flag=True, help="Only what is known to be damaged: was it mended?")
@click.option(
    "--rate", type=click.IntRange(1), metavar="MB", help="Megabytes read a second at most; no limit otherwise."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is damaged here: as CSV where the name ends in .csv, else as JSON.",
)
@in_app
def check_files(anew: bool, unsound_only: bool, rate: int | None, report: Path | None) -> None:
    """Read every stored file and compare it with the database: is it there, of the same size, with the same SHA-256?

    Works beside a running centre. Interrupted, the same command goes on where it was. What is damaged is no longer
    shown to readers, who are told why, and stands on the librarians' and the operator's page until it is mended: put
    the right bytes back into storage under the same key and run this again with --damaged.

    Exit status: 0 where all is sound, 1 where something is damaged, 3 where storage did not answer, 130 where it was
    interrupted.
    """
    try:
        done = _walk(anew, unsound_only, Pace(rate * MIB) if rate else _no_limit)
    except Unavailable as error:
        click.echo(f"Storage does not answer ({error.detail}). What was compared stays; run this again.", err=True)
        click.get_current_context().exit(AWAY)
    except KeyboardInterrupt:
        click.echo("\nStopped. What was compared stays; run this again to go on.", err=True)
        click.get_current_context().exit(INTERRUPTED)
    with transaction(writing=False) as session:
        damaged = [_told(each) for each in session.scalars(damage.everything())]
    click.echo(f"{done.objects} stored objects compared, {done.bytes / 1e6:.1f} MB read, {done.mended} mended.")
    _show(damaged)
    if report:
        _write(report, done, damaged)
    click.get_current_context().exit(DAMAGED if damaged else 0)


commands: list[click.Command] = [check_files]


def _walk(anew: bool, unsound_only: bool, pace: Callable[[int], None]) -> FixityRound:
    """The round, at its end; a look at what is damaged is a round of its own."""
    if not cast(Settings, current_app.config["LRC_SETTINGS"]).s3_endpoint_url:
        raise Unavailable(detail="LRC_S3_ENDPOINT_URL is not set: is the centre running?")
    current_storage().try_out()
    with transaction() as session:
        begun = rounds.of_damaged(session) if unsound_only else rounds.full(session, anew=anew)
        scope = rounds.Scope(begun.id, begun.began_at, unsound_only)
        left = held.count(session, before=scope.began_at, unsound_only=unsound_only)
    if begun.objects:
        click.echo(f"Going on with the round of {begun.began_at:%Y-%m-%d %H:%M} UTC: {begun.objects} done.", err=True)
    with progress_bar(left, "Comparing") as progress:
        for _each in rounds.walk(current_storage(), scope, pace):
            progress(1)
    with transaction() as session:
        return rounds.end(session, scope.round_id)


def _no_limit(_count: int) -> None:
    """Let everything pass."""


def _told(check: FixityCheck) -> dict[str, Any]:
    resource = damage.resource_of(check)
    named = check.rendition or check.file
    name = named.name if named else check.name or ""
    return {
        "outcome": check.outcome.value,
        "key": check.key,
        "resource": resource.id if resource else None,
        "record": resource.record_id if resource else "",
        "title": damage.title_of(check) if resource or check.collection else "",
        "file": name,
        "what": check.rendition.kind.value if check.rendition else "original" if check.file else "picture",
        "size_bytes": named.size_bytes if named else None,
        "sha256": check.sha256,
        "found_bytes": check.found_bytes,
        "found_sha256": check.found_sha256,
        "damaged_at": _time(check.damaged_at),
        "checked_at": _time(check.checked_at),
    }


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _show(damaged: Sequence[Mapping[str, Any]]) -> None:
    if not damaged:
        click.echo("All is sound.")
        return
    click.echo(f"{len(damaged)} damaged:", err=True)
    for each in damaged[:_SHOWN]:
        click.echo(f"{each['outcome']}: {each['key']} ({each['what']} of {each['record']} {each['title']!r})", err=True)
    if len(damaged) > _SHOWN:
        click.echo(f"... and {len(damaged) - _SHOWN} more; --report FILE keeps them all.", err=True)


def _write(report: Path, done: FixityRound, damaged: Sequence[Mapping[str, Any]]) -> None:
    if report.suffix.lower() == ".csv":
        lines = [_FIELDS, *([str(each[name] or "") for name in _FIELDS] for each in damaged)]
        report.write_text(as_csv(lines), encoding="utf-8", newline="")
        return
    counted = {"objects": done.objects, "bytes": done.bytes, "mended": done.mended, "damaged": damaged}
    whole = {"began_at": _time(done.began_at), "ended_at": _time(done.ended_at), **counted}
    report.write_text(json.dumps(whole, ensure_ascii=False, indent=2), encoding="utf-8")
