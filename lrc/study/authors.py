"""Who writes a course or a module beside its owner: finding colleagues by name, adding and removing them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from catalog.models import Authorship, Resource
from lrc.errors import Conflict, NotAllowed, NotFound
from lrc.study import drafts
from lrc.study.content import changed
from lti.models import Membership, Person
from lti.people import fold
from lti.viewers import Role, Viewer

MOST = 20


def of_resource(resource: Resource) -> Select[Authorship]:
    """Those who were added, in the order of their coming."""
    query = select(Authorship).where(Authorship.resource_id == resource.id).options(joinedload(Authorship.person))
    return query.order_by(Authorship.added_at, Authorship.person_id)


def candidates(resource: Resource, words: str) -> Select[Person]:
    """The institution's teachers and librarians who have come here before and have all the words in their name."""
    already = select(Authorship.person_id).where(Authorship.resource_id == resource.id)
    query = select(Person).where(
        Person.institution_id == resource.institution_id,
        Person.id != resource.owner_id,
        Person.id.not_in(already),
        Person.name != "",
        or_(_has(Person.last_roles, Role.TEACHER), _has(Person.last_roles, Role.LIBRARIAN), _has_taught()),
    )
    for word in fold(words).split()[:10]:
        query = query.where(Person.folded_name.contains(word, autoescape=True))
    return query.order_by(Person.folded_name, Person.id)


def _has(roles: InstrumentedAttribute[list[str]], role: Role) -> ColumnElement[bool]:
    return cast(roles, String).contains(f'"{role}"')


def _has_taught() -> ColumnElement[bool]:
    taught = select(Membership.id).where(Membership.person_id == Person.id, _has(Membership.launch_roles, Role.TEACHER))
    return or_(Person.is_librarian, taught.exists())


def add(session: Session, viewer: Viewer, resource: Resource, person_id: int) -> Person:
    """Let a colleague write it too, and name them among its authors.

    NotAllowed to all but the owner; NotFound for who is no teacher of the institution; Conflict beyond MOST.
    """
    _check_owner(viewer, resource)
    draft = drafts.hold(session, resource.id)
    present = session.get(Authorship, (resource.id, person_id))
    if present is not None:
        return present.person
    person = session.scalars(candidates(resource, "").where(Person.id == person_id)).one_or_none()
    if person is None:
        raise NotFound(_("No encontramos a esa persona entre los docentes de tu universidad que ya entraron aquí."))
    if len(session.scalars(of_resource(resource)).all()) >= MOST:
        raise Conflict(_("Ya hay demasiadas personas escribiendo esto."))
    session.add(Authorship(resource_id=resource.id, person_id=person.id, added_by_id=viewer.person_id))
    head = drafts.head_of(resource, draft)
    if person.name not in head.creators:
        drafts.put_head(viewer, resource, draft, changed(head, creators=(*head.creators, person.name)))
    session.flush()
    return person


def remove(session: Session, viewer: Viewer, resource: Resource, person_id: int) -> None:
    """Let somebody write it no longer; what they wrote stays theirs in the history. One may also leave by oneself.

    NotAllowed to others than the owner and the person. Removing again changes nothing.
    """
    if viewer.person_id != person_id:
        _check_owner(viewer, resource)
    drafts.hold(session, resource.id)
    present = session.get(Authorship, (resource.id, person_id))
    if present is not None:
        session.delete(present)
        session.flush()


def _check_owner(viewer: Viewer, resource: Resource) -> None:
    if resource.owner_id != viewer.person_id:
        raise NotAllowed(_("Solo quien lo empezó decide quién más lo escribe."))
