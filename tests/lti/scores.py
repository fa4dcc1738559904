"""Somebody and a graded link of their course, to owe scores for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lti import grades
from lti.models import Person, Platform, ResourceLink, Score
from tests import factories


@dataclass(frozen=True)
class Pair:
    """A person and a link of the same platform."""

    session: Session
    link: ResourceLink
    person: Person

    def owe(self, given: float, maximum: float = 20, *, origin: str = "quiz:1", comment: str = "") -> Score:
        return grades.owe(self.session, self.link, self.person.id, given, maximum, origin=origin, comment=comment)

    def neighbour(self) -> Pair:
        """Another person, the same link."""
        return replace(self, person=factories.person(self.session, of=self.person.platform))

    def elsewhere(self) -> Pair:
        """The same person, another link of the same course."""
        link = ResourceLink(context_id=self.link.context_id, resource_link_id=secrets.token_hex(4))
        self.session.add(link)
        self.session.flush()
        return replace(self, link=link)


def pair(session: Session, *, of: Platform | None = None, sub: str = "") -> Pair:
    """A student and a graded link, of a platform at which nothing answers."""
    platform = of or factories.platform(session)
    context = factories.context(session, of=platform)
    person = factories.person(session, of=platform, name="Rosa Quispe")
    person.sub = sub or person.sub
    services = f"{platform.issuer}/mod/lti/services.php/{context.context_id}/lineitems"
    context.lineitems_url = f"{services}?type_id=1"
    link = ResourceLink(
        context=context,
        resource_link_id=secrets.token_hex(4),
        title="Lectura de la semana 1",
        lineitem_url=f"{services}/7/lineitem?type_id=1",
        is_graded=True,
    )
    session.add(link)
    session.commit()
    return Pair(session, link, person)
