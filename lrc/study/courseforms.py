"""What people type of a course as a whole: as of a module, with its effort in hours, and how it is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import lazy_gettext as _

from lrc.study.content import Course, changed
from lrc.study.headforms import MOST_MINUTES, HeadForm, lines

_HOURS = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?", re.ASCII)
_YES = "yes"
_FIELDS = (
    *("title", "summary", "objectives", "for_whom", "prerequisites", "creators", "subjects", "level", "language"),
    *("license", "hours", "self_study", "certificate", "audience"),
)


@dataclass
class CourseForm(HeadForm):
    """The form; ``hours`` may have decimals, ``self_study`` and ``certificate`` are "yes" or empty."""

    for_whom: str = ""
    prerequisites: str = ""
    hours: str = ""
    self_study: str = ""
    certificate: str = ""
    fields: ClassVar[tuple[str, ...]] = _FIELDS

    @classmethod
    def of_course(cls, head: Course, *, audience: str, based_on: str) -> CourseForm:
        return cls(
            title=head.title,
            summary=head.summary,
            objectives=lines(head.objectives),
            creators=lines(head.creators),
            subjects=lines(head.subjects),
            level=head.level,
            language=head.language,
            license=head.license,
            for_whom=head.for_whom,
            prerequisites=head.prerequisites,
            hours=f"{head.minutes / 60:.2f}".rstrip("0").rstrip(".") if head.minutes else "",
            self_study=_YES if head.is_self_study else "",
            certificate=_YES if head.gives_certificate else "",
            audience=audience.split(":")[0],
            based_on=based_on,
        )

    def checked_course(self, head: Course) -> Course:
        """The head with what was typed; sentences in ``errors`` where something cannot be."""
        typed = changed(
            head,
            **self.described(head),
            for_whom=self.for_whom,
            prerequisites=self.prerequisites,
            is_self_study=self.self_study == _YES,
            gives_certificate=self.certificate == _YES,
        )
        return self.tidied(head, typed)

    def read_minutes(self) -> int:
        if not self.hours:
            return 0
        found = _HOURS.fullmatch(self.hours)
        minutes = round(float(f"{found[1]}.{found[2] or 0}") * 60) if found else MOST_MINUTES + 1
        if minutes <= MOST_MINUTES:
            return minutes
        self.errors["hours"] = _("Escribe las horas con números, por ejemplo 12 o 1,5.")
        return 0
