"""A teacher with a published material, two librarians of the same university, and what they do with versions of it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.describing import description
from catalog.editions import deciding, handing
from catalog.editions.handing import News
from catalog.models import File, FileState, Page, Resource, Version, VersionState
from catalog.uploads import Stored
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories


class Drawer:
    """``resource`` is what is published: its file says "Texto viejo"."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.teacher: Person = factories.person(session, of=self.moodle, name="Rosa Quispe")
        self.librarian: Person = factories.person(session, of=self.moodle, name="Luis Huamán", librarian=True)
        self.course = factories.context(session, of=self.moodle)
        self.resource: Resource = factories.resource(
            session, "Texto viejo", by=self.teacher, title="Papas nativas", creators=["Quispe, Rosa"], name="vieja.txt"
        )

    def by_teacher(self) -> Viewer:
        return factories.viewer(self.session, Role.TEACHER, by=self.teacher, where=self.course)

    def by_librarian(self, who: Person | None = None) -> Viewer:
        return factories.viewer(self.session, Role.LIBRARIAN, by=who or self.librarian)

    def by_student(self) -> Viewer:
        person = factories.person(self.session, of=self.moodle, name="Ana")
        return factories.viewer(self.session, Role.STUDENT, by=person, where=self.course)

    def hand_in(
        self, note: str = "Datos de 2026", *, file: str = "nueva.txt", by: Viewer | None = None, **said: object
    ) -> Version:
        """A version with a file (none where its name is "") and what it says differently."""
        stored = Stored(f"files/{secrets.token_hex(16)}", file, 2000, secrets.token_hex(32)) if file else None
        told = replace(description.of(self.resource), **said) if said else None  # type: ignore[arg-type]
        return handing.hand_in(self.session, by or self.by_teacher(), self.resource, News(note, stored, told))

    def read(self, version: Version, text: str = "Texto nuevo") -> None:
        """As the task that reads files leaves it."""
        file = self.session.get_one(File, version.file_id)
        file.state, file.media_type, file.page_count = FileState.READY, "text/plain", 1
        file.pages = [Page(number=1, text=text)]
        self.session.flush()

    def publish(self) -> Version:
        return deciding.publish(self.session, self.by_librarian(), self.resource)

    def second(self, note: str = "Datos de 2026", **said: object) -> Version:
        """A second version, with a file, in force."""
        self.read(self.hand_in(note, **said))  # type: ignore[arg-type]
        return self.publish()

    def standing(self) -> dict[int, VersionState]:
        query = select(Version.number, Version.state).where(Version.resource_id == self.resource.id)
        return dict(self.session.execute(query).all())

    def text(self) -> str:
        """What is in the material's present file."""
        assert self.resource.file is not None
        return self.session.scalars(select(Page.text).where(Page.file_id == self.resource.file.id)).one()
