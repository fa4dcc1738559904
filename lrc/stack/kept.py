"""What stays between two starts: the data folder and its lock, ports, secrets, and settings that follow from them."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from lrc.config import MIB
from lrc.stack.trouble import CannotRun

# Children of a supervisor that was killed need a moment to end; they hold the lock too.
LEFTOVERS_END_WITHIN_S = 15.0
LEAST_FREE_BYTES = 256 * MIB
# The embedded S3 server takes no more files once less than a hundredth of the disk is free.
LEAST_FREE_PART = 70
# Each of the five gives a second port for gRPC 10 000 higher; both lie below those that systems hand out by themselves.
PARTS = ("master", "volume", "filer", "s3", "admin")
GRPC_OFFSET = 10_000
_PORTS = range(20_000, 22_700)
_SECRETS = (
    "secret_key",
    "s3_access_key",
    "s3_secret_key",
    "broker_password",
    "write",
    "read",
    "filer_write",
    "filer_read",
)
# The kernel's limit is 108 bytes with the end mark.
_LONGEST_SOCKET_PATH = 100


@dataclass
class Kept:
    """What DATA/embedded.json holds. ``environment`` is read by lrc.config as defaults of the settings."""

    ports: dict[str, int] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    sockets: str = ""
    environment: dict[str, str] = field(default_factory=dict)


def load(data: Path) -> Kept:
    """What was kept, completed by what is missing: secrets, ports that are free now, a folder for sockets."""
    path = data / "embedded.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = Kept(**{name: known[name] for name in Kept.__dataclass_fields__ if name in known})
    for name in _SECRETS:
        kept.secrets.setdefault(name, secrets.token_hex(32))
    if set(kept.ports) != set(PARTS) or not all(_are_free(port) for port in kept.ports.values()):
        kept.ports = _free_ports()
    kept.sockets = str(_socket_folder(data, kept.sockets))
    return kept


def save(data: Path, kept: Kept, environment: Mapping[str, str]) -> None:
    """Write it all, readable by the owner only, so that other commands find the running servers."""
    kept.environment = dict(environment)
    path = data / "embedded.json"
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as target:
        json.dump(asdict(kept), target, indent=1)
    new.replace(path)


def prepare_folder(data: Path) -> None:
    """Make the data folder; raises CannotRun where it cannot be written or the disk is full."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"\0" * 4096)
        free, needed = room_bytes(data)
    except OSError as error:
        raise CannotRun(
            f"The data folder {data} cannot be written ({error.strerror}): give yourself the right to write there, "
            "make room on its disk, or choose another folder with LRC_DATA."
        ) from error
    if free < needed:
        raise CannotRun(
            f"The disk of the data folder {data} is full: {free // MIB} MiB are free, {needed // MIB} MiB are needed. "
            "Make room there, or choose a folder on another disk with LRC_DATA."
        )


def room_bytes(data: Path) -> tuple[int, int]:
    """What is free on the disk of the data folder, and how much of it must be."""
    usage = shutil.disk_usage(data)
    return usage.free, max(LEAST_FREE_BYTES, usage.total // LEAST_FREE_PART)


def lock(data: Path) -> IO[str]:
    """Take the data folder for ourselves. Every child gets the descriptor too: the lock lasts as long as any lives."""
    file = (data / "lock").open("a+", encoding="utf-8")
    deadline = time.monotonic() + LEFTOVERS_END_WITHIN_S
    while not _locked(file):
        file.seek(0)
        holder = file.read().strip()
        if _lives(holder) or time.monotonic() > deadline:
            file.close()
            raise CannotRun(
                f"The centre already runs on {data} (process {holder or 'unknown'}): use that one, end it with Ctrl-C "
                "where it was started, or choose another folder with LRC_DATA."
            )
        time.sleep(0.1)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def left_sockets(port: int) -> list[Path]:
    """The sockets that S3 servers on this port made for programs of the same machine, also those long ended."""
    numbers = (port, port + GRPC_OFFSET)
    folder = Path("/tmp")  # noqa: S108  the server knows no other place
    return [left for number in numbers for left in folder.glob(f"seaweedfs-*-{number}.sock")]


def _owner(path: Path) -> int | None:
    """The user whose file it is, None where it is gone by now."""
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return None


def _are_free(port: int) -> bool:
    # What another user's server left can neither be removed nor used by ours.
    is_others = any(_owner(left) not in (None, os.geteuid()) for left in left_sockets(port))
    return not is_others and port_is_free("127.0.0.1", port) and port_is_free("127.0.0.1", port + GRPC_OFFSET)


def _free_ports() -> dict[str, int]:
    chosen: list[int] = []
    tries = list(_PORTS)
    while len(chosen) < len(PARTS):
        if not tries:
            raise CannotRun(
                f"No free ports are left between {_PORTS.start} and {_PORTS.stop}: end programs that listen there."
            )
        port = tries.pop(secrets.randbelow(len(tries)))
        if _are_free(port):
            chosen.append(port)
    return dict(zip(PARTS, chosen, strict=True))


def _socket_folder(data: Path, before: str) -> Path:
    """DATA/run, or a folder of our own among the temporary ones where the path of a socket would be too long."""
    folder = data / "run"
    if len(os.fsencode(folder / "broker.sock")) >= _LONGEST_SOCKET_PATH:
        folder = Path(before) if before and _is_ours(Path(before)) else Path(tempfile.mkdtemp(prefix="lrc-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _is_ours(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
