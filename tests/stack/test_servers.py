"""The embedded servers: only this computer reaches them, and only with keys."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import redis
import requests

from lrc.config import Settings
from lrc.stack import seaweed, valkey
from lrc.stack.kept import GRPC_OFFSET, Kept
from lrc.storage import Storage
from tests.services import supervised


def of(name: str) -> psutil.Process:
    return next(each for each in psutil.Process().children() if name in each.name())


def test_the_s3_server_listens_on_this_computer_only(s3: Settings, embedded: tuple[Settings, Kept]) -> None:
    listening = [each.laddr for each in of("weed").net_connections("inet") if each.status == psutil.CONN_LISTEN]

    assert {each.ip for each in listening} == {"127.0.0.1"}
    own = set(embedded[1].ports.values())
    assert {each.port for each in listening} == own | {port + GRPC_OFFSET for port in own}


@pytest.mark.parametrize("part", ["filer", "volume", "admin"])
def test_no_other_door_of_the_s3_server_gives_or_takes_files(
    live_settings: Settings, embedded: tuple[Settings, Kept], part: str
) -> None:
    key = Storage(live_settings).save(io.BytesIO(b"secret"), kind="files")
    address = f"http://127.0.0.1:{embedded[1].ports[part]}"

    for path in ("/", f"/buckets/{live_settings.s3_bucket}/{key}", "/1,01637037d6"):
        for method in ("GET", "PUT", "POST", "DELETE"):
            answer = requests.request(method, address + path, data=b"changed", timeout=5)
            assert answer.status_code >= 400, f"{method} {path}"
            assert b"secret" not in answer.content
    assert Storage(live_settings).size_bytes(key) == 6


def test_nobody_reads_a_bucket_without_keys(live_settings: Settings) -> None:
    address = f"{live_settings.s3_endpoint_url}/{live_settings.s3_bucket}"

    assert requests.get(address, timeout=5).status_code == 403
    assert requests.put(f"{address}/files/new", data=b"x", timeout=5).status_code == 403
    assert requests.delete(address, timeout=5).status_code == 403


def test_the_s3_server_leaves_no_sockets_behind(tmp_path: Path, embedded: tuple[Settings, Kept], s3: Settings) -> None:
    own = list(embedded[1].ports.values())
    left = [each.name for each in Path("/tmp").glob("seaweedfs-*.sock") if any(str(port) in each.name for port in own)]
    assert left, "the server makes sockets there while it runs"

    stopped = Kept(ports={name: port + 1 for name, port in embedded[1].ports.items()})
    forgotten = Path("/tmp") / f"seaweedfs-s3-{stopped.ports['s3']}.sock"
    forgotten.touch()
    seaweed.tidy(tmp_path, stopped)

    assert not forgotten.exists()
    assert sorted(left) == sorted(each.name for each in Path("/tmp").glob("seaweedfs-*.sock") if each.name in left)


def test_the_broker_wants_its_password_and_no_network(broker: Settings, embedded: tuple[Settings, Kept]) -> None:
    state = embedded[1]
    assert of("valkey").net_connections("inet") == []

    stranger = redis.Redis(unix_socket_path=f"{state.sockets}/broker.sock")
    with closing(stranger), pytest.raises(redis.AuthenticationError):
        stranger.ping()
    assert valkey.answers(state)


def test_the_broker_keeps_what_it_was_given(tmp_path: Path, embedded: tuple[Settings, Kept]) -> None:
    state = Kept(sockets=str(tmp_path), secrets=embedded[1].secrets)
    program = valkey.program(tmp_path, state)
    with supervised(tmp_path / "logs", program), closing(valkey.client(state)) as client:
        client.rpush("reading", "task")

    with supervised(tmp_path / "logs", program), closing(valkey.client(state)) as client:
        assert client.lrange("reading", 0, -1) == [b"task"]


def test_secrets_are_in_files_that_only_the_owner_reads(s3: Settings, broker: Settings) -> None:
    for name in ("s3/s3.json", "s3/security.toml", "broker/valkey.conf", "embedded.json"):
        assert (s3.data / name).stat().st_mode & 0o777 == 0o600
    for name in ("s3", "s3/data", "broker", "run", "logs"):
        assert (s3.data / name).stat().st_mode & 0o777 == 0o700
