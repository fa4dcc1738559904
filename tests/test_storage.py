"""Storage against a real S3 server: what is saved comes back, links open only what they should, absence is said."""

from __future__ import annotations

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import requests

from lrc.config import MIB, Settings
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import MissingFile, Storage

TOOL = "https://tool.example"


@pytest.fixture
def storage(live_settings: Settings) -> Storage:
    return Storage(live_settings)


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


@pytest.mark.parametrize("size_bytes", [0, 1, 17 * MIB + 1], ids=["empty", "tiny", "in parts"])
def test_what_is_saved_comes_back_as_it_was(storage: Storage, tmp_path: Path, size_bytes: int) -> None:
    content = os.urandom(size_bytes)

    key = storage.save(io.BytesIO(content), kind="files")

    storage.fetch(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content
    assert storage.size_bytes(key) == size_bytes


def test_progress_of_fetching_adds_up(storage: Storage, tmp_path: Path) -> None:
    key = storage.save(io.BytesIO(os.urandom(17 * MIB)), kind="files")
    steps: list[int] = []

    storage.fetch(key, tmp_path / "back", steps.append)

    assert sum(steps) == 17 * MIB
    assert len(steps) > 1


def test_two_files_never_share_a_key(storage: Storage) -> None:
    assert storage.save(io.BytesIO(b"one"), kind="files") != storage.save(io.BytesIO(b"one"), kind="files")


def test_a_missing_key_is_said(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        storage.size_bytes("files/none")
    with pytest.raises(MissingFile):
        storage.fetch("files/none", tmp_path / "back")


def test_deleting_twice_is_no_error(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"gone"), kind="files")

    storage.delete(key)
    storage.delete(key)

    with pytest.raises(MissingFile):
        storage.size_bytes(key)


def test_keys_are_listed_by_kind_and_age(storage: Storage) -> None:
    file = storage.save(io.BytesIO(b"file"), kind="files")
    cover = storage.save(io.BytesIO(b"cover"), kind="covers")

    assert set(storage.keys("files")) == {file}
    assert set(storage.keys("covers")) == {cover}
    assert set(storage.keys("files", before=utcnow() - timedelta(hours=1))) == set()
    assert set(storage.keys("files", before=utcnow() + timedelta(hours=1))) == {file}


def test_a_listing_longer_than_one_page_is_whole(storage: Storage) -> None:
    with ThreadPoolExecutor(8) as pool:
        saved = set(pool.map(lambda _: storage.save(io.BytesIO(b"x"), kind="covers"), range(1005)))

    assert set(storage.keys("covers")) == saved


def test_a_link_to_a_pdf_opens_in_the_browser(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"%PDF-1.7 page"), kind="files")

    answer = get(storage.link(key, name="Guía “básica”.pdf", media_type="application/pdf"))

    assert answer.content == b"%PDF-1.7 page"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''Gu%C3%ADa")


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/plain"])
def test_what_could_run_script_comes_as_a_download_of_unknown_kind(storage: Storage, media_type: str) -> None:
    key = storage.save(io.BytesIO(b"<script>alert(1)</script>"), kind="files", media_type=media_type)

    answer = get(storage.link(key, name="page.html", media_type=media_type))

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_name_cannot_add_headers(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"x"), kind="files")

    answer = get(storage.link(key, name='a"\r\nSet-Cookie: x=1;.pdf', media_type="application/pdf", download=True))

    assert answer.ok
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''a%22%0D%0A")


def test_a_page_of_the_tool_may_read_a_range(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"0123456789"), kind="files")

    answer = get(storage.link(key, name="a.pdf", media_type="application/pdf"), Range="bytes=2-4", Origin=TOOL)

    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"
    assert answer.headers["Access-Control-Allow-Origin"] == TOOL
    exposed = {each.strip().lower() for each in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert {"content-range", "content-length", "accept-ranges"} <= exposed


def test_the_browser_asks_first_and_is_let_in(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"0123456789"), kind="files")
    asking = {"Origin": TOOL, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}

    answer = requests.options(storage.link(key, name="a.pdf", media_type="application/pdf"), headers=asking, timeout=10)

    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] == TOOL


def test_pages_of_others_may_not_read(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"0123456789"), kind="files")

    answer = get(storage.link(key, name="a.pdf", media_type="application/pdf"), Origin="https://evil.example")

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_file_opens_only_by_a_whole_and_fresh_link(live_settings: Settings, storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"secret"), kind="files")
    other = storage.save(io.BytesIO(b"other"), kind="files")
    link = storage.link(key, name="a.pdf", media_type="application/pdf")

    bare = link.split("?")[0]
    assert get(link).status_code == 200
    assert get(bare).status_code == 403
    assert get(link.replace(key, other)).status_code == 403
    assert get(link.replace("application%2Fpdf", "text%2Fhtml")).status_code == 403
    assert requests.put(link, data=b"changed", timeout=10).status_code == 403
    assert get(bare.rsplit("/", 2)[0]).status_code == 403


