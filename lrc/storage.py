"""Files in S3-compatible storage. The only module that knows boto3.

Keys are fresh and random and never written twice, so what a link points to cannot change under its reader.
"""

from __future__ import annotations

import io
import logging
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import quote

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask, current_app
from s3transfer.exceptions import RetriesExceededError, TransferNotDoneError

from lrc.config import MIB, Settings
from lrc.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

log = logging.getLogger(__name__)

_PARTS = TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=8 * MIB, max_concurrency=2)
# Ten parts wait in memory otherwise, whatever the concurrency; this halves a long upload's memory and its time.
_PARTS.max_in_memory_upload_chunks = 2
_ONE_BY_ONE = TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB, use_threads=False)
_MISSING = {"NoSuchKey", "NoSuchUpload", "404", "NotFound"}
# Without an address boto3 would go to Amazon by itself; nobody listens here.
_NOWHERE = "http://127.0.0.1:9"
# Clients may be used by many threads, but not made by several at once.
_CONNECTING = threading.Lock()
# Shown as they are by browsers without running anything; all else is offered as a download of unknown kind.
_SHOWN_AS_IS = {
    "application/pdf",
    *("image/webp", "image/png", "image/jpeg"),
    *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "video/mp4", "video/webm"),
}


class MissingFile(NotFound):
    """A key that storage does not hold."""


@dataclass(frozen=True)
class Part:
    """A part of an upload that has come, with the mark that storage gave it."""

    size_bytes: int
    mark: str


