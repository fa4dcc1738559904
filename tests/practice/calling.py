"""Calls the practice LMS's services as the tool would, with requests made by hand."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt
import requests

from lrc.db import transaction
from lrc.practice.beginnings import CLIENT_ID
from lti import keys
from tests.campus import COURSE, Campus

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINEITEM, RESULT, SCORE = f"{AGS}lineitem", f"{AGS}result.readonly", f"{AGS}score"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ITEM = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ONE_SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@dataclass
class Caller:
    campus: Campus

    def assertion(self, **changes: Any) -> str:
        """What the tool signs to get a token."""
        secret_key = self.campus.settings.secret_key
        with transaction() as session:
            key = keys.ensure_key(session, secret_key)
            private, kid = keys.private_key(key, secret_key), key.kid
        now = int(time.time())
        body = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": "x", "iat": now, "exp": now + 60, "jti": "1"} | changes
        return jwt.encode(body, private, "RS256", {"kid": kid})

    def ask(self, *scopes: str, **changes: str) -> requests.Response:
        """Ask for a token."""
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": BEARER,
            "client_assertion": self.assertion(),
            "scope": " ".join(scopes),
        }
        return requests.post(f"{self.campus.lms.url}/mod/lti/token.php", fields | changes, timeout=10)

    def call(self, method: str, url: str, scope: str, **given: Any) -> requests.Response:
        """``accept`` and ``kind`` are the media types asked for and sent."""
        headers = {
            "Authorization": f"Bearer {self.ask(scope).json()['access_token']}",
            "Accept": given.pop("accept", None),
            "Content-Type": given.pop("kind", None),
        }
        return requests.request(method, url, headers=headers, timeout=10, **given)

    def services(self, path: str) -> str:
        return f"{self.campus.lms.url}/mod/lti/services.php/{path}"

    def column(self, link: str, course: str = COURSE) -> str:
        """The address of an activity's own line item."""
        state = self.campus.lms.store.state
        found = state.own_column(self.campus.activity(link, course).id)
        assert found is not None
        return self.services(f"{course}/lineitems/{found.id}/lineitem")

    def score(self, link: str, sub: str, given: Any, at: str = "2026-11-01T10:00:00Z", **changes: Any) -> Any:
        """Send a complete score of at most 10, altered by ``changes`` (None takes a field away)."""
        score = {
            "userId": sub,
            "scoreGiven": given,
            "scoreMaximum": 10,
            "timestamp": at,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        } | changes
        body = {name: value for name, value in score.items() if value is not None}
        return self.call("POST", f"{self.column(link)}/scores", SCORE, kind=ONE_SCORE, json=body)
