"""The rules of the dictionary's entries: written as drafts, tried together, published in one go, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer
from search import teaching
from search.models import DictionaryEntry, DictionaryState, EntryKind, EntryState

MOST_WORDS, LONGEST_WORDS = 30, 100
MOST_RECORDS, LONGEST_RECORD_ID = 10, 255
LONGEST_NOTE = 500
LONGEST_VALUE = 500
BOOSTED = ("kind", "type", "subject", "language", "level", "license", "access")
"""By what librarians may have hits count more or less: not by whose they are, for the dictionary is everybody's."""
PENDING = (EntryState.DRAFT, EntryState.LEAVING)


@dataclass(frozen=True)
class Contents:
    """What an entry says; see DictionaryEntry for what each kind uses."""

    kind: EntryKind
    words: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    facet: str = ""
    value: str = ""
    factor: float = 1.0
    note: str = ""


class Overtaken(Conflict):
    """What was tried is not what would be published."""

    message = _("Los borradores cambiaron después de probarlos.")
    advice = _("Mira otra vez qué cambiaría y publica desde ahí.")


def listed(kind: EntryKind | None = None, state: EntryState | None = None, text: str = "") -> Select[DictionaryEntry]:
    """The entries of a kind and state that hold a text, whatever its accents; those changed last come first."""
    query = select(DictionaryEntry).options(joinedload(DictionaryEntry.author), joinedload(DictionaryEntry.changed_by))
    if kind is not None:
        query = query.where(DictionaryEntry.kind == kind)
    if state is EntryState.LIVE:
        query = query.where(DictionaryEntry.state.in_((EntryState.LIVE, EntryState.LEAVING)))
    elif state is not None:
        query = query.where(DictionaryEntry.state == state)
    if sought := teaching.folded(text):
        query = query.where(DictionaryEntry.folded.contains(sought, autoescape=True))
    return query.order_by(DictionaryEntry.changed_at.desc(), DictionaryEntry.id.desc())


def get(session: Session, entry_id: int) -> DictionaryEntry:
    found = session.get(DictionaryEntry, entry_id)
    if found is None:
        raise NotFound
    return found


def pending(session: Session) -> list[DictionaryEntry]:
    """What the next publication changes: drafts, and what is live and leaves."""
    query = select(DictionaryEntry).where(DictionaryEntry.state.in_(PENDING)).order_by(DictionaryEntry.id)
    return list(session.scalars(query))


def as_published(session: Session) -> list[DictionaryEntry]:
    """The entries that would be live after the next publication."""
    drafts = [entry for entry in pending(session) if entry.state is EntryState.DRAFT]
    replaced = {entry.replaces_id for entry in drafts}
    kept = select(DictionaryEntry).where(DictionaryEntry.state == EntryState.LIVE).order_by(DictionaryEntry.id)
    return [*(entry for entry in session.scalars(kept) if entry.id not in replaced), *drafts]


def add(session: Session, viewer: Viewer, contents: Contents) -> DictionaryEntry:
    """A new draft. BadInput with a sentence where it would teach nothing, cannot be, or teaches what another does."""
    _hold(session)
    _refuse_same(session, contents)
    return _draft(session, viewer, contents)


def _draft(session: Session, viewer: Viewer, contents: Contents) -> DictionaryEntry:
    made = DictionaryEntry(**_columns(check(contents)), author_id=viewer.person_id, changed_by_id=viewer.person_id)
    made.created_at = made.changed_at = utcnow()
    session.add(made)
    session.flush()
    return made


def revise(session: Session, viewer: Viewer, entry_id: int, contents: Contents) -> DictionaryEntry:
    """Change a draft; of what is live or retired a draft is made, which takes its place once published."""
    check(contents)
    _hold(session)
    entry = get(session, entry_id)
    if entry.kind is not contents.kind:
        raise BadInput(_("Una entrada no cambia de clase: haz otra."))
    _refuse_same(session, contents, but=entry)
    if entry.state is EntryState.DRAFT:
        for name, value in _columns(contents).items():
            setattr(entry, name, value)
        entry.changed_by_id = viewer.person_id
        return entry
    _refuse_second_draft(session, entry)
    made = _draft(session, viewer, contents)
    made.replaces_id = entry.id if entry.state in (EntryState.LIVE, EntryState.LEAVING) else None
    return made


def retire(session: Session, viewer: Viewer, entry_id: int) -> DictionaryEntry:
    """Discard a draft; have what is live leave with the next publication, together with a draft in its place."""
    _hold(session)
    entry = get(session, entry_id)
    if entry.state is EntryState.LIVE:
        in_its_place = (DictionaryEntry.replaces_id == entry.id, DictionaryEntry.state == EntryState.DRAFT)
        for draft in session.scalars(select(DictionaryEntry).where(*in_its_place)).all():
            _put(draft, EntryState.RETIRED, viewer)
        _put(entry, EntryState.LEAVING, viewer)
    elif entry.state is EntryState.DRAFT:
        _put(entry, EntryState.RETIRED, viewer)
    return entry


def keep(session: Session, viewer: Viewer, entry_id: int) -> DictionaryEntry:
    """Let what was to leave stay."""
    _hold(session)
    entry = get(session, entry_id)
    if entry.state is EntryState.LEAVING:
        _put(entry, EntryState.LIVE, viewer)
    return entry


