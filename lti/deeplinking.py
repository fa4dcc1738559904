"""LTI Deep Linking 2.0: what a platform asks for when a teacher chooses contents, and the answer that we sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import lazy_gettext as _
from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from sqlalchemy.orm import Session

from lrc.errors import NotAllowed
from lti import keys
from lti.models import Platform, StoredLaunch
from lti.platforms import is_page_of
from lti.refusals import Reason, refuse
from lti.viewers import CHOOSERS, Role, Viewer

LINK = "ltiResourceLink"
TITLE_LIMIT = 255
"""Moodle's names of activities end there; longer ones it refuses."""
DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
_FLAGS = {"true": True, "false": False}
# PHP's strip_tags, which Moodle runs over titles, takes everything after such a sign away.
_OPENS_A_TAG = re.compile(r"<(?=\S)")


@dataclass(frozen=True)
class Asked:
    """What the platform takes back (Deep Linking 2.0, section 4.4.1), read out of whatever it sent."""

    return_url: str
    accepts_links: bool
    """Whether links of ours are among what it takes; nothing else is worth sending."""
    accepts_many: bool
    """More than one at a time; not where it does not say so."""
    accepts_grades: bool
    """A line item with a link; unless it says that it does not (Moodle says nothing, and takes them)."""

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Asked:
        """Read the settings; what has a wrong type counts as not sent."""
        types, address = sent.get("accept_types"), sent.get("deep_link_return_url")
        return cls(
            return_url=address if isinstance(address, str) else "",
            accepts_links=isinstance(types, list) and LINK in types,
            accepts_many=_flag(sent.get("accept_multiple"), otherwise=False),
            accepts_grades=_flag(sent.get("accept_lineitem"), otherwise=True),
        )


@dataclass(frozen=True)
class Item:
    """One thing to put into the course. ``item`` is our id of the placement; ``maximum`` is None where ungraded."""

    kind: str
    target: str
    item: str
    url: str
    title: str
    text: str = ""
    maximum: int | None = None


@dataclass(frozen=True)
class Signed:
    """What the browser is to post to the platform: the token, as the field "JWT", and where to."""

    url: str
    token: str


def check(platform: Platform, roles: frozenset[Role], sent: Mapping[str, Any]) -> None:
    """Raise NotAllowed for who does not teach, LaunchRefused where the contents are to go to another site."""
    if not roles & CHOOSERS:
        raise NotAllowed(
            _("Solo quienes enseñan en un curso eligen lo que se pone en él."),
            advice=_("Entra a Moodle con tu cuenta de docente. Para leer, abre la biblioteca desde tu curso."),
            detail="deep linking without a teacher's role",
        )
    _check_return(platform, Asked.of(sent).return_url)


def launch_of(session: Session, viewer: Viewer) -> StoredLaunch:
    """The launch in which a teacher is choosing; NotAllowed in any other."""
    found = session.get(StoredLaunch, viewer.launch_id) if viewer.is_choosing else None
    if found is None:
        raise NotAllowed(
            _("Esta página es solo para elegir lo que se pone en un curso."),
            advice=_("En tu curso de Moodle, agrega una actividad de la biblioteca y pulsa «Seleccionar contenido»."),
        )
    return found


def asked_in(launch: StoredLaunch) -> Asked:
    return Asked.of(launch.claims.get("deep_linking", {}))


def answer(session: Session, launch: StoredLaunch, items: Sequence[Item], icon_url: str, secret_key: str) -> Signed:
    """The signed LtiDeepLinkingResponse (section 4.5) that puts ``items`` into the course, or nothing where none.

    Raises LaunchRefused where it would go to another site than the platform's.
    """
    platform = launch.person.platform
    sent = launch.claims.get("deep_linking", {})
    url = _check_return(platform, Asked.of(sent).return_url)
    registration = Registration().set_client_id(platform.client_id).set_issuer(platform.issuer)
    message = _Message(registration, launch.claims.get("deployment_id", ""), sent)
    body = message.get_message_jwt([_Link(each, icon_url) for each in items])
    return Signed(url, _signed(session, body, secret_key))


def _check_return(platform: Platform, url: str) -> str:
    """The address, which must be one of the platform's own pages."""
    if not is_page_of(platform, url):
        raise refuse(Reason.OTHER_RETURN, ascii(url[:100]))
    return url


def _signed(session: Session, body: dict[str, Any], secret_key: str) -> str:
    return keys.signing_key(session, secret_key).sign(body)


def _flag(value: object, *, otherwise: bool) -> bool:
    if isinstance(value, bool):
        return value
    return _FLAGS.get(value.lower(), otherwise) if isinstance(value, str) else otherwise


def _plain(text: str) -> str:
    return _OPENS_A_TAG.sub("< ", text)


class _Message(DeepLink):
    """pylti1p3's response, which sends "data" also where the platform had none to be given back."""

    def get_message_jwt(self, resources: Sequence[DeepLinkResource]) -> dict[str, Any]:
        message = cast("dict[str, Any]", super().get_message_jwt(resources))
        if message[DATA] is None:
            del message[DATA]
        return message


class _Link(DeepLinkResource):
    """A link of ours with the text, which pylti1p3 leaves out."""

    def __init__(self, item: Item, icon_url: str) -> None:
        self._text = _plain(item.text)
        self._title = _plain(item.title)[:TITLE_LIMIT]
        self._url = item.url
        self._custom_params = {"lrc_kind": item.kind, "lrc_id": item.target, "lrc_item": item.item}
        self._icon_url = icon_url
        if item.maximum is not None:
            self._lineitem = _line_item(item, item.maximum)

    def to_dict(self) -> dict[str, object]:
        told = dict(super().to_dict())
        if self._text:
            told["text"] = self._text
        return told


def _line_item(item: Item, maximum: int) -> LineItem:
    """The column in the gradebook, whose cells lead to what the student did (LTI Submission Review 1.0)."""
    made = LineItem().set_score_maximum(maximum).set_label(_plain(item.title)[:TITLE_LIMIT])
    made.set_resource_id(item.target).set_tag(item.kind)
    return made.set_submission_review(["Completed"], url=item.url)
