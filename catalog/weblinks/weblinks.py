"""The rules of materials that are addresses: taking one in, what its page offers, what to do where it fails."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import library, review
from catalog.describing import description, editing
from catalog.library import TITLE_LIMIT, AlreadyHeld, Details
from catalog.models import Edit, Resource, ResourceState, WebLink
from catalog.weblinks import addresses
from lrc.celery import enqueue
from lrc.db import utcnow
from lrc.errors import Conflict, NotAllowed, NotFound
from lti.addresses import Network
from lti.viewers import Viewer

READ = "catalog.read_weblink"
MOST_A_DAY = 100
"""Addresses that one person may paste: each has us call somebody's server."""
PAUSE = timedelta(minutes=1)


class AddressHeld(AlreadyHeld):
    """The address leads to the page of a resource that the person may see, ``twin``."""

    message = _("Esta misma dirección ya está en la biblioteca.")


@dataclass(frozen=True)
class Way:
    """Where a resource leads, for its page: the address, its host, and what is known of it (None: nothing yet)."""

    url: str
    host: str
    link: WebLink | None


def of(session: Session, resource: Resource) -> Way | None:
    """Where a resource leads; None where it leads nowhere."""
    url = addresses.of(resource)
    if not url:
        return None
    link = session.get(WebLink, resource.id)
    return Way(url, addresses.host_of(url), link if link is not None and link.url == url else None)


def refuse_twin(session: Session, viewer: Viewer, url: str) -> None:
    """Raise AddressHeld where the same address is among what the viewer may see."""
    query = library.visible_to(viewer).join(WebLink, WebLink.resource_id == Resource.id)
    same = query.where(WebLink.fingerprint == addresses.same(url), Resource.state != ResourceState.WITHDRAWN)
    twin = session.scalar(same.order_by(Resource.state != ResourceState.PUBLISHED, Resource.id).limit(1))
    if twin is not None:
        raise AddressHeld(twin)


def add(session: Session, viewer: Viewer, details: Details, url: str) -> Resource:
    """Take an address (``addresses.clean``) in as a draft and have its page read. AddressHeld, BadInput, Conflict.

    Without a title it takes that of its page once that was read, and is called as its address until then.
    """
    refuse_twin(session, viewer, url)
    _refuse_many(session, viewer)
    resource = Resource(
        record_id=f"lrc:{secrets.token_hex(8)}",
        institution_id=viewer.institution_id,
        owner_id=viewer.person_id,
        context_id=viewer.context_id,
        title=details.title.strip()[:TITLE_LIMIT] or _untitled(url),
        description=details.description,
        language=details.language,
        license=details.license,
        identifiers=[url],
        audience=library.audience_of(viewer, details.audience),
    )
    session.add(resource)
    session.flush()
    session.get_one(WebLink, resource.id).is_to_be_read = True
    enqueue(session, READ, resource.id)
    return resource


def _refuse_many(session: Session, viewer: Viewer) -> None:
    lately = (Resource.owner_id == viewer.person_id, Resource.created_at > utcnow() - timedelta(days=1))
    count = select(func.count()).select_from(WebLink).join(WebLink.resource).where(*lately)
    if (session.scalar(count) or 0) >= MOST_A_DAY:
        raise Conflict(
            _("Hoy ya agregaste %(most)s direcciones, que es lo más que tomamos en un día.", most=MOST_A_DAY),
            advice=_("Sigue mañana, o pide a la biblioteca que las cargue juntas."),
        )


def _untitled(url: str) -> str:
    return addresses.readable(url)[:TITLE_LIMIT]


def take_said(session: Session, link: WebLink, said: Mapping[str, Any]) -> None:
    """Keep what the page says of itself to be offered; a draft that waited for it takes the title and is handed in.

    What somebody typed meanwhile stays.
    """
    resource = link.resource
    link.offered = dict(said)
    link.is_to_be_read = False
    if resource.state is not ResourceState.DRAFT:
        return
    if resource.title == _untitled(link.url):
        resource.title = said.get("title", resource.title)
    resource.language = resource.language or said.get("language", "")
    review.submit(session, resource)


def offered(session: Session, resource: Resource) -> dict[str, Any]:
    """What the page of a resource says of itself, as File.offered."""
    link = session.get(WebLink, resource.id) if addresses.of(resource) else None
    return link.offered if link is not None else {}


def get_for_mending(session: Session, viewer: Viewer, resource_id: int) -> WebLink:
    """The address of a resource that the viewer may describe. NotFound, NotAllowed."""
    resource = library.get_for_change(session, viewer, resource_id)
    if not editing.may_describe(viewer, resource):
        raise NotAllowed
    link = session.get(WebLink, resource_id)
    if link is None:
        raise NotFound(_("Este material ya no lleva a una dirección web."))
    return link


def check_now(session: Session, link: WebLink) -> None:
    """Have it asked at once. Conflict where that was just done."""
    if link.checked_at is not None and link.checked_at > utcnow() - PAUSE:
        raise Conflict(_("La acabamos de comprobar."), advice=_("Espera un minuto y vuelve a intentarlo."))
    link.due_at = utcnow()
    enqueue(session, READ, link.resource_id)


def lead_to(
    session: Session, viewer: Viewer, link: WebLink, typed: str, networks: tuple[Network, ...] = ()
) -> Edit | None:
    """Have the resource lead to another address, as a change of its description; BadInput where it is none."""
    url = addresses.clean(typed, networks)
    resource = link.resource
    said = description.of(resource)
    told = tuple(dict.fromkeys(url if each == link.url else each for each in said.identifiers))
    seen = editing.last_edit(session, resource)
    return editing.describe(session, viewer, resource, replace(said, identifiers=told), seen=seen)
