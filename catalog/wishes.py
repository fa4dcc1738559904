"""What readers did not find and asked for: asking, the queue by words, and answering all who asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from flask_babel import to_user_timezone
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from catalog.models import Resource, ResourceState, Wish, WishState
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti import groups
from lti.models import Person
from lti.viewers import Viewer
from search.soughtlog import folded, tidy

LONGEST = 300
DETAILS_LIMIT = 1000
ANSWER_LIMIT = 1000
MOST_OPEN = 10
"""Requests of one person that wait for an answer."""
_WAITING = (WishState.OPEN, WishState.PROMISED)


@dataclass(frozen=True)
class Asked:
    """What several people of an institution asked for in the same words: the first request stands for all."""

    first: Wish
    count: int
    details: Sequence[str]
    """What they added, without names."""


def ask(session: Session, viewer: Viewer, sought: str, details: str = "") -> tuple[Wish, bool]:
    """Ask the librarians for something; with whether it is new, or this person had asked for the same already.

    BadInput where nothing is named or too much is said; Conflict where too many requests of the person wait.
    """
    words, details = tidy(sought), _tidy_lines(details)
    key = folded(words)
    if not key:
        raise BadInput(_("Escribe qué buscas: un título, un autor o un tema."))
    if len(details) > DETAILS_LIMIT:
        raise BadInput(_("Dilo más corto: usa hasta %(limit)s caracteres.", limit=DETAILS_LIMIT))
    session.get_one(Person, viewer.person_id, with_for_update=True)  # two taps at once ask once
    waiting = list(session.scalars(select(Wish).where(_of(viewer), Wish.state.in_(_WAITING))))
    same = next((each for each in waiting if each.folded == key), None)
    if same is not None:
        same.details = details or same.details
        return same, False
    if len(waiting) >= MOST_OPEN:
        raise Conflict(
            _("Ya tienes %(most)s pedidos sin respuesta.", most=MOST_OPEN),
            advice=_("Espera alguna respuesta, o retira un pedido que ya no necesites."),
        )
    made = Wish(
        person_id=viewer.person_id, institution_id=viewer.institution_id, sought=words, folded=key, details=details
    )
    _promise_as_to_others(session, made)
    session.add(made)
    session.flush()
    return made, True


def _promise_as_to_others(session: Session, made: Wish) -> None:
    """Where the library promised it to others already, who asks later hears the same."""
    promised = session.scalar(_same(made.institution_id, made.folded).where(Wish.state == WishState.PROMISED).limit(1))
    if promised is not None:
        made.state, made.promised_on, made.answer = promised.state, promised.promised_on, promised.answer
        made.answered_at = utcnow()


def mine(viewer: Viewer) -> Select[Wish]:
    """A person's own requests, the latest first, with what answers them."""
    return (
        select(Wish)
        .where(_of(viewer), Wish.state != WishState.TAKEN_BACK)
        .options(joinedload(Wish.resource))
        .order_by(Wish.asked_at.desc(), Wish.id.desc())
    )


def find_waiting(session: Session, viewer: Viewer, sought: str) -> Wish | None:
    """The person's own request for the same words that waits for an answer."""
    return session.scalar(
        select(Wish).where(_of(viewer), Wish.folded == folded(tidy(sought)), Wish.state.in_(_WAITING)).limit(1)
    )


def waiting_keys(session: Session, viewer: Viewer) -> frozenset[str]:
    """By ``key_of`` everything that the person asked for and that waits for an answer."""
    return frozenset(session.scalars(select(Wish.folded).where(_of(viewer), Wish.state.in_(_WAITING))))


def key_of(sought: str) -> str:
    """What requests for the same have in common."""
    return folded(tidy(sought))


def answered(session: Session, viewer: Viewer) -> int:
    """How many answers the person has not seen yet."""
    query = select(func.count()).where(_of(viewer), Wish.answered_at.is_not(None), Wish.seen_at.is_(None))
    return session.scalar(query) or 0


def seen(session: Session, viewer: Viewer, shown: Sequence[Wish]) -> None:
    """The person saw the answers of these requests, as they were shown: one that came since is still new."""
    answers = [and_(Wish.id == each.id, Wish.answered_at == each.answered_at) for each in shown if is_new(each)]
    if answers:
        session.execute(update(Wish).where(_of(viewer), Wish.seen_at.is_(None), or_(*answers)).values(seen_at=utcnow()))


def is_new(wish: Wish) -> bool:
    """Has it an answer that its person did not see yet?"""
    return wish.answered_at is not None and wish.seen_at is None


def take_back(session: Session, viewer: Viewer, wish_id: int) -> None:
    """The person needs it no more. NotFound for others' requests; Conflict where it was answered already."""
    wish = session.scalar(select(Wish).where(_of(viewer), Wish.id == wish_id).with_for_update())
    if wish is None:
        raise NotFound(_("Ese pedido ya no está."))
    if wish.state not in _WAITING:
        raise Conflict(_("Ese pedido ya tiene respuesta."))
    wish.state = WishState.TAKEN_BACK
    wish.seen_at = wish.seen_at or utcnow()


