"""Connections to other people's servers: to an address that was checked, for a limited time and number of bytes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection
from queue import Empty, SimpleQueue
from typing import Any, cast
from urllib.parse import quote, urlsplit

import certifi

from lti.addresses import Network, is_reachable, is_within

_PORTS = {"http": 80, "https": 443}
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_:")
# What may come besides the body: the headers, and the frames of a body that is sent in chunks.
_HEADERS_BYTES = 128 * 1024


class Unreachable(Exception):
    """No usable answer came. The message says why ("took too long"); ``code`` says it for programs:

    bad-address, unknown-name, private-address, no-connection, bad-certificate, slow, too-large, redirect, bad-answer,
    not-json.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Limits:
    """How long the whole call may take, how large the answer may be, and which private networks may be reached."""

    timeout_s: float
    max_bytes: int = 512 * 1024
    networks: tuple[Network, ...] = ()
    is_private: bool = False
    """Whether ``networks`` alone may be reached: for what goes unencrypted."""


def slow() -> Unreachable:
    return Unreachable("took too long", "slow")


def too_large(max_bytes: int) -> Unreachable:
    return Unreachable(f"is larger than {max_bytes} bytes", "too-large")


@dataclass(frozen=True)
class Place:
    """An address taken apart once, so that who checks it and who connects cannot read it differently."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def of(cls, url: str) -> Place:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise Unreachable("is not an address", "bad-address") from error
        host = parts.hostname or ""
        if parts.scheme not in _PORTS or not host or not _HOST_CHARACTERS.issuperset(host) or not url.isprintable():
            raise Unreachable("is not an http or https address", "bad-address")
        if parts.username is not None or "\\" in url or " " in url:
            raise Unreachable("has something in it that addresses of services do not have", "bad-address")
        target = quote(f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}", safe=_ASCII)
        return cls(parts.scheme, host, port or _PORTS[parts.scheme], target)


class Line:
    """The way to one server: the addresses that were checked, and what is left of the time and of the size."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self.place = place
        self._limits = limits
        self._ends_at = time.monotonic() + limits.timeout_s
        self._room = limits.max_bytes + _HEADERS_BYTES

    def time_left(self) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise slow()
        return left

    def take(self, count: int) -> None:
        """Bytes have come over the wire; http.client itself would believe a chunk that says it is endless."""
        self._room -= count
        if self._room < 0:
            raise too_large(self._limits.max_bytes)

    def open(self) -> socket.socket:
        """A connection to an address that was checked: the name is not asked for again, so it cannot change."""
        found = self._resolved()
        may = is_within if self._limits.is_private else is_reachable
        allowed = [each for each in found if may(str(each[1][0]), self._limits.networks)]
        if not allowed:
            raise Unreachable(f"is at an address that is not public ({found[0][1][0]})", "private-address")
        refused: OSError = OSError()
        for tried, (family, address) in enumerate(allowed):
            opened = _Socket(family, socket.SOCK_STREAM)
            opened.line = self
            opened.settimeout(self.time_left() / (len(allowed) - tried))
            try:
                opened.connect(address)
            except OSError as error:
                opened.close()
                refused = error
            else:
                return opened
        self.time_left()
        raise Unreachable(f"does not answer ({refused.strerror or 'took too long'})", "no-connection") from refused

    def _resolved(self) -> list[tuple[int, Any]]:
        """What the resolver, who knows no time limits, says within ours."""
        answers: SimpleQueue[list[tuple[int, Any]] | None] = SimpleQueue()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(self.place.host, self.place.port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                answers.put(None)
            else:
                answers.put([(family, address) for family, _, _, _, address in found])

        # Left behind where it takes longer: it ends when the resolver gives up.
        threading.Thread(target=ask, name="resolver", daemon=True).start()
        try:
            found = answers.get(timeout=self.time_left())
        except Empty:
            raise slow() from None
        if not found:
            raise Unreachable("has a name that nobody knows", "unknown-name")
        return found


class Connection(HTTPConnection):
    """http.client's connection over a line; Host and the certificate's name stay those of the address."""

    def __init__(self, line: Line) -> None:
        super().__init__(line.place.host, line.place.port)
        self.default_port = _PORTS[line.place.scheme]
        self._line = line

    def connect(self) -> None:
        opened = self._line.open()
        opened.settimeout(self._line.time_left())
        self.sock = opened if self._line.place.scheme == "http" else self._secured(opened)

    def _secured(self, opened: socket.socket) -> socket.socket:
        try:
            secured = _trust().wrap_socket(opened, server_hostname=self._line.place.host.rstrip("."))
        except ssl.SSLCertVerificationError as error:
            opened.close()
            raise Unreachable(
                f"has a certificate that is not valid ({error.verify_message})", "bad-certificate"
            ) from error
        except OSError:
            opened.close()
            raise
        return cast(_SecureSocket, secured).on(self._line)


class _Socket(socket.socket):
    """Reads no longer and no more than its line allows; a socket's own timeout begins anew with every byte."""

    line: Line

    def recv_into(self, *args: Any) -> int:
        return _received(self.line, self, super().recv_into, args)


class _SecureSocket(ssl.SSLSocket):
    """The same over TLS."""

    line: Line

    def recv_into(self, *args: Any) -> int:
        return _received(self.line, self, super().recv_into, args)

    def on(self, line: Line) -> _SecureSocket:
        self.line = line
        return self


def _received(line: Line, own: socket.socket, receive: Callable[..., int], args: tuple[Any, ...]) -> int:
    own.settimeout(line.time_left())
    count = receive(*args)
    line.take(count)
    return count


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whom the machine trusts (also by its SSL_CERT_FILE), and whom Mozilla does, for a machine that trusts nobody."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.sslsocket_class = _SecureSocket
    return context
