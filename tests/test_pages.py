"""What every page shares: language, health, safety headers, the page for errors."""

from __future__ import annotations

import logging
import re

import brotli
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.db import make_engine
from lrc.errors import NotFound
from lrc.pages import filesize, is_own_path
from tests import factories

TOOL = "https://tool.example"


def test_the_health_check_answers_from_the_database(app: Flask) -> None:
    answer = app.test_client().get("/health", base_url=TOOL)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_an_unknown_address_says_so_with_a_reference_number_that_the_log_has(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = app.test_client().get("/nowhere", base_url=TOOL)
    assert answer.status_code == 404
    assert "No encontramos lo que buscas" in answer.text
    reference = re.search(r"Número de referencia: (\w{8})", answer.text)
    assert reference is not None
    assert reference[1] in caplog.text


def test_an_unforeseen_error_shows_no_inner_detail(app: Flask) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail")

    answer = app.test_client().get("/broken", base_url=TOOL)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Número de referencia" in answer.text


def test_a_form_without_its_token_is_refused(app: Flask, session: Session) -> None:
    answer = factories.signed_in(app, session).post("/language", data={"language": "en"})
    assert answer.status_code == 400
    assert "Ya cambió" in answer.text


def test_the_browser_decides_the_language_until_the_person_does(app: Flask) -> None:
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert '<html lang="en">' in client.get("/nowhere", base_url=TOOL, headers=english).text
    client.post("/language", base_url=TOOL, data={"language": "es"}, headers=english)
    assert '<html lang="es">' in client.get("/nowhere", base_url=TOOL, headers=english).text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_language_switch_never_leads_to_another_site(app: Flask, elsewhere: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/language", base_url=TOOL, data={"language": "en", "next": elsewhere})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"


def test_every_page_forbids_foreign_scripts_and_sniffing(app: Flask) -> None:
    headers = app.test_client().get("/nowhere", base_url=TOOL).headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/missing.js?v=1", "/static/missing.js", "/static/../lrc.css?v=1", "/"])
def test_no_page_of_a_person_may_be_kept_by_a_shared_cache(app: Flask, session: Session, path: str) -> None:
    answer = factories.signed_in(app, session).get(path)
    assert "csrf_token" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"


# flask-compress leaves the closing of the file behind a static answer to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_static_file_is_kept_for_good_and_names_nobody(app: Flask, session: Session) -> None:
    with factories.signed_in(app, session).get("/static/lrc.css?v=1") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_a_database_that_is_away_is_said_on_a_page_with_all_its_headers(
    app: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    browser = factories.signed_in(app, session)
    app.extensions["lrc_engine"] = make_engine("sqlite:////nowhere/at/all.sqlite3")
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "Número de referencia" in answer.text
    assert "nowhere" not in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_the_cookie_comes_back_in_a_frame_of_another_site(app: Flask) -> None:
    cookie = app.test_client().get("/nowhere", base_url=TOOL).headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(cookie.split("; "))


# flask-compress leaves the closing of the file behind a static answer to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_is_sent_travels_compressed(app: Flask) -> None:
    with app.test_client().get("/static/lrc.css", base_url=TOOL, headers={"Accept-Encoding": "br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert b"--paper" in brotli.decompress(answer.data)


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [(0, "0 B"), (999, "999 B"), (830_400, "830 kB"), (3_240_000, "3.2 MB"), (512 * 1024**2, "536.9 MB")],
)
def test_sizes_are_said_as_people_in_peru_write_them(app: Flask, size_bytes: int, said: str) -> None:
    assert filesize(size_bytes) == said


def test_an_own_path_is_a_plain_path() -> None:
    assert is_own_path("/search?q=agua")
    assert not is_own_path("")


def test_a_refusal_may_say_more_than_its_kind(app: Flask) -> None:
    @app.get("/gone")
    def gone() -> str:
        raise NotFound("Ese libro se retiró.", advice="Pregunta en la biblioteca.")

    answer = app.test_client().get("/gone", base_url=TOOL)
    assert "Ese libro se retiró." in answer.text
    assert "Pregunta en la biblioteca." in answer.text
