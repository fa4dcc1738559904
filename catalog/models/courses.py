"""Courses and modules: their versions and authors, cohorts, and who is enrolled."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.resources import File, Resource, enum_of
from lrc.db import Base, utcnow
from lti.models import Institution, Person


class VersionState(StrEnum):
    WAITING = "waiting"  # for a librarian
    RETURNED = "returned"
    PUBLISHED = "published"  # the one that is found and studied; at most one a resource
    REPLACED = "replaced"  # by a newer one; who is in the middle of it may keep it


class Version(Base):
    """A course or a module as it was handed in for review, whose contents never change; or a version of a material.

    A material has none until a second one is handed in (catalog.editions); the first is then noted with what it was.
    """

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("resource_id", "number"),
        Index(
            "uq_versions_published",
            "resource_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    state: Mapped[VersionState] = mapped_column(enum_of(VersionState), default=VersionState.WAITING)
    content: Mapped[dict[str, Any]]
    """A course's or a module's manuscript, as lrc.study.content writes it; of a material see catalog.editions."""
    texts: Mapped[list[str]] = mapped_column(default=list)
    """What a search finds in it: of each lesson its title, a line feed, and its text without formatting."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What its author says is new in it."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"), index=True)
    """Of a material: its file; None while it brings no other than the present one."""
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    published_at: Mapped[datetime | None]

    resource: Mapped[Resource] = relationship()
    file: Mapped[File | None] = relationship()
    author: Mapped[Person | None] = relationship()


class Authorship(Base):
    """That somebody may write a course or a module beside its owner."""

    __tablename__ = "authorships"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime] = mapped_column(default=utcnow)

    person: Mapped[Person] = relationship(foreign_keys=person_id)


class Course(Base):
    """What a course of the catalogue says beyond its resource, as in its published version."""

    __tablename__ = "courses"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    objectives: Mapped[list[str]] = mapped_column(default=list)
    """What one will be able to do."""
    for_whom: Mapped[str] = mapped_column(Text, default="")
    prerequisites: Mapped[str] = mapped_column(Text, default="")
    is_self_study: Mapped[bool] = mapped_column(default=True)
    """Whether one may begin whenever one likes; a tutored course has cohorts."""
    gives_certificate: Mapped[bool] = mapped_column(default=False)
    cover_key: Mapped[str] = mapped_column(String(100), default="")

    resource: Mapped[Resource] = relationship()


class CourseModule(Base):
    """A module's place in a published course; a module may be in several."""

    __tablename__ = "course_modules"

    course_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("resources.id"), primary_key=True, index=True)
    position: Mapped[int]
    """From 1."""

    module: Mapped[Resource] = relationship(foreign_keys=module_id)


class Cohort(Base):
    """A group that takes a course together with a tutor."""

    __tablename__ = "cohorts"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    title: Mapped[str] = mapped_column(String(200))
    tutor_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    enrol_until_on: Mapped[date] = mapped_column(Date)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    places: Mapped[int]
    """How many may enrol; 0: as many as like."""
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)

    course: Mapped[Resource] = relationship()
    tutor: Mapped[Person] = relationship()
    institution: Mapped[Institution] = relationship()


class Enrolment(Base):
    """Somebody's place in a course; one a person and course, kept when they leave."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("person_id", "course_id"), Index("ix_enrolments_course_id", "course_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    """None: self-study."""
    enrolled_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When they last did something in it."""
    left_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When all its modules were finished and passed."""

    course: Mapped[Resource] = relationship()
    person: Mapped[Person] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
