"""The premise of all journeys: in our frame, the browser keeps third-party cookies back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.sites import Answer, serving

_COOKIES = [
    ("Set-Cookie", "plain=1; Secure; SameSite=None"),
    ("Set-Cookie", "partitioned=1; Secure; SameSite=None; Partitioned"),
]


def _two_sites(path: str, cookies: str) -> Answer:
    """Sets two cookies at /set, says elsewhere which ones came; /frame/PORT/PAGE shows PAGE of the other host name."""
    if path.startswith("/frame/"):
        port, page = path.removeprefix("/frame/").split("/")
        return f'<iframe src="http://127.0.0.1:{port}/{page}"></iframe>', []
    return cookies or "none", _COOKIES if path == "/set" else []


@pytest.fixture
def port() -> Iterator[int]:
    with serving(_two_sites) as port:
        yield port


def test_an_unpartitioned_cookie_of_the_tool_is_not_sent_in_a_frame_of_another_site(
    browser: Browser, port: int
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/set")
        page.goto(f"http://127.0.0.1:{port}/read")
        assert "plain=1" in page.content()
        page.goto(f"http://localhost:{port}/frame/{port}/read")
        assert page.frames[1].locator("body").inner_text() == "none"


def test_a_partitioned_cookie_set_in_the_frame_comes_back_there(browser: Browser, port: int) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://localhost:{port}/frame/{port}/set")
        page.goto(f"http://localhost:{port}/frame/{port}/read")
        assert page.frames[1].locator("body").inner_text() == "partitioned=1"
