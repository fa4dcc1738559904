"""Has ClamAV's daemon look at a file before anything else does. The only module that speaks its protocol."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from pathlib import Path

from catalog.extract.refusal import Failure, Unreadable
from lrc.errors import Unavailable

CHUNK_BYTES = 256 * 1024
CONNECT_S, ANSWER_S = 5.0, 120.0
_ANSWER_BYTES = 4096
_TOO_LONG = "INSTREAM size limit exceeded"


class Infected(Exception):
    """The scanner found something in a file; its words are for the log only."""


def scan(path: Path, address: str, *, on_bytes: Callable[[int], None] | None = None) -> None:
    """Send the file at ``path`` to the daemon at ``address`` ("HOST:PORT" or the path of a socket; "": none is asked).

    ``on_bytes(how many more)`` is told as they go. Raises Infected; Unavailable where the daemon does not answer, or
    not with a verdict: what was not looked at must not pass for clean. Protocol: INSTREAM of clamd(8): chunks, each
    after its length in four bytes, an empty one at the end. What is longer than the daemon's StreamMaxLength is
    Unreadable as UNSCANNED.
    """
    if not address:
        return
    try:
        with _connect(address) as daemon, path.open("rb") as file:
            verdict = _ask(daemon, file.read, on_bytes)
    except OSError as error:
        raise Unavailable(detail=f"ClamAV at {address} does not answer: {error}") from error
    if verdict.endswith(" FOUND"):
        raise Infected(verdict)
    if verdict.startswith(_TOO_LONG):
        raise Unreadable(Failure.UNSCANNED, verdict)
    if verdict != "stream: OK":
        raise Unavailable(detail=f"ClamAV at {address} gives no verdict: {verdict}")


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connected = socket.socket(socket.AF_UNIX)
        try:
            connected.settimeout(CONNECT_S)
            connected.connect(address)
        except OSError:
            connected.close()
            raise
    else:
        host, _, port = address.rpartition(":")
        connected = socket.create_connection((host, int(port)), timeout=CONNECT_S)
    connected.settimeout(ANSWER_S)
    return connected


def _ask(daemon: socket.socket, read: Callable[[int], bytes], on_bytes: Callable[[int], None] | None) -> str:
    daemon.sendall(b"zINSTREAM\0")
    try:
        while chunk := read(CHUNK_BYTES):
            daemon.sendall(struct.pack("!I", len(chunk)) + chunk)
            if on_bytes:
                on_bytes(len(chunk))
        daemon.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it may have said why before it hung up
    return _answer(daemon)


def _answer(daemon: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _ANSWER_BYTES and (more := daemon.recv(_ANSWER_BYTES)):
        said += more
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
