"""Calls to servers by name: what the name resolves to is checked, and over TLS that the server bears it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lti import lines
from lti.outgoing import send
from tests.lti.outgoing import HASTY, OPEN, PUBLIC_ONLY, why_not
from tests.lti.servers import Server, drip, drip_headers, flood, hang, says, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(says({"a": 1}))) as running:
        yield running


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
    assert time.monotonic() - begun < 8
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
    assert time.monotonic() - begun < 8  # the server goes on for eighteen seconds at least


def test_over_tls_too_the_size_is_limited(secure: Server, names: Any) -> None:
    names["moodle.example"] = [["127.0.0.1"]]
    secure.reply = flood
    assert why_not(f"https://moodle.example:{secure.server_port}/").code == "too-large"


def test_a_server_that_speaks_no_tls_is_said(server: Server) -> None:
    assert why_not(f"https://127.0.0.1:{server.server_port}/", HASTY).code in ("no-connection", "slow")
