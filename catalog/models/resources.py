"""Resources (materials, courses and modules alike), their file, its pages, and the conversation of their review."""

from __future__ import annotations

import datetime as times
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Date, Enum, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lrc.db import Base, utcnow
from lti.models import Context, Person
from lti.viewers import EVERYONE


class Kind(StrEnum):
    """What a resource is; all are described, reviewed, found, linked and withdrawn in the same way."""

    MATERIAL = "material"  # a file, or a record without one
    COURSE = "course"  # of the catalogue: catalog.models.courses
    MODULE = "module"  # of self-study: its contents are the study room's (lrc.study)


class ResourceState(StrEnum):
    """Where a resource stands: only PUBLISHED is found by students."""

    DRAFT = "draft"  # its file is being read, or could not be
    WAITING = "waiting"  # for a librarian
    RETURNED = "returned"  # to its teacher, with a remark
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"  # into another one, which is found in its place (catalog.merging)


class FileState(StrEnum):
    RECEIVED = "received"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"
    QUARANTINED = "quarantined"  # a scanner found something in it: it is never served


class RenditionKind(StrEnum):
    """What stands beside a file."""

    CAPTIONS = "captions"  # WebVTT
    PDF = "pdf"  # the same, smaller
    SOUND = "sound"  # of a film


class RemarkKind(StrEnum):
    """What was done with a remark; each is a step of the review, kept for good."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETURNED = "returned"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    PARTED = "parted"  # what was merged is by itself again


NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""As a File's sent_at: no task was asked to read it; the reconciler sends one at its next round."""


