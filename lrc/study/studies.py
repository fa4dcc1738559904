"""Somebody's way through a module: beginning it, finding it, and the contents of the version that they are in."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy import URL, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, object_session

from catalog.models import Kind, Resource, ResourceState, Version, VersionState
from lrc.db import after_commit
from lrc.errors import Conflict, NotFound
from lrc.study.content import Module, PartContent, Quiz, from_data
from lrc.study.models import Study
from lti.viewers import Viewer

_KEPT_MODULES = 64
_Key = tuple[URL, int]
_HELD = select(Study).with_for_update().execution_options(populate_existing=True)


class NothingToStudy(Conflict):
    """A module that was never published, or is published no more."""

    title = _("Este módulo no está abierto")
    message = _("Este módulo todavía no se publica, o se retiró.")


class _Kept:
    """The contents of versions, which never change, most lately used last; at most _KEPT_MODULES of them."""

    def __init__(self) -> None:
        self._modules: OrderedDict[_Key, Module] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: _Key) -> Module | None:
        with self._lock:
            found = self._modules.get(key)
            if found is not None:
                self._modules.move_to_end(key)
            return found

    def keep(self, key: _Key, module: Module) -> None:
        with self._lock:
            self._modules[key] = module
            while len(self._modules) > _KEPT_MODULES:
                self._modules.popitem(last=False)


_kept = _Kept()


def begin(session: Session, viewer: Viewer, module: Resource, *, trial: bool = False) -> Study:
    """The viewer's study of a module which they may see, begun where there is none, on its published version.

    A trial is on the newest version, published or not, and is forgotten when the module is begun in earnest; where
    that was done already, the earnest study is returned. NothingToStudy where there is no such version.
    """
    found = find(session, viewer.person_id, module.id)
    if found is not None and found.is_trial and not trial:
        session.delete(found)
        session.flush()
        found = None
    return found or _begun(session, viewer, module, trial)


def find(session: Session, person_id: int, module_id: int) -> Study | None:
    return session.scalars(of_person(person_id).where(Study.module_id == module_id)).one_or_none()


def of_person(person_id: int) -> Select[Study]:
    """What somebody studies or tries."""
    return select(Study).where(Study.person_id == person_id)


def hold(session: Session, study: Study) -> None:
    """Read the study anew and keep others from changing it, its journal and its attempts until the transaction ends."""
    session.scalars(_HELD.where(Study.id == study.id)).one()


def held(session: Session, person_id: int, module_ids: Iterable[int]) -> dict[int, Study]:
    """What somebody studies of the modules, by module, each held as hold does."""
    query = _HELD.where(Study.person_id == person_id, Study.module_id.in_(set(module_ids)))
    # In order: two devices must not wait for each other.
    return {each.module_id: each for each in session.scalars(query.order_by(Study.id))}


def module_of(study: Study) -> Module:
    """The contents of the version that the study is in."""
    session = object_session(study)
    if session is None:
        raise ValueError("a study without a session")
    return module_at(session, study.version_id)


def module_at(session: Session, version_id: int) -> Module:
    """The contents of a version of a module, read once a process as long as it is used. NotFound."""
    key = (session.get_bind().engine.url, version_id)
    found: Module | None = _kept.find(key) or session.info.get(key)
    if found is not None:
        return found
    content = session.scalar(select(Version.content).where(Version.id == version_id))
    if content is None:
        raise NotFound(detail=f"version {version_id}")
    module = session.info[key] = from_data(content, Module)
    # Not before: the version may be made by this very transaction, and its id given to another after a rollback.
    after_commit(session, lambda: _kept.keep(key, module))
    return module


def part_of(module: Module, key: str) -> PartContent | None:
    return next((part for part in module.parts if part.key == key), None)


def get_quiz(module: Module, key: str) -> Quiz:
    """NotFound also where the part is a lesson."""
    part = part_of(module, key)
    if not isinstance(part, Quiz):
        raise NotFound(_("Ese cuestionario no está en este módulo."))
    return part


def _begun(session: Session, viewer: Viewer, module: Resource, trial: bool) -> Study:
    version_id = session.scalar(_version(module, trial))
    if module.kind is not Kind.MODULE or version_id is None:
        raise NothingToStudy
    made = Study(person_id=viewer.person_id, module_id=module.id, version_id=version_id, is_trial=trial)
    made.read_parts, made.passed_parts = [], []
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another request of the same person began it at the same moment
        return session.scalars(of_person(viewer.person_id).where(Study.module_id == module.id)).one()
    return made


def _version(module: Resource, trial: bool) -> Select[int]:
    query = select(Version.id).where(Version.resource_id == module.id).order_by(Version.number.desc()).limit(1)
    if trial:
        return query
    is_open = module.state is ResourceState.PUBLISHED
    return query.where(Version.state == VersionState.PUBLISHED) if is_open else query.where(Version.id.is_(None))
