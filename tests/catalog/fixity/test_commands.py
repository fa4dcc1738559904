"""The command `lrc check-files`: what it prints, its reports and exit status, and going on after an interruption."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from catalog.fixity import commands, rounds
from catalog.fixity.commands import check_files
from catalog.models import FixityRound, RoundKind
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import Storage
from tests.catalog.fixity.storing import Vault, file_of


def run(app: Flask, *arguments: str | Path) -> Result:
    return CliRunner().invoke(check_files, [str(each) for each in arguments], obj=lambda: app, catch_exceptions=False)


def test_a_sound_library_ends_with_0(app: Flask, vault: Vault, tmp_path: Path) -> None:
    vault.resource("Uno.")
    result = run(app, "--report", tmp_path / "report.json")
    assert result.exit_code == 0
    assert "1 stored objects compared" in result.stdout
    assert "All is sound." in result.stdout
    assert json.loads((tmp_path / "report.json").read_text())["damaged"] == []


def test_damage_is_listed_written_down_and_ends_with_1_until_it_is_mended(
    app: Flask, vault: Vault, tmp_path: Path
) -> None:
    lost = file_of(vault.resource("Uno.", title="=Guía", name="guia.pdf"))
    vault.resource("Dos.")
    vault.lose(lost.key)
    result = run(app, "--report", tmp_path / "report.csv")
    assert result.exit_code == 1
    assert f"missing: {lost.key} (original of" in result.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text(encoding="utf-8-sig"))))
    assert [(each["key"], each["title"], each["size_bytes"], each["found_bytes"]) for each in rows] == [
        (lost.key, "'=Guía", "4", "")
    ]

    vault.put(lost.key, "Uno.")
    mended = run(app, "--damaged")
    assert mended.exit_code == 0
    assert "1 stored objects compared, 0.0 MB read, 1 mended." in mended.stdout


def test_an_interrupted_round_is_gone_on_with(app: Flask, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        vault.resource(f"Texto {number}.")
    plain, looked = rounds.look, []

    def looking(storage: Storage, held: Any, on_bytes: Any) -> Any:
        if len(looked) == 1:
            raise KeyboardInterrupt
        looked.append(held.key)
        return plain(storage, held, on_bytes)

    monkeypatch.setattr(rounds, "look", looking)
    stopped = run(app)
    assert stopped.exit_code == commands.INTERRUPTED
    assert "run this again to go on" in stopped.stderr
    monkeypatch.setattr(rounds, "look", plain)
    result = run(app)
    assert result.exit_code == 0
    assert "1 done" in result.stderr
    assert "3 stored objects compared" in result.stdout
    assert "3 stored objects compared" in run(app).stdout


def test_anew_leaves_the_round_that_was_not_ended(app: Flask, vault: Vault) -> None:
    vault.resource("Uno.")
    vault.session.add(FixityRound(kind=RoundKind.FULL, began_at=utcnow(), objects=7))
    vault.session.commit()
    assert "1 stored objects compared" in run(app, "--anew").stdout
    vault.session.rollback()
    assert vault.session.scalars(select(FixityRound).where(FixityRound.ended_at.is_(None))).all() == []


def test_a_storage_that_is_away_ends_with_3_and_blames_no_file(
    app: Flask, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.resource("Uno.")

    def away(*_: object) -> None:
        raise Unavailable(detail="nobody there")

    monkeypatch.setattr(Storage, "try_out", away)
    result = run(app)
    assert result.exit_code == commands.AWAY
    assert "Storage does not answer (nobody there)" in result.stderr
    assert vault.outcomes() == {}