class Storage:
    """Save, open, delete, link. Every method raises Unavailable where the server does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bucket = settings.s3_bucket

    # Connected at first use: most processes and tests never come to it, and boto3 takes its time.
    @cached_property
    def _client(self) -> S3Client:
        return self._connect(self._settings.s3_endpoint_url)

    @cached_property
    def _signer(self) -> S3Client:
        """Signs links for the address that the browser will use, which may be another than ours."""
        return self._connect(self._settings.s3_public_url)

    def _connect(self, endpoint_url: str) -> S3Client:
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        with _CONNECTING:
            return boto3.client(
                "s3",
                endpoint_url=endpoint_url or _NOWHERE,
                region_name=self._settings.s3_region,
                aws_access_key_id=self._settings.s3_access_key or None,
                aws_secret_access_key=self._settings.s3_secret_key or None,
                config=config,
            )

    def prepare(self) -> None:
        """Make the bucket where it is missing, and let pages of the tool read ranges from it and send parts to it."""
        with _translated(self._bucket):
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if _code(error) not in _MISSING:
                    raise
                self._client.create_bucket(Bucket=self._bucket)
            self._let_pages_in()

    def try_out(self) -> None:
        """Save, read and delete a few bytes. Raises Unavailable where the server answers but cannot do that yet."""
        key = self.save(io.BytesIO(b"ready?"), kind="trial")
        with _translated(key):
            self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        self.delete(key)

    def _let_pages_in(self) -> None:
        rule = {
            "AllowedOrigins": [self._settings.tool_url],
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["Range"],
            "ExposeHeaders": ["Accept-Ranges", "Content-Range", "Content-Length", "ETag"],
            "MaxAgeSeconds": 3600,
        }
        try:
            self._client.put_bucket_cors(Bucket=self._bucket, CORSConfiguration={"CORSRules": [cast(Any, rule)]})
        except ClientError as error:
            if _code(error) != "NotImplemented":
                raise
            log.warning("this S3 server takes no CORS rules: allow %s to read and put yourself", rule["AllowedOrigins"])

    def drop_unfinished(self, *, before: datetime, kept: Collection[str] = ()) -> None:
        """Forget uploads in parts that began ``before``, never ended and are not among ``kept``: they take up room."""
        with _translated(self._bucket):
            for answer in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for upload in answer.get("Uploads", ()):
                    if upload["Initiated"] < before and upload["UploadId"] not in kept:
                        self.drop_parts(upload["Key"], upload["UploadId"])

    def begin_parts(self, kind: str) -> tuple[str, str]:
        """Begin an upload in parts: its fresh key, and the id by which storage knows it until it is put together."""
        key = f"{kind}/{secrets.token_hex(16)}"
        with _translated(key):
            begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=key)
        return key, begun["UploadId"]

    def part_link(self, key: str, upload_id: str, number: int, size_bytes: int) -> str:
        """A short-lived address to which a browser may PUT one part, numbered from 1, of exactly this size."""
        wanted = {"Bucket": self._bucket, "Key": key, "UploadId": upload_id, "PartNumber": number}
        return self._signer.generate_presigned_url(
            "upload_part", Params={**wanted, "ContentLength": size_bytes}, ExpiresIn=self._settings.link_lifetime_s
        )

    def parts(self, key: str, upload_id: str) -> dict[int, Part]:
        """The parts that have come, by number. MissingFile where the upload was dropped or is put together already."""
        with _translated(key):
            pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, Key=key, UploadId=upload_id)
            held = [each for answer in pages for each in answer.get("Parts", ())]
        return {each["PartNumber"]: Part(each["Size"], each["ETag"]) for each in held}

    def join_parts(self, key: str, upload_id: str, parts: dict[int, Part]) -> None:
        """Put the parts together into one object."""
        named: list[CompletedPartTypeDef] = [{"PartNumber": each, "ETag": parts[each].mark} for each in sorted(parts)]
        with _translated(key):
            self._client.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": named}
            )

    def drop_parts(self, key: str, upload_id: str) -> None:
        """Forget an upload in parts; one that is gone is no error."""
        with suppress(MissingFile), _translated(key):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)

    def save(self, stream: IO[bytes], *, kind: str, media_type: str = "application/octet-stream") -> str:
        """Send a stream, in parts where it is long, and return its fresh key. ``kind`` is a folder such as "files"."""
        key = f"{kind}/{secrets.token_hex(16)}"
        with _translated(key):
            self._client.upload_fileobj(stream, self._bucket, key, ExtraArgs={"ContentType": media_type}, Config=_PARTS)
        return key

    def fetch(self, key: str, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        """Copy a stored file to ``path``; ``on_bytes(how many more)`` is called as they come, in the same thread."""
        with _translated(key), path.open("wb") as target:
            self._client.download_fileobj(self._bucket, key, target, Callback=on_bytes, Config=_ONE_BY_ONE)

    def read(self, key: str) -> bytes:
        """The whole of a small object."""
        with _translated(key):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of an object of any size, a piece at a time."""
        with _translated(key), closing(self._client.get_object(Bucket=self._bucket, Key=key)["Body"]) as body:
            yield from body.iter_chunks(MIB)

    def size_bytes(self, key: str) -> int:
        with _translated(key):
            return self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"]

    def delete(self, key: str) -> None:
        """Delete; a key already gone is no error."""
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def keys(self, kind: str, *, before: datetime | None = None) -> Iterator[str]:
        """All keys of a kind, or those last written ``before`` some time, in no order that can be relied on."""
        with _translated(kind):
            for answer in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{kind}/"
            ):
                for entry in answer.get("Contents", ()):
                    if before is None or entry["LastModified"] < before:
                        yield entry["Key"]

    def link(self, key: str, *, name: str, media_type: str, download: bool = False) -> str:
        """A short-lived address at the storage server.

        Whatever could run script there (HTML, SVG) comes as a download of unknown kind.
        """
        shown = media_type in _SHOWN_AS_IS and not download
        disposition = "inline" if shown else "attachment"
        return self._signer.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentType": media_type if media_type in _SHOWN_AS_IS else "application/octet-stream",
                "ResponseContentDisposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
            },
            ExpiresIn=self._settings.link_lifetime_s,
        )


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise MissingFile(detail=f"storage does not hold {key}") from error
        raise Unavailable(detail=f"storage refused {key}: {error}") from error
    except (BotoCoreError, Boto3Error, RetriesExceededError, TransferNotDoneError) as error:
        raise Unavailable(detail=f"storage does not answer for {key}: {error}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["lrc_storage"] = Storage(settings)


def current_storage() -> Storage:
    return cast(Storage, current_app.extensions["lrc_storage"])
