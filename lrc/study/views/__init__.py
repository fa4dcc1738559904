"""The pages of the study room."""

from lrc.study.views import (
    asking,
    authors,
    certificates,
    classroom,
    histories,
    images,
    journal,
    learning,
    lessons,
    opening,
    previewing,
    quizwriting,
    quizzes,
    reviewing,
    signing,
    verifying,
    writing,
)
from lrc.study.views.blueprint import blueprint
from lrc.study.views.verifying import public

__all__ = [
    "asking",
    "authors",
    "blueprint",
    "certificates",
    "classroom",
    "histories",
    "images",
    "journal",
    "learning",
    "lessons",
    "opening",
    "previewing",
    "public",
    "quizwriting",
    "quizzes",
    "reviewing",
    "signing",
    "verifying",
    "writing",
]
