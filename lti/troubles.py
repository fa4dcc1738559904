"""Why a platform's service did not do what was asked, and what its answer says of that."""

from __future__ import annotations

from typing import Any

from lti.outgoing import Answer, Unreachable

# RFC 6749, section 5.2.
_TOKEN_ERRORS = frozenset(
    {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}
    | {"invalid_scope"}
)
_ADVICE = {401: "token-refused", 403: "forbidden", 404: "gone", 409: "conflict", 429: "busy"}


class ServiceTrouble(Exception):
    """A platform's service did not do what was asked.

    ``status`` is its HTTP status, None where no usable answer came; ``said`` what it said, or why none came, without
    tokens. ``advice_code`` tells who can mend it: Unreachable's codes, an OAuth error ("invalid_scope"), or
    keys-blocked (Moodle's HTTP security settings keep it from our key set), not-json, bad-token, token-refused,
    forbidden, gone, conflict, busy, down, rejected, foreign-address (not on the platform's own origins),
    too-many-pages.
    """

    def __init__(self, service: str, status: int | None, said: str, advice_code: str) -> None:
        super().__init__(f"{service}: {status or 'no answer'} ({advice_code}): {said}")
        self.service = service
        self.status = status
        self.said = said
        self.advice_code = advice_code
        self.retry_after_s = 0.0
        """How long the platform asks to wait (Retry-After); 0 where it does not say."""

    @property
    def is_temporary(self) -> bool:
        """Whether the same may succeed later: no usable answer, a server's failure, a token that could not be had."""
        if self.advice_code in ("foreign-address", "bad-address", "too-many-pages"):
            return False
        if self.advice_code == "not-json":  # a page of something in between
            return True
        return self.service == "token" or self.status is None or self.status in (401, 408, 429) or self.status >= 500


def json_of(answer: Answer) -> Any:
    """What the body says as JSON, None where it is none."""
    try:
        return answer.json()
    except Unreachable:
        return None


def asked_to_wait_s(answer: Answer) -> float:
    """Retry-After in seconds (RFC 9110, section 10.2.3); its other form, a date, is left aside."""
    asked = answer.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0.0


def service_advice(status: int) -> str:
    """What a refusal by a service means."""
    return _ADVICE.get(status, "down" if status >= 500 else "rejected")


def token_advice(answer: Answer) -> str:
    """What a refusal to give a token means."""
    found = json_of(answer)
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, str) and error in _TOKEN_ERRORS:
        return error
    # Moodle, kept from our key set by its own HTTP security settings, says so with a page and this status.
    if answer.status == 404 and found is None:
        return "keys-blocked"
    return "down" if answer.status >= 500 else "rejected"
