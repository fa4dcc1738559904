"""The form in which a teacher orders, names and grades what goes into the course: read, checked, kept to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.links import COURSE, MODULE
from lti import picks
from lti.models import Pick
from lti.picks import Described

_DIGITS_LIMIT = 9


@dataclass
class PickForm:
    """The fields of one pick as they were typed; ``errors`` has a sentence for each that cannot be."""

    pick: Pick
    title: str
    text: str
    is_graded: bool
    maximum: str
    version: int | None = None
    """The number of the version that it stays with."""
    newest: int = 1
    """That of the version in force: from 2 on there are others to follow or not."""
    can_be_graded: bool = False
    errors: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, pick: Pick) -> PickForm:
        maximum = pick.maximum or picks.USUAL_MAXIMUM
        return cls(pick, pick.title, pick.text, pick.maximum is not None, str(maximum), pick.version)

    @classmethod
    def typed(cls, pick: Pick, fields: Mapping[str, str]) -> PickForm:
        """What came for this pick; as it was where nothing came (it was picked in another tab meanwhile)."""
        if f"title-{pick.id}" not in fields:
            return cls.of(pick)
        return cls(
            pick,
            title=_printable(" ".join(fields[f"title-{pick.id}"].split())),
            text=_printable(fields.get(f"text-{pick.id}", "").replace("\r\n", "\n").strip()),
            is_graded=f"graded-{pick.id}" in fields,
            maximum=fields.get(f"maximum-{pick.id}", "").strip(),
            version=_number(fields.get(f"version-{pick.id}", "")) or None,
        )

    @property
    def is_study(self) -> bool:
        """Whether its grade is earned in quizzes, not by reading."""
        return self.can_be_graded and self.pick.kind in (MODULE, COURSE)

    def check(self) -> None:
        """Leave sentences in ``errors`` for what cannot be."""
        self.errors = picks.troubles_of(self.described())

    def described(self) -> Described:
        return Described(self.title, self.text, _number(self.maximum) if self.is_graded else None, self.version)


def _number(typed: str) -> int:
    """The number typed; 0, which is never taken, for anything that is no whole number."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS_LIMIT else 0


def _printable(text: str) -> str:
    """Without what databases and platforms cannot hold, such as control characters."""
    return "".join(each if each.isprintable() or each == "\n" else " " for each in text)
