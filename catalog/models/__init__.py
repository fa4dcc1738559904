"""What the catalogue keeps: resources with their file and review, and of courses and modules what is theirs alone."""

from catalog.models.courses import (
    Authorship,
    Cohort,
    Course,
    CourseModule,
    Enrolment,
    Version,
    VersionState,
)
from catalog.models.resources import (
    NEVER,
    File,
    FileState,
    Kind,
    Opening,
    Page,
    Remark,
    RemarkKind,
    Resource,
    ResourceState,
)

__all__ = [
    "NEVER",
    "Authorship",
    "Cohort",
    "Course",
    "CourseModule",
    "Enrolment",
    "File",
    "FileState",
    "Kind",
    "Opening",
    "Page",
    "Remark",
    "RemarkKind",
    "Resource",
    "ResourceState",
    "Version",
    "VersionState",
]
