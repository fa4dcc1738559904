"""The pages of the catalogue: a teacher's materials and course, review, and the reader."""

from catalog.views import (
    course,
    courselinks,
    courses,
    curation,
    describing,
    grades,
    habits,
    links,
    marks,
    materials,
    picker,
    reader,
    sending,
    similar,
    renditions,
)
from catalog.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "course",
    "courselinks",
    "courses",
    "curation",
    "describing",
    "grades",
    "habits",
    "links",
    "marks",
    "materials",
    "picker",
    "reader",
    "sending",
    "similar",
]
    "renditions",
