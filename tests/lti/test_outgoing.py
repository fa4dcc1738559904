"""Calls to other people's servers: bounded in time and size, to the address that was checked, and nowhere else."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lrc.config import Settings
from lti import lines
from lti.addresses import LOOPBACK
from lti.outgoing import Limits, Unreachable, limits_of, look, send
from tests.lti.servers import Server, drip, drip_go_ons, drip_headers, flood, hang, says, serving

OPEN = Limits(timeout_s=10, networks=LOOPBACK)
HASTY = replace(OPEN, timeout_s=0.5)
PUBLIC_ONLY = Limits(timeout_s=2)
Resolver = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(says({"a": 1}))) as running:
        yield running


def why_not(url: str, limits: Limits = OPEN) -> Unreachable:
    with pytest.raises(Unreachable) as refused:
        send("GET", url, limits=limits)
    return refused.value


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
    assert time.monotonic() - begun < 1.5


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


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What a name resolves to: for each asking a list of addresses, the last of them for every further one."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in known:
            return real(host, port, *args, **kwargs)
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [found for each in addresses for found in real(each, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def test_a_name_that_resolves_to_a_private_address_is_refused(server: Server, names: Any) -> None:
    names["moodle.example"] = [["127.0.0.1", "::1", "169.254.169.254"]]
    refused = why_not(f"http://moodle.example:{server.server_port}/", PUBLIC_ONLY)
    assert str(refused) == "is at an address that is not public (127.0.0.1)"
    assert server.asked == []


def test_of_the_addresses_of_a_name_only_the_allowed_ones_are_tried(server: Server, names: Any) -> None:
    names["moodle.example"] = [["10.0.0.1", "127.0.0.1"]]
    assert send("GET", f"http://moodle.example:{server.server_port}/", limits=OPEN).status == 200
    assert server.asked[0].headers["Host"] == f"moodle.example:{server.server_port}"


def test_the_address_that_was_checked_is_the_one_that_is_called(server: Server, names: Any) -> None:
    """A name that changes between check and use leads nowhere else (DNS rebinding)."""
    names["moodle.example"] = [["127.0.0.1"], ["10.0.0.1"]]
    assert send("GET", f"http://moodle.example:{server.server_port}/", limits=replace(OPEN, timeout_s=2)).status == 200
    assert names["moodle.example"] == [["10.0.0.1"]]


def test_a_name_that_nobody_knows_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert why_not("http://moodle.example/").code == "unknown-name"
    assert why_not(f"http://{'a' * 70}.example/").code == "unknown-name"


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    def resolve(*args: Any, **kwargs: Any) -> list[Any]:
        let_go.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    begun = time.monotonic()
    assert why_not("http://moodle.example/", HASTY).code == "slow"
    assert time.monotonic() - begun < 1.5
    let_go.set()


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose certificate is for moodle.example; the machine trusts it."""
    pem = _certificate("moodle.example")
    (tmp_path / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    lines._trust.cache_clear()
    with serving(Server(says({"a": 1})), context) as running:
        yield running
    lines._trust.cache_clear()


def _certificate(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def test_over_tls_the_certificate_must_be_for_the_name(secure: Server, names: Any) -> None:
    names["moodle.example"] = names["other.example"] = [["127.0.0.1"]]
    assert send("GET", f"https://moodle.example:{secure.server_port}/", limits=OPEN).json() == {"a": 1}
    for host in ("other.example", "127.0.0.1"):
        assert why_not(f"https://{host}:{secure.server_port}/").code == "bad-certificate"
    assert len(secure.asked) == 1


def test_a_certificate_that_nobody_trusts_is_refused(
    secure: Server, names: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    lines._trust.cache_clear()
    names["moodle.example"] = [["127.0.0.1"]]
    assert why_not(f"https://moodle.example:{secure.server_port}/").code == "bad-certificate"


@pytest.mark.parametrize("reply", [hang, drip, drip_headers])
def test_over_tls_too_the_deadline_holds(secure: Server, names: Any, reply: Any) -> None:
    names["moodle.example"] = [["127.0.0.1"]]
    secure.reply = reply
    begun = time.monotonic()
    assert why_not(f"https://moodle.example:{secure.server_port}/", HASTY).code == "slow"
    assert time.monotonic() - begun < 1.5


def test_over_tls_too_the_size_is_limited(secure: Server, names: Any) -> None:
    names["moodle.example"] = [["127.0.0.1"]]
    secure.reply = flood
    assert why_not(f"https://moodle.example:{secure.server_port}/").code == "too-large"


def test_a_server_that_speaks_no_tls_is_said(server: Server) -> None:
    assert why_not(f"https://127.0.0.1:{server.server_port}/", HASTY).code in ("no-connection", "slow")


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
