"""A browser that keeps no cookie at all: where the platform offers its storage, the library opens in the frame."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Frame, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from lrc.config import Settings
from lti.claims import CONTEXT, PLATFORM
from lti.models import Platform
from tests.browser import Complaints, look
from tests.journeys.conftest import PATIENCE_MS
from tests.journeys.sites import Answer, serving
from tests.lti.conftest import moodle, platform, practice, practice_settings  # noqa: F401  fixtures
from tests.lti.launching import TEACHER, Moodle

# flask-compress leaves the closing of the file behind a static answer to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

_STORAGE = """
const kept = {};
window.asked = [];
window.addEventListener("message", (event) => {
  const { subject, message_id, key, value, height } = event.data;
  window.asked.push([subject, event.origin, value ?? height ?? ""]);
  if (event.origin !== "TOOL" || "SILENT" === subject) return;
  if (subject === "lti.put_data") kept[key] = value;
  if (!subject.endsWith("_data")) return;
  const answer = { subject: subject + ".response", message_id, key, value: kept[key] };
  event.source.postMessage(answer, event.origin);
});
"""


@dataclass
class Campus:
    """A platform that offers its storage, with our library in a frame of its first page."""

    tool_url: str
    moodle: Moodle
    silent: str = ""
    """A message that this platform does not answer."""

    def answer(self, path: str, _cookies: str) -> Answer:
        """The page with the frame, and the one that authenticates and posts the message."""
        if path.startswith("/auth"):
            asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
            changes = {CONTEXT: {"id": "2", "title": "Estadística"}, PLATFORM: {"product_family_code": "another"}}
            token = self.moodle.token(asked["nonce"], person=TEACHER, changes=changes)
            return _posting(f"{self.tool_url}/lti/launch", {"id_token": token, "state": asked["state"]}), []
        script = _STORAGE.replace("TOOL", self.tool_url).replace("SILENT", self.silent)
        fields = self.moodle.fields(target_link_uri=self.tool_url, lti_storage_target="_parent")
        return (
            f'<!doctype html><title>x</title><script>{script}</script><iframe name="tool" width="900" height="600">'
            f"</iframe>{_posting(f'{self.tool_url}/lti/login', fields, target='tool')}",
            [],
        )


def _posting(address: str, fields: dict[str, Any], target: str = "_self") -> str:
    inputs = "".join(f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in fields.items())
    return (
        f'<form method="post" action="{address}" target="{target}">{inputs}</form>'
        "<script>document.forms[0].submit()</script>"
    )


@pytest.fixture
def settings(settings: Settings, practice_settings: Settings) -> Settings:  # noqa: F811
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    return replace(settings, practice_port=practice_settings.practice_port, tool_url=f"http://127.0.0.1:{port}")


@pytest.fixture
def tool_url(app: Flask, settings: Settings) -> Iterator[str]:
    """The tool, to which no browser ever brings a cookie."""
    inner = app.wsgi_app

    def without_cookies(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.pop("HTTP_COOKIE", None)
        return inner(environ, start_response)

    app.wsgi_app = without_cookies  # type: ignore[method-assign]
    server = make_server("127.0.0.1", int(settings.tool_url.rpartition(":")[2]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield settings.tool_url
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def visiting(campus: Campus, browser: Browser, session: Session) -> Iterator[tuple[Page, Frame, Complaints]]:
    """The campus's first page in a browser, and the frame in it where the library opens."""
    with serving(campus.answer) as port, browser.new_context(locale="es-PE", reduced_motion="reduce") as context:
        session.execute(update(Platform).values(auth_login_url=f"http://localhost:{port}/auth"))
        session.commit()
        context.set_default_timeout(PATIENCE_MS)
        complaints = Complaints(context)
        page = context.new_page()
        page.goto(f"http://localhost:{port}/")
        frame = page.frame("tool")
        assert frame is not None
        yield page, frame, complaints


@pytest.fixture
def campus(tool_url: str, moodle: Moodle, settings: Settings) -> Campus:  # noqa: F811
    moodle.settings = replace(moodle.settings, tool_url=settings.tool_url)
    return Campus(tool_url, moodle)


def test_the_library_opens_in_the_frame_and_stays_there(browser: Browser, campus: Campus, session: Session) -> None:
    with visiting(campus, browser, session) as (page, frame, complaints):
        frame.wait_for_url(re.compile(r"/v/t[\w-]{43}/$"))
        asked = page.evaluate("window.asked")
        assert [(subject, origin) for subject, origin, _ in asked[:2]] == [
            ("lti.put_data", campus.tool_url),
            ("lti.get_data", campus.tool_url),
        ]
        assert len(asked[0][2]) >= 43
        page.wait_for_function("window.asked.length > 2")
        subject, origin, height = page.evaluate("window.asked.at(-1)")
        assert (subject, origin) == ("lti.frameResize", campus.tool_url)
        assert height == pytest.approx(frame.evaluate("document.body.offsetHeight"), abs=20)
        look(frame, complaints, reload=False)
        frame.get_by_role("link", name="Mis materiales").click()
        expect(frame.get_by_role("heading", level=1, name="Mis materiales")).to_be_visible()
        frame.get_by_role("button", name="English").click()
        expect(frame.get_by_role("button", name="Español")).to_be_visible()
        address = frame.url
        tab = page.context.new_page()
        tab.goto(address)
        expect(tab.get_by_role("link", name="Buscar", exact=True)).to_have_count(0)
        complaints.pardon("401")
        frame.locator("footer button").click()
        frame.wait_for_url(re.compile(r"/v/c\d+/left$"))
        complaints.assert_none()


@pytest.mark.parametrize("silent", ["lti.put_data", "lti.get_data"])
def test_where_the_platform_does_not_answer_there_is_a_way_on(
    browser: Browser, campus: Campus, session: Session, silent: str
) -> None:
    campus.silent = silent
    with visiting(campus, browser, session) as (page, _, complaints):
        # Found anew at each look: a frame that changes its process may become another one to who drives the browser.
        tool = page.frame_locator("iframe[name=tool]")
        if silent == "lti.put_data":
            way_on = tool.get_by_role("button", name="Abrir la biblioteca en otra pestaña")
        else:
            way_on = tool.get_by_role("heading", name="No pudimos abrir la biblioteca aquí")
        expect(way_on).to_be_visible()
        frame = page.frame("tool")
        assert frame is not None
        look(frame, complaints, reload=False)
