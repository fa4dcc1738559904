"""The two walls that all HTML made from people's Markdown passes: bleach, then nh3, each with the same allow-list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import bleach
import nh3
from bleach.linkifier import LinkifyFilter
from markupsafe import Markup

PROTOCOLS = frozenset({"http", "https", "mailto"})
REL = "nofollow noopener noreferrer"
ANYTHING = re.compile(r"(?s:.*)")


@dataclass(frozen=True)
class Allowed:
    """What passes: tags, and of each tag the attributes whose whole value fits. Addresses need one of PROTOCOLS too."""

    tags: frozenset[str]
    attributes: Mapping[str, Mapping[str, re.Pattern[str]]]
    links_bare_addresses: bool = False
    """Whether https://... in the text becomes a link."""

    def permits(self, tag: str, name: str, value: str) -> bool:
        pattern = self.attributes.get(tag, {}).get(name)
        return pattern is not None and pattern.fullmatch(value) is not None


def clean(html: str, allowed: Allowed) -> Markup:
    """The HTML behind both walls."""
    return Markup(nh3_wall(bleach_wall(html, allowed), allowed))  # noqa: S704 (the two walls stand before it)


def bleach_wall(html: str, allowed: Allowed) -> str:
    cleaner = bleach.Cleaner(
        tags=allowed.tags,
        attributes=allowed.permits,
        protocols=PROTOCOLS,
        strip=True,
        strip_comments=True,
        filters=[_Linkify] if allowed.links_bare_addresses else [],
    )
    return str(cleaner.clean(html))


def _to_the_web(attributes: Any, _is_new: bool = False) -> Any:
    """Leaves addresses of other kinds, such as ftp://, the text that they are: bleach has cleaned by then."""
    address = str(attributes.get((None, "href"), ""))
    return attributes if address.lower().startswith(("http://", "https://", "mailto:")) else None


class _Linkify(LinkifyFilter):
    """Makes bare addresses links, but not inside code."""

    def __init__(self, source: Any) -> None:
        super().__init__(source, callbacks=[_to_the_web], skip_tags={"pre", "code"}, parse_email=False)


def nh3_wall(html: str, allowed: Allowed) -> str:
    def kept(tag: str, name: str, value: str) -> str | None:
        # nh3 itself adds `rel`, after its own list and before asking here.
        return value if (tag, name) == ("a", "rel") or allowed.permits(tag, name, value) else None

    return nh3.clean(
        html,
        tags=set(allowed.tags),
        attributes={"*": set()} | {tag: set(names) for tag, names in allowed.attributes.items()},
        attribute_filter=kept,
        url_schemes=set(PROTOCOLS),
        strip_comments=True,
        link_rel=REL,
    )


def words_of(html: str) -> str:
    """What a page of somebody else's says, on one line: no tags, no scripts, no styles. Cut long pages first."""
    return " ".join(
        unescape(nh3.clean(html.replace("<", " <"), tags=set(), clean_content_tags={"script", "style"})).split()
    )
