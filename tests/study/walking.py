"""Somebody who studies modules to their end, for tests of what is built on that."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.study import journal, studies
from lrc.study.models import EntryKind, Study
from lti.viewers import Viewer


def read(session: Session, viewer: Viewer, module: Resource, *keys: str) -> Study:
    """Begin a module and read some of its lessons; without keys all of them."""
    study = studies.begin(session, viewer, module)
    wanted = keys or [part.key for part in studies.module_of(study).parts]
    journal.write(session, study, [journal.new(EntryKind.READ, key) for key in wanted])
    session.flush()
    return study
