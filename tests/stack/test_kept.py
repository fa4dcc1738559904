"""What stays between two starts, who may read it, and what is said where the data folder cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from lrc.config import MIB, SettingsError, from_environment
from lrc.stack import centre, kept
from lrc.stack.trouble import CannotRun


def decide(data: Path, **given: str) -> tuple[object, kept.Kept]:
    kept.prepare_folder(data)
    return centre.decide({"LRC_DATA": str(data), "LRC_MODE": "demo", **given})


def test_ports_and_secrets_are_the_same_at_the_next_start(tmp_path: Path) -> None:
    _, first = decide(tmp_path)
    _, second = decide(tmp_path)

    assert (first.ports, first.secrets) == (second.ports, second.secrets)
    assert len(set(first.secrets.values())) == len(first.secrets)


def test_only_the_owner_may_read_the_secrets(tmp_path: Path) -> None:
    decide(tmp_path / "data")

    assert (tmp_path / "data" / "embedded.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_commands_beside_find_the_running_servers(tmp_path: Path) -> None:
    settings, _ = decide(tmp_path, LRC_WEB_PORT="8123")

    beside = from_environment({"LRC_DATA": str(tmp_path), "LRC_MODE": "demo", "LRC_WEB_PORT": "8123"})

    assert beside == settings
    assert beside.tool_url == "http://127.0.0.1:8123"
    assert beside.broker_url.startswith("redis+socket://")


def test_what_the_environment_names_is_not_embedded(tmp_path: Path) -> None:
    decide(tmp_path)
    others = {
        "LRC_S3_ENDPOINT_URL": "http://127.0.0.1:9000",
        "LRC_BROKER_URL": "amqp://broker",
        "LRC_TOOL_URL": "https://tool.example",
        "LRC_SECRET_KEY": "x" * 40,
    }

    settings, state = centre.decide({"LRC_DATA": str(tmp_path), "LRC_MODE": "demo", **others})

    assert centre.servers(settings, state) == []
    assert (settings.s3_endpoint_url, settings.broker_url) == ("http://127.0.0.1:9000", "amqp://broker")
    assert (settings.tool_url, settings.secret_key) == ("https://tool.example", "x" * 40)
    assert settings.s3_access_key == ""


def test_a_port_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    _, first = decide(tmp_path)

    with socket.create_server(("127.0.0.1", first.ports["s3"])):
        settings, second = centre.decide({"LRC_DATA": str(tmp_path), "LRC_MODE": "demo"})

    assert second.ports["s3"] != first.ports["s3"]
    assert settings.s3_endpoint_url.endswith(f":{second.ports['s3']}")


def test_a_port_whose_sockets_another_user_left_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept.load(tmp_path)
    port = before.ports["s3"]
    left = Path(f"/tmp/seaweedfs-s3-{port}.sock")
    left.touch()
    kept.save(tmp_path, before, {})
    try:
        assert kept.load(tmp_path).ports["s3"] == port
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert kept.load(tmp_path).ports["s3"] != port
    finally:
        left.unlink()


def test_sockets_fit_even_under_a_long_path(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)

    _, first = decide(data)
    _, second = decide(data)

    assert len(first.sockets) < 80
    assert first.sockets == second.sockets
    assert Path(first.sockets).stat().st_mode & 0o777 == 0o700
    shutil.rmtree(first.sockets)


def test_a_broken_file_is_said_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "embedded.json").write_text("{")

    with pytest.raises(SettingsError, match="delete it and start again"):
        decide(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(CannotRun, match=r"cannot be written .*choose another folder with LRC_DATA"):
        kept.prepare_folder(tmp_path / "file" / "data")


@pytest.mark.parametrize(
    ("total_mib", "free_mib", "needed_mib"), [(1000, 10, 256), (1_000_000, 9_000, 14_285)], ids=["small", "large"]
)
def test_a_full_disk_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total_mib: int, free_mib: int, needed_mib: int
) -> None:
    class Usage(NamedTuple):
        total: int
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(total_mib * MIB, free_mib * MIB))

    with pytest.raises(CannotRun, match=f"is full: {free_mib} MiB are free, {needed_mib} MiB are needed"):
        kept.prepare_folder(tmp_path)


def test_a_folder_in_use_is_said_at_once(tmp_path: Path) -> None:
    with kept.lock(tmp_path), pytest.raises(CannotRun, match=f"already runs on .* .process {os.getpid()}"):
        kept.lock(tmp_path)


def test_a_folder_is_free_again_when_the_last_child_of_a_killed_supervisor_ends(tmp_path: Path) -> None:
    held = kept.lock(tmp_path)
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(1)"], pass_fds=(held.fileno(),))
    (tmp_path / "lock").write_text("4194304")  # a process that does not live: the highest number is never given
    held.close()

    with kept.lock(tmp_path):
        assert child.poll() is not None or child.wait(1) == 0


def test_what_is_kept_is_plain_json(tmp_path: Path) -> None:
    decide(tmp_path)

    stored = json.loads((tmp_path / "embedded.json").read_text(encoding="utf-8"))

    assert set(stored) == {"ports", "secrets", "sockets", "environment"}
