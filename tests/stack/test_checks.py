"""What is looked at before anything starts: each refusal names the cause and the remedy."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from lrc.config import Settings
from lrc.stack.checks import FRONT_END, check_front_end, check_ports
from lrc.stack.trouble import CannotRun


@pytest.mark.parametrize("setting", ["web_port", "practice_port"])
def test_a_port_already_taken_is_said_with_the_variable_to_set(settings: Settings, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        ports = {"web_port": free.getsockname()[1], "practice_port": free.getsockname()[1]}
        free.close()
        port = taken.getsockname()[1]
        wanted = replace(settings, mode="demo", **{**ports, setting: port})  # type: ignore[arg-type]

        with pytest.raises(
            CannotRun, match=rf"^Port {port} on 127.0.0.1 is used by another program.*LRC_{setting.upper()}="
        ):
            check_ports(wanted)


def test_an_address_that_is_not_ours_is_said(settings: Settings) -> None:
    with pytest.raises(CannotRun, match=r"Nothing can listen on port 8000 of 192\.0\.2\.1"):
        check_ports(replace(settings, web_host="192.0.2.1"))


def test_a_missing_front_end_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"htmx.min.js is missing: run `make setup`"):
        check_front_end(tmp_path)


def test_a_translation_not_compiled_is_said(tmp_path: Path) -> None:
    for name in FRONT_END:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    check_front_end(tmp_path)
    catalogue = tmp_path / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()

    with pytest.raises(CannotRun, match=r"messages.mo is missing: run `make setup`"):
        check_front_end(tmp_path)