def queue(viewer: Viewer, state: WishState = WishState.OPEN) -> Select[int]:
    """Of what waits in the viewer's institution the first request for each thing (its id), the oldest first."""
    first = func.min(Wish.id)
    waiting = select(first).where(Wish.institution_id == viewer.institution_id, Wish.state == state)
    return waiting.group_by(Wish.folded).order_by(first)


def waiting(session: Session, viewer: Viewer) -> int:
    """How many different things wait for a first answer in the viewer's institution."""
    return session.scalar(select(func.count()).select_from(queue(viewer).order_by(None).subquery())) or 0


def asked(session: Session, ids: Sequence[int]) -> list[Asked]:
    """The things that stand for these first requests, in their order, with how many asked for each."""
    firsts = {each.id: each for each in session.scalars(select(Wish).where(Wish.id.in_(ids)))}
    if not firsts:
        return []
    institution_id, state = next((each.institution_id, each.state) for each in firsts.values())
    keys = [each.folded for each in firsts.values()]
    told: dict[str, list[str]] = {key: [] for key in keys}
    query = select(Wish.folded, Wish.details).where(
        Wish.institution_id == institution_id, Wish.state == state, Wish.folded.in_(keys)
    )
    for key, details in session.execute(query.order_by(Wish.id)):
        told[key].append(details)
    ordered = (firsts[each] for each in ids if each in firsts)
    return [Asked(each, len(told[each.folded]), [said for said in told[each.folded] if said]) for each in ordered]


def get_for_answer(session: Session, viewer: Viewer, wish_id: int) -> Wish:
    """A request of the librarian's institution. NotAllowed to others than librarians; Conflict where none waits."""
    if not viewer.is_librarian:
        raise NotAllowed(_("Los pedidos los responde la biblioteca."))
    wish = session.scalar(select(Wish).where(Wish.id == wish_id, Wish.institution_id == viewer.institution_id))
    if wish is None:
        raise NotFound(_("Ese pedido ya no está."))
    if wish.state not in _WAITING:
        raise Conflict(_("Ese pedido ya no espera respuesta: alguien lo respondió o lo retiró."))
    return wish


def promise(session: Session, viewer: Viewer, wish: Wish, on: date | None, answer: str = "") -> int:
    """Say until when it will be there, to all who asked for it. BadInput for no date, or one that has passed."""
    if on is None or on < to_user_timezone(utcnow()).date():
        raise BadInput(_("Elige una fecha de hoy en adelante."))
    return _answer(session, viewer, wish, {"state": WishState.PROMISED, "promised_on": on}, answer)


def give(session: Session, viewer: Viewer, wish: Wish, resource: Resource, answer: str = "") -> int:
    """Say where it is, to all who asked for it. BadInput where not all readers of the institution may see it."""
    open_to = groups.audiences_of(session, [wish.institution_id])[wish.institution_id]
    if resource.state is not ResourceState.PUBLISHED or resource.audience not in open_to:
        raise BadInput(_("Quien lo pidió no podría verlo: elige algo publicado para toda tu universidad."))
    return _answer(session, viewer, wish, {"state": WishState.ANSWERED, "resource_id": resource.id}, answer)


def decline(session: Session, viewer: Viewer, wish: Wish, answer: str) -> int:
    """Say that it cannot be had, and why, to all who asked for it. BadInput without a reason."""
    if not _tidy_lines(answer):
        raise BadInput(_("Escribe por qué no se puede, o qué puede servir en su lugar."))
    return _answer(session, viewer, wish, {"state": WishState.DECLINED}, answer)


def _answer(session: Session, viewer: Viewer, wish: Wish, now: dict[str, object], answer: str) -> int:
    """Answer all who asked for the same; how many they are."""
    answer = _tidy_lines(answer)
    if len(answer) > ANSWER_LIMIT:
        raise BadInput(_("La respuesta es demasiado larga: usa hasta %(limit)s caracteres.", limit=ANSWER_LIMIT))
    same = _same(wish.institution_id, wish.folded).where(Wish.state.in_(_WAITING)).order_by(Wish.id).with_for_update()
    told = list(session.scalars(same))
    values = {"answer": answer, "librarian_id": viewer.person_id, "answered_at": utcnow(), "seen_at": None, **now}
    for each in told:
        for name, value in values.items():
            setattr(each, name, value)
    return len(told)


def _tidy_lines(text: str) -> str:
    """As it was typed, without what PostgreSQL keeps in no text."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _of(viewer: Viewer) -> ColumnElement[bool]:
    return Wish.person_id == viewer.person_id


def _same(institution_id: int, key: str) -> Select[Wish]:
    return select(Wish).where(Wish.institution_id == institution_id, Wish.folded == key)
