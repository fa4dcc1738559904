"""A real mail server on this machine, which keeps what it takes."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Talk(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as our mail needs; refuses who is not of the university."""

    server: Server

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            verb = line.strip().upper()
            if verb.startswith(b"RCPT") and not verb.endswith(b"@UNIVERSIDAD.EXAMPLE>"):
                self._say("550 nobody here")
            elif verb == b"DATA":
                self._say("354 go on")
                self._take()
            elif verb == b"QUIT":
                return self._say("221 bye")
            else:
                self._say("250 fine")
        return None

    def _take(self) -> None:
        told = b"".join(iter(self.rfile.readline, b".\r\n"))
        self.server.taken.append(message_from_bytes(told, policy=policy.default))
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class Server(socketserver.TCPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[EmailMessage] = []


@contextmanager
def serving() -> Iterator[Server]:
    """A server that listens."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()
