"""Servers on loopback that answer as badly as a test wants."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Asked"], None]


class Server(ThreadingHTTPServer):
    """Answers with what a test puts into ``reply``, or what is next in ``replies``, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, reply: Reply, host: str = "127.0.0.1", port: int = 0) -> None:
        self.reply = reply
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        super().__init__((host, port), Asked)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep the tests quiet where the tool did not wait, or did not trust."""


class Asked(BaseHTTPRequestHandler):
    """One request, with its ``body``."""

    server: Server
    body = b""

    def _answer(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self)
        (self.server.replies.pop(0) if self.server.replies else self.server.reply)(self)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  named by http.server

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests quiet."""


@contextmanager
def serving(server: Server, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(body: Any, status: int = 200, **headers: str) -> Reply:
    """A reply with this body (as JSON where it is no bytes) and these headers ("_" for "-")."""

    def answer(asked: Asked) -> None:
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name.replace("_", "-"), value)
        asked.end_headers()
        asked.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    return answer


def hang(asked: Asked) -> None:
    time.sleep(20)


def drip(asked: Asked) -> None:
    says(b"{")(asked)
    for _ in range(200):
        time.sleep(0.1)
        asked.wfile.write(b" ")


def drip_headers(asked: Asked) -> None:
    asked.send_response(200)
    for number in range(90):
        asked.send_header(f"X-{number}", "a")
        asked.flush_headers()
        time.sleep(0.2)


def drip_go_ons(asked: Asked) -> None:
    for _ in range(90):
        asked.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.2)


def flood(asked: Asked) -> None:
    """A chunk that says it is -1 bytes long, which http.client takes to mean "up to the end"."""
    says(b"-1\r\n", Transfer_Encoding="chunked")(asked)
    for _ in range(2000):
        asked.wfile.write(b"x" * 65536)
