"""What people type of a group with a tutor: read, checked, and kept to be shown again beside what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.cohorts import MOST_PLACES, Plan
from catalog.models import Cohort

_DATES = ("enrol_until_on", "starts_on", "ends_on")


@dataclass
class GroupForm:
    """The form; days as ISO 8601, ``tutor`` the id of a person; ``errors`` has a sentence for each field."""

    title: str = ""
    tutor: str = ""
    tutor_words: str = ""
    enrol_until_on: str = ""
    starts_on: str = ""
    ends_on: str = ""
    places: str = ""
    errors: dict[str, str | LazyString] = field(default_factory=dict)

    @classmethod
    def of_form(cls, typed: Mapping[str, str]) -> GroupForm:
        form = cls()
        for name in ("title", "tutor", "tutor_words", *_DATES, "places"):
            setattr(form, name, typed.get(name, "").strip()[:500])
        return form

    @classmethod
    def of_cohort(cls, cohort: Cohort) -> GroupForm:
        return cls(
            title=cohort.title,
            tutor=str(cohort.tutor_id),
            enrol_until_on=cohort.enrol_until_on.isoformat(),
            starts_on=cohort.starts_on.isoformat(),
            ends_on=cohort.ends_on.isoformat(),
            places=str(cohort.places or ""),
        )

    def plan(self) -> Plan | None:
        """What was typed; None, with sentences in ``errors``, where something is missing or no date or number."""
        days = {name: self._read_day(name) for name in _DATES}
        places = self._read_places()
        if not (self.tutor.isascii() and self.tutor.isdigit() and len(self.tutor) < 10):
            self.errors["tutor"] = _("Elige quién acompañará al grupo.")
        if self.errors:
            return None
        return Plan(self.title, int(self.tutor), days["enrol_until_on"], days["starts_on"], days["ends_on"], places)

    def _read_day(self, name: str) -> date:
        typed = getattr(self, name)
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            self.errors[name] = _("Escribe la fecha completa.")
            return date.min
        if not 2000 <= day.year <= 2100:
            self.errors[name] = _("Revisa el año.")
        return day

    def _read_places(self) -> int:
        if not self.places:
            return 0
        if self.places.isascii() and self.places.isdigit() and int(self.places[:9]) <= MOST_PLACES:
            return int(self.places)
        self.errors["places"] = _("Escribe cuántos lugares hay con números, o déjalo vacío.")
        return 0