def test_an_old_link_opens_nothing(live_settings: Settings) -> None:
    storage = Storage(replace(live_settings, link_lifetime_s=3))
    key = storage.save(io.BytesIO(b"secret"), kind="files")
    link = storage.link(key, name="a.pdf", media_type="application/pdf")
    assert get(link).ok

    time.sleep(4.1)

    assert get(link).status_code == 403


def test_links_are_for_the_address_that_browsers_use(live_settings: Settings) -> None:
    storage = Storage(replace(live_settings, s3_public_url="https://files.university.example"))

    assert storage.link("files/x", name="x", media_type="application/pdf").startswith(
        f"https://files.university.example/{live_settings.s3_bucket}/files/x?"
    )


def test_a_stream_that_breaks_leaves_nothing(live_settings: Settings, storage: Storage) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 16 * MIB:
                raise OSError("the disk went away")
            return super().read(size)

    with pytest.raises(OSError, match="the disk went away"):
        storage.save(Broken(bytes(40 * MIB)), kind="files")

    assert list(storage.keys("files")) == []
    assert unfinished(live_settings) == []


def test_uploads_broken_off_are_dropped_in_time(live_settings: Settings, storage: Storage) -> None:
    client(live_settings).create_multipart_upload(Bucket=live_settings.s3_bucket, Key="files/broken-off")

    storage.drop_unfinished(before=utcnow() - timedelta(days=1))
    assert unfinished(live_settings) == ["files/broken-off"]

    storage.drop_unfinished(before=utcnow() + timedelta(minutes=1))
    assert unfinished(live_settings) == []


def test_parts_come_by_their_links_and_are_put_together(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(5 * MIB + 3)
    key, upload = storage.begin_parts("files")
    for number, part in ((2, content[5 * MIB :]), (1, content[: 5 * MIB])):
        assert requests.put(storage.part_link(key, upload, number, len(part)), data=part, timeout=10).ok

    parts = storage.parts(key, upload)
    storage.join_parts(key, upload, parts)

    assert {number: part.size_bytes for number, part in parts.items()} == {1: 5 * MIB, 2: 3}
    storage.fetch(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content
    with pytest.raises(MissingFile):
        storage.parts(key, upload)


def test_a_link_takes_its_own_part_of_its_own_size_and_nothing_else(storage: Storage) -> None:
    key, upload = storage.begin_parts("files")
    link = storage.part_link(key, upload, 1, 4)

    assert requests.put(link, data=b"longer", timeout=10).status_code == 403
    assert requests.put(link.replace("partNumber=1", "partNumber=2"), data=b"four", timeout=10).status_code == 403
    assert get(link).status_code == 403
    assert storage.parts(key, upload) == {}
    storage.drop_parts(key, upload)
    storage.drop_parts(key, upload)
    assert requests.put(link, data=b"four", timeout=10).status_code == 404


@pytest.mark.parametrize(("origin", "may"), [(TOOL, True), ("https://evil.example", False)])
def test_only_pages_of_the_tool_may_send_parts(storage: Storage, origin: str, may: bool) -> None:
    link = storage.part_link(*storage.begin_parts("files"), 1, 4)

    answer = requests.options(link, headers={"Origin": origin, "Access-Control-Request-Method": "PUT"}, timeout=10)

    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is may
    assert ("PUT" in answer.headers.get("Access-Control-Allow-Methods", "")) is may


def test_preparing_again_changes_nothing(storage: Storage) -> None:
    key = storage.save(io.BytesIO(b"kept"), kind="files")

    storage.prepare()

    assert storage.size_bytes(key) == 4


@pytest.mark.parametrize("changes", [{"s3_endpoint_url": "http://127.0.0.1:9"}, {"s3_endpoint_url": ""}])
def test_a_server_that_is_not_there_is_said(live_settings: Settings, tmp_path: Path, changes: dict[str, str]) -> None:
    storage = Storage(replace(live_settings, **changes))

    for attempt in (
        storage.prepare,
        lambda: storage.save(io.BytesIO(b"x"), kind="files"),
        lambda: storage.fetch("files/x", tmp_path / "back"),
        lambda: storage.delete("files/x"),
        lambda: list(storage.keys("files")),
    ):
        with pytest.raises(Unavailable):
            attempt()


@pytest.mark.parametrize("changes", [{"s3_secret_key": "wrong"}, {"s3_access_key": "wrong"}])
def test_wrong_keys_are_said(live_settings: Settings, changes: dict[str, str]) -> None:
    storage = Storage(replace(live_settings, **changes))

    with pytest.raises(Unavailable):
        storage.save(io.BytesIO(b"x"), kind="files")
    with pytest.raises(Unavailable):
        storage.prepare()


def client(settings: Settings):  # type: ignore[no-untyped-def]
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key,
    )


def unfinished(settings: Settings) -> list[str]:
    answer = client(settings).list_multipart_uploads(Bucket=settings.s3_bucket)
    return [each["Key"] for each in answer.get("Uploads", ())]
