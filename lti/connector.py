"""Calls to a platform's services (grades, rosters, groups) with an access token, for pylti1p3's clients of them."""

from __future__ import annotations

import logging
import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from flask import current_app
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse
from sqlalchemy.exc import IntegrityError

from lrc.config import Settings
from lrc.db import transaction
from lrc.errors import NotFound
from lti import claims, failures, keys, outgoing, tokens
from lti.keys import SigningKey
from lti.models import Platform
from lti.outgoing import Answer, Limits, Unreachable
from lti.platforms import origin_of
from lti.troubles import ServiceTrouble, asked_to_wait_s, json_of, service_advice, token_advice

__all__ = ["Connector", "ServiceTrouble", "connect"]

log = logging.getLogger(__name__)

GET_TRIES = 3
PAUSE_S = 0.5
MAX_PAGES = 500
# Moodle answers a whole course at once where it is not asked for pages: some thousands of people or columns.
MAX_BYTES = 4 * 1024 * 1024
_ASSERTED_S = 120
# The platform's clock may be a little behind ours.
_BEFORE_S = 30
_TOKEN_CHARACTERS = 8000
_DEFAULT_LIFETIME_S = 3600
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_PASSING = frozenset({"slow", "no-connection"})
_NEXT = re.compile(r'<([^<>]*)>\s*;(?:[^<>]*;)?\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)
_LINK_CHARACTERS = 8000


@dataclass(frozen=True)
class _Peer:
    """Who asks whom, with all that the database knows of it; nothing is read again while a call lasts."""

    platform_id: int
    client_id: str
    token_url: str
    origins: frozenset[str]
    key: SigningKey
    limits: Limits
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class _Call:
    service: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    form: Mapping[str, str] | None = field(default=None, repr=False)


def connect(platform_id: int) -> Connector:
    """A connector to the platform's services, inside an application context. Raises NotFound.

    Its calls take their time and keep things in transactions of their own: hold none while you use it.
    """
    settings: Settings = current_app.config["LRC_SETTINGS"]
    with transaction(writing=False) as own:
        key = keys.find_signing_key(own, settings.secret_key)
    with transaction(writing=key is None) as own:
        platform = own.get(Platform, platform_id)
        if platform is None:
            raise NotFound(detail=f"platform {platform_id}")
        peer = _Peer(
            platform_id=platform.id,
            client_id=platform.client_id,
            token_url=platform.auth_token_url,
            origins=frozenset(map(origin_of, (platform.issuer, platform.auth_login_url, platform.auth_token_url))),
            key=key or keys.signing_key(own, settings.secret_key),
            limits=replace(outgoing.limits_of(settings), max_bytes=MAX_BYTES),
            secret_key=settings.secret_key,
        )
    return Connector(peer)


class Connector(ServiceConnector):
    """pylti1p3's connector: through lti.outgoing, with tokens shared by all processes and troubles kept."""

    def __init__(self, peer: _Peer) -> None:
        super().__init__(Registration().set_client_id(peer.client_id).set_auth_token_url(peer.token_url))
        self._peer = peer
        self._pages = 0

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """A token for these scopes, kept or new. Raises ServiceTrouble."""
        return self._kept_token(scopes) or self._new_token(scopes)

    def make_service_request(
        self,
        scopes: Sequence[str],
        url: str,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        case_insensitive_headers: bool = False,
        method: str = "",
    ) -> TServiceConnectorResponse:
        """Ask a service; ``method`` where it is neither GET nor POST. Raises ServiceTrouble, which is kept.

        The body is what its JSON says, None where it is empty (or, to what was not a GET, text that is no JSON and no
        page). A next page is answered only where it is on the origin that was asked.
        """
        body = data.encode() if data else None
        headers = {"Accept": accept} | ({"Content-Type": content_type} if is_post or body else {})
        is_own = origin_of(url) in self._peer.origins - {""}
        service = _service_of(scopes, urlsplit(url).path if is_own else "")
        call = _Call(service, method or ("POST" if is_post else "GET"), url, headers, body)
        if not is_own:
            raise self._trouble(call, None, "its address is not one of the platform", "foreign-address")
        answer = self._authorised(call, scopes)
        found: dict[str, Any] = {
            "headers": answer.headers if case_insensitive_headers else dict(answer.headers),
            "body": self._parsed(call, answer),
            "next_page_url": self._next(call, answer),
        }
        return cast(TServiceConnectorResponse, found)

    def _authorised(self, call: _Call, scopes: Sequence[str]) -> Answer:
        """The answer to a call with a token; one that was kept and is refused is replaced once."""
        kept = self._kept_token(scopes)
        token = kept or self._new_token(scopes)
        answer = self._ask(call, token)
        if answer.status == 401 and kept:
            with transaction() as own:
                tokens.drop(own, self._peer.platform_id, scopes, kept, self._peer.secret_key)
            token = self._new_token(scopes)
            answer = self._ask(call, token)
        if not 200 <= answer.status < 300:
            said = failures.readable(answer.text, token)
            trouble = self._trouble(call, answer.status, said, service_advice(answer.status))
            trouble.retry_after_s = asked_to_wait_s(answer)
            raise trouble
        return answer

    def _kept_token(self, scopes: Sequence[str]) -> str | None:
        with transaction(writing=False) as own:
            return tokens.find(own, self._peer.platform_id, scopes, self._peer.secret_key)

    def _new_token(self, scopes: Sequence[str]) -> str:
        """Ask for a token as RFC 7523 and 1EdTech's Security Framework say (section 4.1), and keep it."""
        assertion = self._assertion()
        form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION}
        form |= {"client_assertion": assertion, "scope": " ".join(sorted(set(scopes)))}
        call = _Call("token", "POST", self._peer.token_url, {"Accept": "application/json"}, form=form)
        answer = self._ask(call)
        said = failures.readable(answer.text, assertion)
        if not 200 <= answer.status < 300:
            raise self._trouble(call, answer.status, said, token_advice(answer))
        given = json_of(answer)
        given = given if isinstance(given, dict) else {}
        token, lifetime_s = given.get("access_token"), given.get("expires_in")
        if not isinstance(token, str) or not claims.is_id(token, _TOKEN_CHARACTERS) or not token.isascii():
            raise self._trouble(call, answer.status, said, "bad-token" if given else "not-json")
        lifetime_s = lifetime_s if isinstance(lifetime_s, int) and lifetime_s > 0 else _DEFAULT_LIFETIME_S
        place = (self._peer.platform_id, scopes)
        with suppress(IntegrityError), transaction() as own:  # another kept theirs at the same moment: as good as ours
            tokens.keep(own, token, lifetime_s, place, self._peer.secret_key)
        return token

    def _assertion(self) -> str:
        now = int(time.time())
        said: dict[str, Any] = {"iss": self._peer.client_id, "sub": self._peer.client_id}
        said |= {"aud": self._peer.token_url, "jti": str(uuid.uuid4())}
        said |= {"iat": now - _BEFORE_S, "exp": now + _ASSERTED_S}
        return self._peer.key.sign(said)

    def _ask(self, call: _Call, token: str = "", tries: int = GET_TRIES) -> Answer:
        """What the server answers, whatever the status; a GET that fails in passing is tried again after a pause."""
        is_last = tries == 1 or call.method != "GET"
        headers = {**call.headers, "Authorization": f"Bearer {token}"} if token else call.headers
        try:
            answer = outgoing.send(
                call.method, call.url, limits=self._peer.limits, headers=headers, form=call.form, body=call.body
            )
        except Unreachable as error:
            if is_last or error.code not in _PASSING:
                raise self._trouble(call, None, str(error), error.code) from error
        else:
            if is_last or answer.status < 500:
                return answer
        time.sleep(PAUSE_S * (GET_TRIES + 1 - tries) * secrets.SystemRandom().uniform(0.5, 1.5))
        return self._ask(call, token, tries - 1)

    def _parsed(self, call: _Call, answer: Answer) -> Any:
        if not answer.body:
            return None
        parsed = json_of(answer)
        is_page = answer.body.lstrip().startswith(b"<")  # of a proxy or a portal, in the service's place
        if parsed is None and (call.method == "GET" or is_page):
            raise self._trouble(call, answer.status, failures.readable(answer.text), "not-json")
        return parsed

    def _next(self, call: _Call, answer: Answer) -> str | None:
        """The next page (RFC 8288) as it is written; Moodle's links for line items, in curly quotes, are none."""
        for found in _NEXT.finditer(answer.headers.get("Link", "")[:_LINK_CHARACTERS]):
            if "next" in (found[2] or found[3] or "").lower().split():
                url = str(urljoin(call.url, found[1]))
                if origin_of(url) != origin_of(call.url):
                    raise self._trouble(call, answer.status, "its next page is on another server", "foreign-address")
                self._pages += 1
                if self._pages > MAX_PAGES:
                    raise self._trouble(call, answer.status, f"more than {MAX_PAGES} pages", "too-many-pages")
                return url
        return None

    def _trouble(self, call: _Call, status: int | None, said: str, code: str) -> ServiceTrouble:
        """The trouble to raise, after it was kept and logged."""
        failures.note(self._peer.platform_id, call.service, call.url, status, said)
        log.warning("platform %s: %s: %s %s: %s", self._peer.platform_id, call.service, status, code, said)
        return ServiceTrouble(call.service, status, said, code)


def _service_of(scopes: Sequence[str], path: str) -> str:
    """Which service it is, in our words (see ServiceFailure.service)."""
    for ending, service in (("/scores", "score"), ("/results", "results")):
        if path.rstrip("/").endswith(ending):
            return service
    scope = " ".join(scopes)
    if "/lti-nrps/" in scope:
        return "memberships"
    return "groups" if "/lti-gs/" in scope else "lineitems"
