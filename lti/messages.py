"""What a verified launch message says, in our own words: its claims translated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lti import claims, roles
from lti.texts import MAX_LISTED, NAME_CHARACTERS, TITLE_CHARACTERS, URL_CHARACTERS, line_in, mapping_in, name_in
from lti.viewers import Role

KINDS = ("resource", "module", "course", "search", "readings", "collection")
"""What a link of ours can open; carried in the custom parameters of the link."""
_TARGET_CHARACTERS = 300
_MAX_CUSTOM = 100


@dataclass(frozen=True)
class Launch:
    """What a verified launch says. What it leaves out is "" or empty; custom parameters are texts, never "$..."."""

    sub: str
    roles: frozenset[Role]
    name: str = ""
    email: str = ""
    context_id: str = ""
    context_label: str = ""
    context_title: str = ""
    history: tuple[str, ...] = ()
    """The platform's ids of the courses that this one was copied from."""
    groups: tuple[str, ...] | None = None
    """The platform's ids of the person's groups; None where the platform does not tell."""
    resource_link_id: str = ""
    resource_link_title: str = ""
    kind: str = ""
    """What the link opens, of KINDS, with ``target`` (our id of it) and ``item`` (our id of the placement)."""
    target: str = ""
    item: str = ""
    message_type: str = claims.RESOURCE_LINK_REQUEST
    target_link_uri: str = ""
    locale: str = ""
    document_target: str = ""
    return_url: str = ""
    product: str = ""
    version: str = ""
    for_user: str = ""
    """The platform's id of the person whose work is to be reviewed."""
    deep_linking: dict[str, Any] = field(default_factory=dict)
    """The settings of a deep linking request, as the platform sent them."""
    custom: dict[str, str] = field(default_factory=dict)
    custom_names: tuple[str, ...] = ()
    """The names of all custom parameters, also of those that came empty or as "$..."; ``unfilled`` are the latter."""
    unfilled: tuple[str, ...] = ()
    deployment_id: str = ""
    services: dict[str, str] = field(default_factory=dict)
    """Addresses of the platform's services for this launch: "lineitems", "lineitem", "memberships", "groups"."""

    @classmethod
    def from_claims(cls, body: Mapping[str, Any]) -> Launch:
        """Translate claims that lti.claims has checked. An optional one of a wrong type is absent (PHP: [] for {})."""
        context, presentation = mapping_in(body, claims.CONTEXT), mapping_in(body, claims.PRESENTATION)
        link, platform = mapping_in(body, claims.RESOURCE_LINK), mapping_in(body, claims.PLATFORM)
        sent = mapping_in(body, claims.CUSTOM)
        custom = _custom(sent)
        kind = custom.get("lrc_kind", "")
        return cls(
            sub=body["sub"],
            roles=roles.translate(body[claims.ROLES]),
            name=name_in(body),
            email=line_in(body, "email"),
            context_id=context["id"] if claims.is_id(context.get("id")) else "",
            context_label=line_in(context, "label"),
            context_title=line_in(context, "title", TITLE_CHARACTERS),
            history=_listed(custom.get("context_history", "")),
            groups=_groups(mapping_in(body, claims.CUSTOM)),
            resource_link_id=link["id"] if claims.is_id(link.get("id")) else "",
            resource_link_title=line_in(link, "title", TITLE_CHARACTERS),
            kind=kind if kind in KINDS and "lrc_id" in custom else "",
            target=custom.get("lrc_id", "")[:_TARGET_CHARACTERS],
            item=custom.get("lrc_item", "")[:64],
            message_type=body[claims.MESSAGE_TYPE],
            target_link_uri=body[claims.TARGET_LINK_URI],
            locale=line_in(presentation, "locale", 20),
            document_target=line_in(presentation, "document_target", 20),
            return_url=line_in(presentation, "return_url", URL_CHARACTERS),
            product=line_in(platform, "product_family_code", 100),
            version=line_in(platform, "version", 100),
            for_user=line_in(mapping_in(body, claims.FOR_USER), "user_id"),
            deep_linking=dict(mapping_in(body, claims.DEEP_LINKING)),
            custom=custom,
            custom_names=tuple(key for key in list(sent)[:_MAX_CUSTOM] if claims.is_id(key)),
            unfilled=tuple(key for key in list(sent)[:_MAX_CUSTOM] if line_in(sent, key, 1) == "$"),
            deployment_id=line_in(body, claims.DEPLOYMENT_ID),
            services=_services(body),
        )


def _custom(body: Mapping[str, Any]) -> dict[str, str]:
    """Texts by exact key. Moodle sends null for what it holds back, "$..." for what it does not know: both absent."""
    texts = {key: line_in(body, key, URL_CHARACTERS) for key in list(body)[:_MAX_CUSTOM] if claims.is_id(key)}
    return {key: text for key, text in texts.items() if text and not text.startswith("$")}


def _groups(custom: Mapping[str, Any]) -> tuple[str, ...] | None:
    """None where the platform does not tell; Moodle sends an empty text for somebody who is in no group."""
    told = custom.get("user_groups")
    is_told = isinstance(told, str) and not told.startswith("$")
    return _listed(line_in(custom, "user_groups", URL_CHARACTERS)) if is_told else None


def _services(body: Mapping[str, Any]) -> dict[str, str]:
    grades, names = mapping_in(body, claims.AGS), mapping_in(body, claims.NRPS)
    addresses = {
        "lineitems": line_in(grades, "lineitems", URL_CHARACTERS),
        "lineitem": line_in(grades, "lineitem", URL_CHARACTERS),
        "memberships": line_in(names, "context_memberships_url", URL_CHARACTERS),
        "groups": line_in(mapping_in(body, claims.GROUPS), "context_groups_url", URL_CHARACTERS),
    }
    return {name: address for name, address in addresses.items() if address}


def _listed(text: str) -> tuple[str, ...]:
    """Ids out of a list with commas."""
    return tuple(each.strip()[:NAME_CHARACTERS] for each in text.split(",")[:MAX_LISTED] if each.strip())
