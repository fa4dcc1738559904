"""How a link of ours opens: what its teacher set, and what it leads to instead of what the platform's copy of it says.

ResourceLink.settings holds "place", "view", "page" and "version" (see Manner), and "target": {"kind", "id",
"instead_of": {"kind", "id"}} where the teacher made the link lead elsewhere. The custom parameters that come with each
launch still name the old target then, so they must not undo it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti.models import ResourceLink

CARD, READER = "card", "reader"
PLACES = (CARD, READER)
VIEWS = ("text", "pages")


@dataclass(frozen=True)
class Manner:
    """How a link opens a resource; what is not set is "" or None, and is left to the library."""

    place: str = ""
    """CARD: the resource's own page; READER: its text or pages at once."""
    view: str = ""
    """In the reader: "text" or "pages"."""
    page: int | None = None
    """The page to open at, from 1."""
    version: int | None = None
    """The number of the version that it stays with; None: the one in force."""


def manner_of(settings: Mapping[str, Any]) -> Manner:
    """What was set; anything that makes no sense counts as not set."""
    place, view, page = settings.get("place"), settings.get("view"), settings.get("page")
    version = settings.get("version")
    return Manner(
        place=place if place in PLACES else "",
        view=view if view in VIEWS else "",
        page=page if isinstance(page, int) and page > 0 else None,
        version=version if isinstance(version, int) and version > 0 else None,
    )


def set_manner(link: ResourceLink, manner: Manner) -> None:
    """Keep all of ``manner``; what the link leads to stays."""
    others = {name: value for name, value in link.settings.items() if name == "target"}
    chosen = {"place": manner.place, "view": manner.view, "page": manner.page, "version": manner.version}
    link.settings = {**others, **{name: value for name, value in chosen.items() if value}}


def is_redirected(link: ResourceLink) -> bool:
    """Whether its teacher made it lead elsewhere."""
    return _redirection(link) is not None


def redirect(link: ResourceLink, kind: str, target: str) -> None:
    """Make the link lead to something else from now on. A page or a view of what it led to means nothing there."""
    before = _redirection(link)
    instead_of = before["instead_of"] if before else {"kind": link.kind, "id": link.target}
    place = manner_of(link.settings).place
    link.settings = {
        **({"place": place} if place else {}),
        "target": {"kind": kind, "id": target, "instead_of": instead_of},
    }
    link.kind, link.target = kind, target


def restore(link: ResourceLink) -> None:
    """Make the link lead again to what the platform says; nothing changes where it does."""
    redirection = _redirection(link)
    if redirection is None:
        return
    link.kind, link.target = redirection["instead_of"]["kind"], redirection["instead_of"]["id"]
    link.settings = {name: value for name, value in link.settings.items() if name == "place"}


def take_launched(link: ResourceLink, kind: str, target: str, item: str) -> None:
    """What a launch says that the link leads to, and its placement; "" where it says nothing.

    It counts unless the teacher made the link lead elsewhere, and counts again as soon as it differs from what the
    link led to then: the teacher has chosen anew in the platform, and settings made for the old choice end.
    """
    if item and item != link.item:
        link.settings = {} if link.item else link.settings
        link.item = item
    redirection = _redirection(link)
    if redirection is not None:
        instead_of = redirection["instead_of"]
        if not kind or (kind, target) == (instead_of["kind"], instead_of["id"]):
            link.kind, link.target = redirection["kind"], redirection["id"]
            return
        link.settings = {}
    if kind and (link.kind, link.target) != (kind, target):
        link.kind, link.target = kind, target


def _redirection(link: ResourceLink) -> dict[str, Any] | None:
    found = link.settings.get("target")
    return found if isinstance(found, dict) else None
