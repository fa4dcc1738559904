"""Saved searches: keeping them, how many new answers each has, and looking at them."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.models import Person
from lti.viewers import Viewer
from search.choices import Choices, read_address
from search.dictionary import EMPTY, Dictionary
from search.engine import Index
from search.models import SavedSearch

MOST = 50
LONGEST_NAME = 120
LONGEST_ADDRESS = 1000
_LARGEST_ID = 2**31 - 1


def mine(viewer: Viewer) -> Select[SavedSearch]:
    """A person's own, the latest first."""
    query = select(SavedSearch).where(SavedSearch.person_id == viewer.person_id)
    return query.order_by(SavedSearch.created_at.desc(), SavedSearch.id.desc())


def get(session: Session, viewer: Viewer, saved_id: int) -> SavedSearch:
    """NotFound for what others saved too, so that nobody learns of it."""
    found = session.scalar(mine(viewer).where(SavedSearch.id == saved_id)) if saved_id <= _LARGEST_ID else None
    if found is None:
        raise NotFound(_("Esa búsqueda guardada ya no está."))
    return found


def find(session: Session, viewer: Viewer, choices: Choices) -> SavedSearch | None:
    """The person's own search for the same, if they saved it."""
    return session.scalar(mine(viewer).where(SavedSearch.address == address_of(choices)))


def save(session: Session, viewer: Viewer, choices: Choices, name: str, *, tells: bool) -> SavedSearch:
    """Keep a search; one for the same is named anew. Refuses more than MOST of a person, and what is too long."""
    address = address_of(choices)
    if len(address) > LONGEST_ADDRESS:
        raise BadInput(_("Elegiste demasiadas cosas para guardar esta búsqueda."), advice=_("Quita algunas."))
    # Held, so that two at the same moment neither meet nor pass the limit.
    session.get_one(Person, viewer.person_id, with_for_update=True)
    saved = find(session, viewer, choices)
    if saved is None:
        _refuse_too_many(session, viewer)
        saved = SavedSearch(person_id=viewer.person_id, institution_id=viewer.institution_id, address=address)
        session.add(saved)
    describe(saved, name, tells=tells)
    session.flush()
    return saved


def describe(saved: SavedSearch, name: str, *, tells: bool) -> None:
    """Name it (cut to LONGEST_NAME; empty: it keeps its name, or is called by its words) and say whether to tell."""
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:LONGEST_NAME].rstrip()
    saved.name = clean or saved.name or read_address(saved.address).words[:LONGEST_NAME] or str(_("Todo lo que hay"))
    saved.tells = tells


def address_of(choices: Choices) -> str:
    """Under which address a search is kept: whichever page of it, and however new, it is the same search."""
    return replace(choices, page=1, since=0).address()


def choices_of(saved: SavedSearch, *, new_only: bool = False) -> Choices:
    """What it asks for; ``new_only``: only what came since it was last looked at."""
    choices = read_address(saved.address)
    return replace(choices, since=int(saved.looked_at.timestamp())) if new_only else choices


def count_new(index: Index, saved: SavedSearch, audiences: frozenset[str], dictionary: Dictionary = EMPTY) -> int:
    """How many answers came into the library since it was last looked at, of what the audiences may see."""
    query = choices_of(saved, new_only=True).query(audiences, dictionary=dictionary)
    return index.search(replace(query, limit=1)).total


def looked(session: Session, saved: SavedSearch) -> None:
    """Its person looks at it now: nothing is new any more."""
    now = {"looked_at": utcnow(), "fresh": 0}
    session.execute(update(SavedSearch).where(SavedSearch.id == saved.id).values(now))


def told(session: Session, viewer: Viewer) -> int:
    """How many new answers the last count found, over all searches of which their person wants to hear."""
    query = select(func.coalesce(func.sum(SavedSearch.fresh), 0))
    return session.scalar(query.where(SavedSearch.person_id == viewer.person_id, SavedSearch.tells)) or 0


def _refuse_too_many(session: Session, viewer: Viewer) -> None:
    held = session.scalar(select(func.count()).select_from(mine(viewer).order_by(None).subquery())) or 0
    if held >= MOST:
        raise Conflict(
            _("Ya guardaste %(most)s búsquedas, que es lo más que guardamos.", most=MOST),
            advice=_("Borra alguna que ya no uses y guarda esta otra vez."),
        )
