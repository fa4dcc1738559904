"""A librarian with two materials that are the same."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.describing import description
from catalog.merging import choosing, merges
from catalog.merging.merges import Choice
from catalog.models import Merge, Resource
from lti.models import Person
from lti.viewers import Role
from tests import factories


class Desk:
    """A librarian of a university with two materials that are the same."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.librarian = factories.person(session, librarian=True)
        self.viewer = factories.viewer(session, Role.LIBRARIAN, by=self.librarian)
        self.teacher = self.somebody()
        self.kept = self.has(record_id="a", title="Suelos andinos", subjects=["Suelos"], identifiers=["10.1590/a"])
        self.merged = self.has(record_id="b", title="Los suelos andinos", subjects=["Andes"], date="2019")

    def has(self, *pages: str, **columns: object) -> Resource:
        return factories.resource(self.session, *pages, by=self.teacher, **columns)  # type: ignore[arg-type]

    def somebody(self) -> Person:
        made = factories.person(self.session)
        made.institution_id = self.librarian.institution_id
        self.session.flush()
        return made

    def choice(self, **columns: object) -> Choice:
        said = choosing.settled(description.of(self.kept), description.of(self.merged), {})
        return Choice(**{"said": said, "audience": self.kept.audience} | columns)  # type: ignore[arg-type]

    def merges(self, kept: Resource | None = None, merged: Resource | None = None, **columns: object) -> Merge:
        both = merges.get_both(self.session, self.viewer, (kept or self.kept).id, (merged or self.merged).id, held=True)
        return merges.merge(self.session, self.viewer, *both, self.choice(**columns))

    def parts(self, made: Merge) -> bool:
        return merges.part(self.session, self.viewer, merges.get_for_change(self.session, self.viewer, made.id))