def enum_of(kind: type[StrEnum]) -> Enum:
    """The type of a column that holds a member's value."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


class Resource(Base):
    """An item of the virtual library, described in Dublin Core's words."""

    __tablename__ = "resources"
    __table_args__ = (
        Index("ix_resources_kind_state", "kind", "state"),
        Index("ix_resources_institution_id_state", "institution_id", "state"),
        Index("ix_resources_owner_id", "owner_id"),
        Index(
            "ix_resources_embargo_until",
            "embargo_until",
            sqlite_where=text("embargo_until IS NOT NULL"),
            postgresql_where=text("embargo_until IS NOT NULL"),
        ),
        # Finding what the index lacks must not read the whole table.
        Index(
            "ix_resources_unindexed",
            "id",
            sqlite_where=text("revision <> indexed_revision"),
            postgresql_where=text("revision <> indexed_revision"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(String(255), unique=True)
    """The id under which the record was imported, or one of our own; the name by which it is exchanged."""
    kind: Mapped[Kind] = mapped_column(enum_of(Kind), default=Kind.MATERIAL, server_default=Kind.MATERIAL.value)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    context_id: Mapped[int | None] = mapped_column(ForeignKey("contexts.id"))
    """The Moodle course from which it was uploaded, where known."""
    title: Mapped[str] = mapped_column(String(500))
    creators: Mapped[list[str]] = mapped_column(default=list)
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    subjects: Mapped[list[str]] = mapped_column(default=list)
    type: Mapped[str] = mapped_column(String(100), default="")
    date: Mapped[str] = mapped_column(String(40), default="")
    publisher: Mapped[str] = mapped_column(String(500), default="")
    license: Mapped[str] = mapped_column(String(500), default="")
    identifiers: Mapped[list[str]] = mapped_column(default=list)
    level: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """For whom it is hard enough: a code of catalog.levels, empty where nobody said."""
    effort_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long working through it takes; 0 where nobody said."""
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What else is said of it (catalog.describing.description): other titles, roles, ORCID, accessibility..."""
    audience: Mapped[str] = mapped_column(String(60), default=EVERYONE)
    embargo_until: Mapped[times.date | None] = mapped_column(Date)
    """The first day on which readers may open what is in it; its record is there before."""
    state: Mapped[ResourceState] = mapped_column(enum_of(ResourceState), default=ResourceState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    published_at: Mapped[datetime | None]
    # The index lags behind while indexed_revision differs from revision; every change of what is found adds one.
    revision: Mapped[int] = mapped_column(default=1)
    indexed_revision: Mapped[int] = mapped_column(default=0)

    owner: Mapped[Person | None] = relationship()
    context: Mapped[Context | None] = relationship()
    # A file that another takes the place of may stay, as that of an earlier version: whoever wants it gone says so.
    file: Mapped[File | None] = relationship(back_populates="resource", cascade="all", uselist=False)
    # The database takes them along with the resource, and lets nobody delete them otherwise.
    remarks: Mapped[list[Remark]] = relationship(back_populates="resource", passive_deletes="all", order_by="Remark.id")


class File(Base):
    """The bytes of a resource, or of a version of it, in storage under ``key``, and what reading them found."""

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), unique=True)
    """None: it is of a version (catalog.models.Version.file_id) that waits, or that another took the place of."""
    key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(120), default="")
    """By content; empty until the file was read."""
    state: Mapped[FileState] = mapped_column(enum_of(FileState), default=FileState.RECEIVED, index=True)
    failure: Mapped[str] = mapped_column(String(40), default="")
    """Why it could not be read: a code of catalog.failures, empty unless FAILED."""
    pages_done: Mapped[int] = mapped_column(default=0)
    page_count: Mapped[int] = mapped_column(default=0)
    cover_key: Mapped[str] = mapped_column(String(100), default="")
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """The cover as a tiny WebP (at most 2 KB) that pages carry inside themselves, to save requests."""
    claim: Mapped[str] = mapped_column(String(32), default="")
    """Token of the task that reads it; only the holder may report."""
    claimed_at: Mapped[datetime | None]
    """Last sign of life of that task."""
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When the broker was last asked to have it read."""
    scanned_at: Mapped[datetime | None]
    """When the scanner for viruses last found nothing in it."""
    duration_s: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """Of a recording."""
    is_recognised: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Its text, or some of it, was read from pictures (OCR)."""
    offered: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What it says of itself, to be offered to who describes it: title, creators, date, language, subjects."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default="[]")
    """What the accessibility check found (catalog.accessibility): code, how bad, and where."""

    resource: Mapped[Resource | None] = relationship(back_populates="file")
    renditions: Mapped[list[Rendition]] = relationship(
        back_populates="file", cascade="all, delete-orphan", order_by="Rendition.id", passive_deletes=True
    )
    pages: Mapped[list[Page]] = relationship(
        back_populates="file", cascade="all, delete-orphan", order_by="Page.number", passive_deletes=True
    )


class Page(Base):
    """A piece of a file that a hit can point to: a PDF page, a slide, a sheet, a chapter or a section."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    label: Mapped[str] = mapped_column(String(300), default="")
    """Heading, sheet name or slide title; empty for a PDF page."""
    text: Mapped[str] = mapped_column(Text)
    """Plain text; paragraphs parted by a blank line."""
    start_s: Mapped[float | None]
    """Of a recording: where in it this is said."""

    file: Mapped[File] = relationship(back_populates="pages")


class Rendition(Base):
    """What stands beside a file in storage: its captions, or a lighter version of it."""

    __tablename__ = "renditions"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RenditionKind] = mapped_column(enum_of(RenditionKind))
    key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(120))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(35), default="")
    """Of captions."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)

    file: Mapped[File] = relationship(back_populates="renditions")


class Remark(Base):
    """A step of a resource's review, with what was said. The database refuses to change or to delete it."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[RemarkKind] = mapped_column(enum_of(RemarkKind))
    text: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What was said of single fields of the description, by their names."""
    version_number: Mapped[int | None]
    """The version of a material that it is about; None: the material as it stood, or whatever waited."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    resource: Mapped[Resource] = relationship(back_populates="remarks")
    author: Mapped[Person | None] = relationship(lazy="joined")


class Opening(Base):
    """That somebody opened a resource which is linked in their course, and perhaps marked it as read."""

    __tablename__ = "openings"
    __table_args__ = (UniqueConstraint("context_id", "person_id", "resource_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    times: Mapped[int] = mapped_column(default=1)
    """Days on which it was opened."""
    first_opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    read_at: Mapped[datetime | None]
    """When they said that they have read it."""
