"""Asking an address: what answers is told from what has moved, is gone, fails for now, or does not let us look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.weblinks import asking
from catalog.weblinks.asking import Life
from lrc.config import Settings
from lti.addresses import LOOPBACK
from lti.outgoing import Limits
from tests.lti.servers import Reply, Server, hang, says

OPEN = Limits(5.0, asking.PAGE_BYTES, LOOPBACK)
PAGE = says(b"<title>Riego por goteo</title>", Content_Type="text/html")


def moved(to: str, status: int = 301) -> Reply:
    return says(b"", status=status, Location=to)


def methods(site: Server) -> list[str]:
    return [each.command for each in site.asked]


def test_what_answers_is_asked_for_without_its_page(site: Server) -> None:
    assert asking.check(f"{site.url}/a#b", OPEN).life is Life.ANSWERED
    assert [(each.command, each.path) for each in site.asked] == [("HEAD", "/a")]


@pytest.mark.parametrize("status", [404, 405, 500])
def test_who_refuses_to_answer_without_the_page_is_asked_with_it(site: Server, status: int) -> None:
    site.replies = [says(b"", status=status)]
    site.reply = PAGE
    assert asking.check(site.url, OPEN).life is Life.ANSWERED
    assert methods(site) == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "life", "failure"),
    [
        (404, Life.GONE, "gone"),
        (410, Life.GONE, "gone"),
        (403, Life.UNSEEN, "closed"),
        (429, Life.UNSEEN, "closed"),
        (401, Life.UNSEEN, "closed"),
        (999, Life.UNSEEN, "closed"),
        (500, Life.FAILED, "error"),
        (503, Life.FAILED, "error"),
    ],
)
def test_a_bad_answer_says_how_bad_it_is(site: Server, status: int, life: Life, failure: str) -> None:
    site.reply = says(b"", status=status)
    seen = asking.check(site.url, OPEN)
    assert (seen.life, seen.status, seen.failure) == (life, status, failure)


def test_only_what_moved_for_good_has_moved(site: Server) -> None:
    for status, life in ((301, Life.MOVED), (308, Life.MOVED), (302, Life.ANSWERED), (307, Life.ANSWERED)):
        site.replies = [moved("/otra", status)]
        assert asking.check(f"{site.url}/una", OPEN).life is life
    site.replies = [moved("/otra", 301), moved("/tercera", 302)]
    assert asking.check(f"{site.url}/una", OPEN).life is Life.ANSWERED
    site.replies = [moved("/una/", 301)]
    assert asking.check(f"{site.url}/una", OPEN).life is Life.ANSWERED


def test_where_it_moved_to_is_told_in_plain_letters(site: Server) -> None:
    site.replies = [moved("/ñandú y más".encode().decode("latin-1"))]
    assert asking.check(f"{site.url}/una", OPEN).moved_to == f"{site.url}/%C3%B1and%C3%BA%20y%20m%C3%A1s"


def test_to_move_to_what_is_gone_is_to_be_gone(site: Server) -> None:
    site.reply = says(b"", status=404)
    site.replies = [moved("/otra"), says(b"", status=404), moved("/otra")]
    assert asking.check(f"{site.url}/una", OPEN).life is Life.GONE


def test_who_leads_on_without_end_is_left(site: Server) -> None:
    site.reply = moved("/otra")
    seen = asking.check(site.url, OPEN)
    assert (seen.life, seen.failure) == (Life.UNSEEN, "redirect")
    assert len(site.asked) == asking.MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "javascript:alert(1)", "http://["]
)
def test_nobody_leads_us_where_we_do_not_go(site: Server, to: str) -> None:
    site.replies = [moved(to)]
    seen = asking.read(site.url, OPEN)
    assert (seen.life, seen.said) == (Life.UNSEEN, {})
    assert len(site.asked) == 1


def test_a_site_that_says_nothing_fails(site: Server) -> None:
    site.reply = hang
    assert asking.check(site.url, replace(OPEN, timeout_s=0.3)).failure == "slow"
    assert asking.check("http://127.0.0.1:9/", OPEN).failure == "no-connection"


def test_the_page_is_read_from_its_beginning_only(site: Server) -> None:
    site.reply = says(b"<title>Riego por goteo</title>" + b" " * 2_000_000, Content_Type="text/html")
    assert asking.read(site.url, OPEN).said == {"title": "Riego por goteo"}


def test_where_real_people_come_only_public_addresses_are_called(settings: Settings) -> None:
    serious = replace(settings, mode="production", private_platforms="10.0.0.0/8")
    assert asking.limits_of(serious).networks == ()
    assert asking.limits_of(settings).networks == LOOPBACK


def test_a_long_answer_is_no_dead_one(site: Server) -> None:
    def endless(asked: Any) -> None:
        asked.send_response(200)
        asked.send_header("Content-Type", "video/mp4")
        asked.end_headers()
        if asked.command == "GET":
            asked.wfile.write(b"x" * 3_000_000)

    site.reply = endless
    assert asking.read(site.url, OPEN).life is Life.ANSWERED
