"""Asking the platform: all questions of one examination, side by side and within a limit for the whole.

Tokens are asked for anew, past the cache of lti.connector, since it is their being given that is examined; what the
platform answers is not kept among the failures of its services.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from lti import outgoing
from lti.doctor.case import Case
from lti.keys import SigningKey
from lti.platforms import origin_of
from lti.troubles import json_of

TIME_LIMIT_S: Final = 12.0
CALL_LIMIT_S: Final = 5.0
_AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE: Final = f"{_AGS}score"
LINEITEM: Final = f"{_AGS}lineitem"
LINEITEM_READONLY: Final = f"{_AGS}lineitem.readonly"
RESULT_READONLY: Final = f"{_AGS}result.readonly"
MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES: Final = (LINEITEM, LINEITEM_READONLY, RESULT_READONLY, SCORE, MEMBERS)
KEYS, BARE_TOKEN, LINEITEMS, MEMBERSHIPS = "keys", "bare token", "lineitems", "memberships"
"""Names of the questions that are not scopes: the key set; a token request without anything in it; two services."""

_ASSERTION_LIFETIME_S = 120
# The platform's clock may be a little behind ours, which calls to services forgive too.
_BEFORE_S = 30
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MANY_AT_ONCE = len(SCOPES) + 2
_FEW_MEMBERS = "5"


@dataclass(frozen=True)
class Reply:
    """What the platform answered to one question, or why no answer came."""

    answer: outgoing.Answer | None = None
    trouble: str = ""
    """Why none came, in lti.outgoing's words, with its ``code``."""
    code: str = ""
    ahead_s: float | None = None
    """Seconds by which the platform's clock (header Date, whole seconds) is ahead of ours."""

    @property
    def status(self) -> int:
        """The HTTP status; 0 where no answer came."""
        return self.answer.status if self.answer else 0

    def json(self) -> Any:
        """The body as JSON; None where there is none."""
        return json_of(self.answer) if self.answer else None

    def described(self) -> str:
        """For the technical detail: the status and the kind of the answer, or why none came."""
        if self.answer is None:
            # Which private address a name leads to is nothing to tell the one who named it.
            return f"no answer: {self.trouble.partition(' (')[0] if self.code == 'private-address' else self.trouble}"
        return f"HTTP {self.status}, {self.answer.headers.get('Content-Type', 'without Content-Type')}"


Replies = Mapping[str, Reply]
"""Replies by the name of the question (a scope, or one of the names above); empty where nothing was asked yet."""
Question = Callable[[], Reply]


def ask_all(case: Case) -> Replies:
    """Ask everything, for at most TIME_LIMIT_S; a question that took longer has a reply that says so."""
    ends_at = time.monotonic() + TIME_LIMIT_S
    limits = replace(case.limits, timeout_s=min(case.limits.timeout_s, CALL_LIMIT_S))
    first = _together(_first(case, limits), ends_at)
    return {**first, **_together(_services(case, limits, first), ends_at)}


def token_of(reply: Reply | None) -> str:
    """The access token in the reply to a scope; "" where none was given."""
    found = reply.json() if reply and reply.status == 200 else None
    token = found.get("access_token") if isinstance(found, dict) else None
    return token if isinstance(token, str) else ""


def is_granted(reply: Reply | None, scope: str) -> bool:
    """Whether the platform gave a token that holds the scope; one that names no scopes holds those asked for."""
    if not token_of(reply) or reply is None:
        return False
    named = reply.json().get("scope")
    return scope in named.split() if isinstance(named, str) and named.strip() else True


def belongs_to(case: Case, url: str) -> bool:
    """Whether an address of a service is on the platform's own site, so that a token may be sent there."""
    return bool(url) and origin_of(url) in {origin_of(case.issuer), origin_of(case.auth_token_url)}


def _first(case: Case, limits: outgoing.Limits) -> dict[str, Question]:
    questions = {KEYS: _question("GET", case.jwks_url, limits, {"Accept": "application/json"})}
    key = case.signer
    if key is not None:
        questions[BARE_TOKEN] = _question("POST", case.auth_token_url, limits, form={})
        for scope in SCOPES:
            questions[scope] = _question("POST", case.auth_token_url, limits, form=_token_form(case, key, scope))
    return questions


def _services(case: Case, limits: outgoing.Limits, replies: Replies) -> dict[str, Question]:
    """Read-only questions about the course that was opened last, with the tokens just given."""
    readable = (LINEITEM_READONLY, LINEITEM)
    columns = next((token_of(replies.get(each)) for each in readable if is_granted(replies.get(each), each)), "")
    members = token_of(replies.get(MEMBERS)) if is_granted(replies.get(MEMBERS), MEMBERS) else ""
    questions: dict[str, Question] = {}
    if columns and belongs_to(case, case.lineitems_url):
        accepted = "application/vnd.ims.lis.v2.lineitemcontainer+json"
        questions[LINEITEMS] = _question("GET", case.lineitems_url, limits, _bearer(columns, accepted))
    if members and belongs_to(case, case.memberships_url):
        accepted = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
        few = f"{case.memberships_url}{'&' if '?' in case.memberships_url else '?'}{urlencode({'limit': _FEW_MEMBERS})}"
        questions[MEMBERSHIPS] = _question("GET", few, limits, _bearer(members, accepted))
    return questions


def _bearer(token: str, accepted: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": accepted}


def _token_form(case: Case, key: SigningKey, scope: str) -> dict[str, str]:
    """A token request (IMS Security Framework 1.0, section 4.1)."""
    now = int(time.time())
    claims = {
        "iss": case.client_id,
        "sub": case.client_id,
        "aud": case.auth_token_url,
        "iat": now - _BEFORE_S,
        "exp": now + _ASSERTION_LIFETIME_S,
        "jti": secrets.token_urlsafe(16),
    }
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION_TYPE,
        "client_assertion": key.sign(claims),
        "scope": scope,
    }


def _question(
    method: str,
    url: str,
    limits: outgoing.Limits,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Question:
    def ask() -> Reply:
        began = time.time()
        try:
            answer = outgoing.send(method, url, limits=limits, headers=headers, form=form)
        except outgoing.Unreachable as error:
            return Reply(trouble=str(error), code=error.code)
        return Reply(answer, ahead_s=_ahead_s(answer, began, time.time()))

    return ask


def _ahead_s(answer: outgoing.Answer, began: float, ended: float) -> float | None:
    """The middle of the second that Date names, less the middle of the call."""
    try:
        named = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    aware = named if named.tzinfo else named.replace(tzinfo=UTC)
    return aware.timestamp() + 0.5 - (began + ended) / 2


def _together(questions: Mapping[str, Question], ends_at: float) -> dict[str, Reply]:
    """The replies of all, asked side by side; every call has its own limit, so that none goes on for long after."""
    pool = ThreadPoolExecutor(max_workers=_MANY_AT_ONCE, thread_name_prefix="doctor")
    asked = {name: pool.submit(question) for name, question in questions.items()}
    wait(asked.values(), timeout=max(0.0, ends_at - time.monotonic()))
    pool.shutdown(wait=False, cancel_futures=True)
    late = Reply(trouble="took too long", code="slow")
    return {name: each.result() if each.done() and not each.cancelled() else late for name, each in asked.items()}
