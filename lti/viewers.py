"""Who is asking in this request, and what their roles let them do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, cast

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from lrc.db import session, utcnow
from lrc.errors import NotAllowed, NotSignedIn
from lti import leaving, passes, visits
from lti.claims import DEEP_LINKING_REQUEST
from lti.models import Person, StoredLaunch

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
    return_url: str = ""
    """Where to return to the platform, in a visit that is not in its frame."""
    group_ids: tuple[int, ...] = ()
    """The groups to which the institution belongs (lti.groups)."""
    resizes_frame: bool = False
    """Whether the platform may fit its frame to the page (lti.frameResize): all but Moodle, which ignores it."""

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
        mine = {EVERYONE, institution_audience(self.institution_id), *map(group_audience, self.group_ids)}
        if self.context_id is not None:
            mine.update(map(context_audience, (self.context_id, *self.earlier_context_ids)))
        return frozenset(mine)


def institution_audience(institution_id: int) -> str:
    return f"institution:{institution_id}"


def group_audience(group_id: int) -> str:
    return f"group:{group_id}"


def context_audience(context_id: int) -> str:
    return f"context:{context_id}"


def _current_viewer() -> Viewer:
    if "viewer" not in g:
        launch = _asked_for()
        g.viewer = _of(launch) if launch is not None else None
    if g.viewer is None:
        raise NotSignedIn
    return cast(Viewer, g.viewer)


def _asked_for() -> StoredLaunch | None:
    """The launch of the visit in the address, if it is this browser's; of the newest where the address names none."""
    handle = request.environ.get(visits.HANDLE, "")
    if visits.is_bearer(handle):
        # In a window of its own it is an address that was sent on, or opened in another tab.
        is_framed = request.headers.get("Sec-Fetch-Dest") != "document"
        return _open(session, _OF_BEARER, passes.fingerprint(handle)) if is_framed else None
    known = visits.all_in(cookie)
    launch_id = known.get(handle) if handle else next(reversed(known.values()), None)
    if launch_id is None:
        return _overtaken(handle)
    return _open(session, _BY_ID, launch_id)


def _overtaken(handle: str) -> StoredLaunch | None:
    """The launch of a visit that is not in the cookie any more, if its own cookie shows that it is the same person's.

    It is put back: another course's launch that began at the same moment took its place.
    """
    launch_id = visits.unseal(request.cookies.get(visits.OWN_COOKIE, ""), handle, str(current_app.secret_key))
    launch = _open(session, _BY_ID, launch_id) if launch_id else None
    if launch is None or launch.person_id != cookie.get(visits.PERSON):
        return None
    visits.note(cookie, handle, launch)
    return launch


viewer = cast(Viewer, LocalProxy(_current_viewer))
"""Who is asking in this request; raises NotSignedIn where nobody is."""


# All that a page needs of who asks, by one query, made once.
_PERSON = joinedload(StoredLaunch.person)
_LAUNCHES = select(StoredLaunch).options(_PERSON.joinedload(Person.platform), _PERSON.joinedload(Person.institution))
_BY_ID = _LAUNCHES.where(StoredLaunch.id == bindparam("known_by"))
_OF_BEARER = _LAUNCHES.where(StoredLaunch.bearer_hash == bindparam("known_by"))


def find(session: Session, launch_id: str) -> Viewer | None:
    """The viewer of a stored launch, or None where it is unknown or has expired."""
    launch = _open(session, _BY_ID, launch_id)
    return _of(launch) if launch is not None else None


def _open(session: Session, query: Select[StoredLaunch], known_by: str) -> StoredLaunch | None:
    launch = session.scalars(query, {"known_by": known_by}).one_or_none()
    return launch if launch is not None and launch.expires_at > utcnow() else None


def _of(launch: StoredLaunch) -> Viewer:
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
        group_ids=tuple(launch.person.institution.group_ids),
        return_url=leaving.return_url(launch),
        resizes_frame=launch.person.platform.product != "moodle",
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
