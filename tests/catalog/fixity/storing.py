"""Files whose bytes a real storage holds, and what may happen to them there without our knowing."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import boto3
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.fixity import tasks
from catalog.models import File, FixityCheck, Rendition, RenditionKind, Resource
from lrc.config import Settings
from lrc.storage import current_storage
from tests import factories


class Vault:
    """What storage holds, looked at from outside of the centre."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session = session
        self._bucket = settings.s3_bucket
        self._client = boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint_url,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key,
        )

    def resource(self, content: str = "La quinua crece en la puna.", **columns: Any) -> Resource:
        """A published resource whose file is in storage."""
        raw = content.encode()
        key = current_storage().save(io.BytesIO(raw), kind="files")
        kept = {"key": key, "size_bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        made = factories.resource(self.session, content, **kept, **columns)
        self.session.commit()
        return made

    def captions(self, file: File, content: str = "WEBVTT\n\n00:01.000 --> 00:02.000\nHola") -> Rendition:
        key = current_storage().save(io.BytesIO(content.encode()), kind="files")
        made = Rendition(file_id=file.id, kind=RenditionKind.CAPTIONS, key=key, media_type="text/vtt")
        made.size_bytes = len(content)
        self.session.add(made)
        self.session.commit()
        return made

    def put(self, key: str, content: str) -> None:
        """Other bytes under a key that is in use, or the right ones again."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content.encode())

    def lose(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def check(self, file: File) -> None:
        tasks.check_file(file.id)

    def outcomes(self) -> dict[str, str]:
        """What was found of each key that was looked at."""
        self.session.rollback()
        self.session.expire_all()
        return {each.key: each.outcome.value for each in self.session.scalars(select(FixityCheck))}


def file_of(resource: Resource) -> File:
    assert resource.file is not None
    return resource.file
