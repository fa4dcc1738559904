"""Who is asking in this request, and what their roles let them do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, cast

from flask import g, request
from flask import session as cookie
from sqlalchemy.orm import Session, joinedload
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from lrc.db import session, utcnow
from lrc.errors import NotAllowed, NotSignedIn
from lti import visits
from lti.claims import DEEP_LINKING_REQUEST
from lti.models import StoredLaunch

EVERYONE = "everyone"
P = ParamSpec("P")


class Role(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"
    LIBRARIAN = "librarian"
    ADMINISTRATOR = "administrator"


CHOOSERS = frozenset({Role.TEACHER, Role.LIBRARIAN, Role.ADMINISTRATOR})
"""Who may choose contents for a course."""


@dataclass(frozen=True)
class Viewer:
    """Who is asking: a person of an institution, in the roles of one launch (plus an appointed librarian's)."""

    person_id: int
    institution_id: int
    roles: frozenset[Role]
    context_id: int | None = None
    name: str = ""
    launch_id: str = ""
    link_id: int | None = None
    """Our ResourceLink that was launched, where it was one."""
    earlier_context_ids: tuple[int, ...] = ()
    """The contexts that this one was copied from; what was meant for them is meant for it too."""
    is_choosing: bool = False
    """Whether a teacher is choosing contents for a course (deep linking): the library is then the picker."""

    @property
    def is_teacher(self) -> bool:
        return Role.TEACHER in self.roles

    @property
    def is_librarian(self) -> bool:
        return Role.LIBRARIAN in self.roles

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    @property
    def audiences(self) -> frozenset[str]:
        """The audiences that this viewer belongs to; who may see a resource is decided by these alone."""
        mine = {EVERYONE, institution_audience(self.institution_id)}
        if self.context_id is not None:
            mine.update(map(context_audience, (self.context_id, *self.earlier_context_ids)))
        return frozenset(mine)


def institution_audience(institution_id: int) -> str:
    return f"institution:{institution_id}"


def context_audience(context_id: int) -> str:
    return f"context:{context_id}"


def _current_viewer() -> Viewer:
    if "viewer" not in g:
        g.viewer = find(session, _launch_id())
    if g.viewer is None:
        raise NotSignedIn
    return cast(Viewer, g.viewer)


def _launch_id() -> str | None:
    """The launch of the visit in the address; of the newest where the address names none."""
    known = visits.all_in(cookie)
    handle = request.environ.get(visits.HANDLE)
    return known.get(handle) if handle else next(reversed(known.values()), None)


viewer = cast(Viewer, LocalProxy(_current_viewer))
"""Who is asking in this request; raises NotSignedIn where nobody is."""


def find(session: Session, launch_id: str | None) -> Viewer | None:
    """The viewer of a stored launch, or None where it is unknown or has expired."""
    with_person = [joinedload(StoredLaunch.person)]
    launch = session.get(StoredLaunch, launch_id, options=with_person) if launch_id else None
    if launch is None or launch.expires_at <= utcnow():
        return None
    roles = {Role(each) for each in launch.roles}
    # "Switch role to student" is obeyed: an appointment counts only for who does not come as a student.
    if launch.person.is_librarian and roles != {Role.STUDENT}:
        roles.add(Role.LIBRARIAN)
    return Viewer(
        person_id=launch.person_id,
        institution_id=launch.person.institution_id,
        roles=frozenset(roles),
        context_id=launch.context_id,
        name=launch.person.name,
        launch_id=launch.id,
        link_id=launch.claims.get("link_id"),
        earlier_context_ids=tuple(launch.claims.get("earlier", ())),
        is_choosing=launch.message_type == DEEP_LINKING_REQUEST and bool(CHOOSERS & roles),
    )


def is_signed_in() -> bool:
    try:
        return bool(_current_viewer())
    except NotSignedIn:
        return False


def role_required(*roles: Role) -> Callable[[Callable[P, str | Response]], Callable[P, str | Response]]:
    """Let a view be used only by who has one of the roles; with none named, by anyone signed in."""

    def wrap(view: Callable[P, str | Response]) -> Callable[P, str | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> str | Response:
            asking = _current_viewer()
            if roles and not asking.roles.intersection(roles):
                raise NotAllowed
            return view(*args, **kwargs)

        return guarded

    return wrap
