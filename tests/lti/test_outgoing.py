"""Calls to other people's servers: bounded in time and size, to the address that was checked, and nowhere else."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from lrc.config import Settings
from lti import lines
from lti.addresses import LOOPBACK
from lti.outgoing import Unreachable, limits_of, look, send
from tests.lti.outgoing import HASTY, OPEN, PUBLIC_ONLY, why_not
from tests.lti.servers import Server, drip, drip_go_ons, drip_headers, flood, hang, says, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(says({"a": 1}))) as running:
        yield running


def test_an_answer_comes_whole_whatever_its_status(server: Server) -> None:
    server.reply = says({"error": "invalid_scope"}, status=400, X_Told="yes")
    answer = send("GET", f"{server.url}/a?b=1&c", limits=OPEN)
    assert (answer.status, answer.json(), answer.headers["x-told"]) == (400, {"error": "invalid_scope"}, "yes")
    [asked] = server.asked
    assert (asked.path, asked.headers["Host"]) == ("/a?b=1&c", f"127.0.0.1:{server.server_port}")
    assert asked.headers["User-Agent"].startswith("lrc/")


def test_forms_json_and_bodies_are_sent_with_their_type(server: Server) -> None:
    send("POST", server.url, limits=OPEN, form={"a": "1 ñ"})
    send("PUT", server.url, limits=OPEN, json={"a": [1]})
    send("POST", server.url, limits=OPEN, body=b"{}", headers={"Content-Type": "application/x+json"})
    assert [(asked.command, asked.headers["Content-Type"], asked.body) for asked in server.asked] == [
        ("POST", "application/x-www-form-urlencoded", b"a=1+%C3%B1"),
        ("PUT", "application/json", b'{"a": [1]}'),
        ("POST", "application/x+json", b"{}"),
    ]


def test_an_empty_answer_and_one_in_chunks_are_whole(server: Server) -> None:
    server.replies = [says(b"", Content_Length="0"), says(b"2\r\n{}\r\n0\r\n\r\n", Transfer_Encoding="chunked")]
    assert send("POST", server.url, limits=OPEN).body == b""
    assert send("GET", server.url, limits=OPEN).json() == {}


@pytest.mark.parametrize("reply", [hang, drip, drip_headers, drip_go_ons])
def test_a_server_that_drips_is_left_at_the_deadline(server: Server, reply: Any) -> None:
    server.reply = reply
    begun = time.monotonic()
    assert why_not(server.url, HASTY).code == "slow"
    assert time.monotonic() - begun < 8  # the server goes on for eighteen seconds at least


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        pytest.param(says(b"x" * 600_000), "too-large", id="huge"),
        pytest.param(flood, "too-large", id="endless chunk"),
        pytest.param(says(b"", X=("x" * 60_000), Y=("y" * 60_000), **{"Z" * 9: "z" * 60_000}), "", id="long headers"),
        pytest.param(says(b"", **{f"X{number}": "x" for number in range(200)}), "no-connection", id="many headers"),
        pytest.param(says(gzip.compress(bytes(10**8)), Content_Encoding="gzip"), "bad-answer", id="gzip bomb"),
        pytest.param(says(b"{}", Content_Length="9"), "no-connection", id="cut short"),
        pytest.param(says(b"zz\r\n", Transfer_Encoding="chunked"), "no-connection", id="badly chunked"),
        pytest.param(lambda asked: asked.wfile.write(b"SSH-2.0\r\n"), "no-connection", id="another protocol"),
        pytest.param(lambda asked: None, "no-connection", id="hangs up"),
    ],
)
def test_an_answer_that_is_too_large_or_broken_is_refused(server: Server, reply: Any, code: str) -> None:
    server.reply = reply
    if code:
        assert why_not(server.url).code == code
    else:
        assert len(send("GET", server.url, limits=OPEN).headers) > 3


def test_what_is_not_json_is_said_only_to_who_wants_json(server: Server) -> None:
    for body in (b"<h1>Error</h1>", b"[" * 100_000, b"\xff", b""):
        server.reply = says(body)
        answer = send("GET", server.url, limits=OPEN)
        with pytest.raises(Unreachable, match="is not JSON"):
            answer.json()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed_and_the_host_is_named(server: Server, status: int) -> None:
    server.reply = says(b"", status=status, Location="https://other.example/login?token=secret")
    refused = why_not(server.url)
    assert (str(refused), refused.code) == (f"leads elsewhere ({status} to other.example)", "redirect")
    assert len(server.asked) == 1


def test_of_a_web_page_redirects_are_told_and_of_a_long_one_the_beginning(server: Server) -> None:
    server.reply = says(b"", status=301, Location="https://other.example/now")
    moved = look("GET", server.url, limits=OPEN)
    assert (moved.status, moved.headers["location"], len(server.asked)) == (301, "https://other.example/now", 1)

    server.reply = says(b"<title>Riego</title>" + b"x" * 1_000_000)
    assert look("GET", server.url, limits=replace(OPEN, max_bytes=1000)).body[:20] == b"<title>Riego</title>"
    assert look("HEAD", server.url, limits=OPEN).body == b""
    server.reply = says(gzip.compress(b"x"), Content_Encoding="gzip")
    assert look("GET", server.url, limits=OPEN).body == b""


def test_a_web_page_is_asked_for_within_the_same_bounds(server: Server) -> None:
    for url, limits, code in (
        (server.url, PUBLIC_ONLY, "private-address"),
        ("file:///etc/passwd", OPEN, "bad-address"),
        (server.url, HASTY, "slow"),
    ):
        server.reply = hang
        with pytest.raises(Unreachable) as refused:
            look("GET", url, limits=limits)
        assert refused.value.code == code


def test_nobody_listening_is_said() -> None:
    assert why_not("http://127.0.0.1:9/").code == "no-connection"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "ftp://a.example/",
            "//a.example",
            "a.example",
            "",
            "http://",
            "http://[::1",
            "http://a:b/",
        ),
        *("http://user@a.example/", "http://a.example:99999/", "http://a.example\\@b.example/", "http://a b.example/"),
        *("http://ñ.example/", "http://a.example/\r\nX: y", "http://a.example/ x", "http://[fe80::1%25lo]/"),
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    assert why_not(url).code == "bad-address"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "localhost"),
        *("10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1"),
        *("192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[64:ff9b::10.0.0.1]"),
        *("[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001:0:1:1:0:0:80ff:fffe]", "[fc00::1]", "[fe80::1]", "[fec0::1]"),
        *("[ff02::1]", "[2001:db8::1]", "[100::1]", "[4000::1]"),
    ],
)
def test_addresses_that_are_not_public_are_refused_in_every_form(host: str) -> None:
    assert why_not(f"http://{host}:9/", PUBLIC_ONLY).code == "private-address"


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "200.48.225.130", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_public_addresses_may_be_called(address: str) -> None:
    assert lines.is_reachable(address)


def test_a_network_that_is_let_in_lets_in_no_other() -> None:
    networks = (ip_network("10.20.0.0/16"), ip_network("fd00:1::/32"))
    assert [lines.is_reachable(each, networks) for each in ("10.20.3.4", "::ffff:10.20.3.4", "fd00:1::5")] == [True] * 3
    assert not any(lines.is_reachable(each, networks) for each in ("10.21.3.4", "127.0.0.1", "fd00:2::5", "::1"))


def test_this_machine_is_called_only_for_trying_or_where_the_operator_lets_it_in(settings: Settings) -> None:
    assert limits_of(settings).networks == LOOPBACK
    production = replace(settings, mode="production")
    assert limits_of(production).networks == ()
    assert limits_of(replace(production, private_platforms="10.0.0.0/8, fd00::/8")).networks == (
        ip_network("10.0.0.0/8"),
        ip_network("fd00::/8"),
    )
    assert limits_of(settings).timeout_s == settings.http_timeout_s


def test_the_environment_names_no_proxy_for_us(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert json.loads(send("GET", server.url, limits=OPEN).body) == {"a": 1}
