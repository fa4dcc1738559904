"""The pages of the study room."""

from lrc.study.views import asking, certificates, classroom, journal, learning, opening, previewing, quizzes, signing, verifying
from lrc.study.views.blueprint import blueprint
from lrc.study.views.verifying import public

__all__ = [
    "asking",
    "blueprint",
    "certificates",
    "classroom",
    "journal",
    "learning",
    "opening",
    "previewing",
    "public",
    "quizzes",
    "signing",
    "verifying",
]
