"""A web server for tests of the browser itself: what it answers is written in the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[str, list[tuple[str, str]]]
"""An HTML text and headers besides its type."""


@contextmanager
def serving(answer: Callable[[str, str], Answer]) -> Iterator[int]:
    """Serve what ``answer`` says for a path and the cookies that came with the request; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, headers = answer(self.path, self.headers.get("Cookie") or "")
            self.send_response(200)
            for name, value in [("Content-Type", "text/html; charset=utf-8"), *headers]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