def publish(session: Session, viewer: Viewer, tried: str) -> int:
    """Make the drafts live and retire what leaves or is replaced, all at once; how many entries that changed.

    ``tried`` is the fingerprint of what was tried; Overtaken where that is not what waits now.
    """
    state = _hold(session)
    waiting = pending(session)
    if not waiting or fingerprint(waiting) != tried:
        raise Overtaken
    for entry in waiting:
        _put(entry, EntryState.LIVE if entry.state is EntryState.DRAFT else EntryState.RETIRED, viewer)
    for entry in waiting:
        replaced = session.get(DictionaryEntry, entry.replaces_id) if entry.replaces_id else None
        if entry.state is EntryState.LIVE and replaced is not None and replaced.state is not EntryState.RETIRED:
            _put(replaced, EntryState.RETIRED, viewer)
    state.revision += 1
    return len(waiting)


def fingerprint(waiting: Sequence[DictionaryEntry]) -> str:
    """What tells one set of drafts from another."""
    told = [f"{each.id} {each.state} {each.changed_at.isoformat()}" for each in waiting]
    return sha256("\n".join(sorted(told)).encode()).hexdigest()[:32]


def check(contents: Contents) -> Contents:
    """Raise BadInput, with a sentence, for contents that teach nothing or are beyond the bounds."""
    forms = list(dict.fromkeys(filter(None, map(teaching.folded, contents.words))))
    if len(contents.words) > MOST_WORDS or any(len(each) > LONGEST_WORDS for each in contents.words):
        raise BadInput(_("Son demasiadas palabras: hasta 30 líneas de 100 letras."))
    if len(contents.note) > LONGEST_NOTE:
        raise BadInput(_("La nota es demasiado larga: hasta 500 letras."))
    if contents.kind in (EntryKind.SYNONYM, EntryKind.VARIANT) and len(forms) < 2:
        raise BadInput(_("Escribe al menos dos palabras distintas, una en cada línea."))
    if contents.kind is EntryKind.STOP_WORD and (not forms or any(" " in form for form in forms)):
        raise BadInput(_("Escribe palabras sueltas, una en cada línea."))
    if contents.kind is EntryKind.PIN:
        _check_pin(contents, forms)
    if contents.kind is EntryKind.BOOST:
        _check_boost(contents)
    return contents


def _check_pin(contents: Contents, forms: Sequence[str]) -> None:
    if not forms or not teaching.pin_key(" ".join(contents.words)):
        raise BadInput(_("Escribe la búsqueda para la que quieres poner algo primero."))
    count, longest = len(contents.record_ids), max(map(len, contents.record_ids), default=0)
    if not 0 < count <= MOST_RECORDS or longest > LONGEST_RECORD_ID:
        raise BadInput(_("Elige lo que va primero: de uno a diez materiales, módulos o cursos."))


def _check_boost(contents: Contents) -> None:
    if contents.facet not in BOOSTED or not contents.value or len(contents.value) > LONGEST_VALUE:
        raise BadInput(_("Elige qué debe contar más o menos."))
    if not teaching.LEAST_FACTOR <= contents.factor <= teaching.MOST_FACTOR or contents.factor == 1:
        raise BadInput(_("Escribe cuántas veces debe contar: de 0.1 a 10, y no 1, que no cambia nada."))


def _columns(contents: Contents) -> dict[str, object]:
    told = " | ".join([*contents.words, contents.value, contents.note])
    return {
        **asdict(contents),
        "words": list(contents.words),
        "record_ids": list(contents.record_ids),
        "folded": teaching.folded(told),
    }


def _put(entry: DictionaryEntry, state: EntryState, viewer: Viewer) -> None:
    entry.state = state
    entry.changed_by_id = viewer.person_id


def _refuse_same(session: Session, contents: Contents, but: DictionaryEntry | None = None) -> None:
    """BadInput where another entry, a draft or live, is of the same kind and has the same words in whatever order."""
    if contents.kind not in (EntryKind.SYNONYM, EntryKind.VARIANT, EntryKind.STOP_WORD):
        return
    forms = _forms(check(contents).words)
    others = select(DictionaryEntry).where(
        DictionaryEntry.kind == contents.kind,
        DictionaryEntry.state.in_((EntryState.DRAFT, EntryState.LIVE)),
        DictionaryEntry.folded.contains(max(forms, key=len), autoescape=True),
    )
    for other in session.scalars(others):
        is_its_own = but is not None and other.id in (but.id, but.replaces_id)
        if _forms(other.words) == forms and not is_its_own:
            is_draft = other.state is EntryState.DRAFT
            raise BadInput(
                _("Ya hay un borrador con estas palabras.")
                if is_draft
                else _("Estas palabras ya están en el diccionario.")
            )


def _forms(words: Sequence[str]) -> frozenset[str]:
    return frozenset(filter(None, map(teaching.folded, words)))


def _refuse_second_draft(session: Session, entry: DictionaryEntry) -> None:
    draft = select(DictionaryEntry.id).where(
        DictionaryEntry.replaces_id == entry.id, DictionaryEntry.state == EntryState.DRAFT
    )
    if session.scalars(draft).first() is not None:
        raise Conflict(_("Ya hay un borrador que cambia esta entrada."), advice=_("Corrige ese borrador."))


def _hold(session: Session) -> DictionaryState:
    """The dictionary's one row, made at first use, held against other changes until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(DictionaryState).values(id=teaching.STATE_ID, revision=0)
    session.execute(row.on_conflict_do_nothing(index_elements=[DictionaryState.id]))
    held = select(DictionaryState).where(DictionaryState.id == teaching.STATE_ID).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def taught_elsewhere(session: Session) -> None:
    """Note that what another room teaches (teaching.also_taught) has changed: every process compiles anew."""
    _hold(session).revision += 1
