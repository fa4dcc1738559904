"""What the catalogue keeps: resources with file and review, courses and modules, uploads, and people's own reading."""

from catalog.models.courses import (
    Authorship,
    Cohort,
    Course,
    CourseModule,
    Enrolment,
    Version,
    VersionState,
)
from catalog.models.describing import Edit, EditWay, Taking
from catalog.models.reading import OwnList, OwnListItem, Place, ReadingHabits, Visited, Wish, WishState
from catalog.models.resources import (
    NEVER,
    File,
    FileState,
    Kind,
    Opening,
    Page,
    Remark,
    RemarkKind,
    Rendition,
    RenditionKind,
    Resource,
    ResourceState,
)
from catalog.models.uploads import Upload

__all__ = [
    "NEVER",
    "Authorship",
    "Cohort",
    "Course",
    "CourseModule",
    "Edit",
    "EditWay",
    "Enrolment",
    "File",
    "FileState",
    "Kind",
    "Opening",
    "OwnList",
    "OwnListItem",
    "Page",
    "Place",
    "ReadingHabits",
    "Remark",
    "RemarkKind",
    "Rendition",
    "RenditionKind",
    "Resource",
    "ResourceState",
    "Taking",
    "Upload",
    "Version",
    "VersionState",
    "Visited",
    "Wish",
    "WishState",
]
