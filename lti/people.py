"""The people of an institution: finding them, and appointing librarians."""

from __future__ import annotations

import unicodedata

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lrc.errors import NotFound
from lti.models import Membership, Person

_LARGEST_ID = 2**31 - 1


def fold(text: str) -> str:
    """Lower case without accents, so that "munoz" finds "Muñoz"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isprintable() and not unicodedata.combining(c))[:520]


def of_institution(institution_id: int, words: str = "") -> Select[Person]:
    """The people of one institution whose name or email has all the words, librarians first, then by name."""
    query = select(Person).where(Person.institution_id == institution_id)
    for word in fold(words).split()[:10]:
        query = query.where(Person.folded_name.contains(word, autoescape=True))
    return query.order_by(Person.is_librarian.desc(), Person.folded_name, Person.id)


def get(session: Session, institution_id: int, person_id: int) -> Person:
    """Raises NotFound for people of other institutions too, so that nobody learns that they exist."""
    query = select(Person).where(Person.id == person_id, Person.institution_id == institution_id)
    person = session.scalars(query).one_or_none() if person_id <= _LARGEST_ID else None
    if person is None:
        raise NotFound
    return person


def appoint(session: Session, institution_id: int, person_id: int, *, librarian: bool) -> Person:
    """Make somebody a librarian of their institution, or no longer one."""
    person = get(session, institution_id, person_id)
    person.is_librarian = librarian
    session.flush()
    return person


def teaching(institution_id: int, words: str = "") -> Select[Person]:
    """The teachers and librarians of an institution who have come here, with all the words in their name, by name."""
    taught = select(Membership.id).where(Membership.person_id == Person.id, _has(Membership.launch_roles, "teacher"))
    query = select(Person).where(
        Person.institution_id == institution_id,
        Person.name != "",
        or_(
            Person.is_librarian,
            _has(Person.last_roles, "teacher"),
            _has(Person.last_roles, "librarian"),
            taught.exists(),
        ),
    )
    for word in fold(words).split()[:10]:
        query = query.where(Person.folded_name.contains(word, autoescape=True))
    return query.order_by(Person.folded_name, Person.id)


def _has(roles: InstrumentedAttribute[list[str]], role: str) -> ColumnElement[bool]:
    return cast(roles, String).contains(f'"{role}"')
