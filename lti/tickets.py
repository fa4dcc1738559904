"""Carries a login, signed, through the check whether the browser keeps our cookies, before its hint is spent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeTimedSerializer

from lti.refusals import Reason, refuse
from lti.tool import LoginRequest

MAX_AGE_S = 600


class Step(StrEnum):
    """How far the check has come; what happens when a request of this step brings no cookie of ours."""

    START = "start"
    """From the platform: set a cookie and come back."""
    FRAME = "frame"
    """Came back without it: offer the button that opens a tab."""
    TAB_START = "tab-start"
    """The tab that the button opened: set a cookie and come back."""
    TAB = "tab"
    """Came back without it even there: refuse."""


_NEXT = {Step.START: Step.FRAME, Step.FRAME: Step.TAB_START, Step.TAB_START: Step.TAB}


@dataclass(frozen=True)
class Ticket:
    asked: LoginRequest
    step: Step = Step.START


def seal(ticket: Ticket, secret_key: str) -> str:
    """The ticket of the next step as text for an address or a form field, signed."""
    return _serializer(secret_key).dumps({"step": _NEXT[ticket.step], "asked": asdict(ticket.asked)})


def unseal(text: str, secret_key: str) -> Ticket:
    """Raises LaunchRefused for a ticket that is too old or was altered."""
    try:
        found = _serializer(secret_key).loads(text, max_age=MAX_AGE_S)
    except BadSignature as error:
        raise refuse(Reason.STALE_TICKET, type(error).__name__) from error
    return Ticket(LoginRequest(**found["asked"]), Step(found["step"]))


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="lti login")
