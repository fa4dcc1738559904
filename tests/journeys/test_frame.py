"""The premise of all journeys: in our frame, the browser keeps third-party cookies back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser


class _TwoSites(BaseHTTPRequestHandler):
    """Sets two cookies at /set, shows the cookies it was sent at /read, frames the other host name elsewhere."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if self.path == "/set":
            self.send_header("Set-Cookie", "plain=1; Secure; SameSite=None")
            self.send_header("Set-Cookie", "partitioned=1; Secure; SameSite=None; Partitioned")
        self.end_headers()
        if self.path.startswith("/frame/"):
            page = self.path.removeprefix("/frame/")
            self._write(f'<iframe src="http://127.0.0.1:{self.headers["Host"].rpartition(":")[2]}/{page}"></iframe>')
        else:
            self._write(self.headers.get("Cookie") or "none")

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _TwoSites) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_an_unpartitioned_cookie_of_the_tool_is_not_sent_in_a_frame_of_another_site(
    browser: Browser, port: int
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/set")
        page.goto(f"http://127.0.0.1:{port}/read")
        assert "plain=1" in page.content()
        page.goto(f"http://localhost:{port}/frame/read")
        assert page.frames[1].locator("body").inner_text() == "none"


def test_a_partitioned_cookie_set_in_the_frame_comes_back_there(browser: Browser, port: int) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://localhost:{port}/frame/set")
        page.goto(f"http://localhost:{port}/frame/read")
        assert page.frames[1].locator("body").inner_text() == "partitioned=1"
