"""What the doctor finds: a state, what was seen in a plain sentence, what to do, and where Moodle has the setting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lti.doctor.places import Place


class State(StrEnum):
    """How a thing stands; the order is that of urgency."""

    BAD = "bad"
    BETTER = "better"
    UNKNOWN = "unknown"
    GOOD = "good"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. The texts are lazy: each is read in the language of who reads it."""

    code: str
    """Which thing, as a steady word for programs and tests: "token-keys-blocked"."""
    state: State
    sentence: Any
    """What was found."""
    advice: Any = ""
    """What to do; empty where nothing is to be done."""
    places: tuple[Place, ...] = ()
    """The settings in Moodle that the advice speaks of."""
    detail: str = ""
    """What was seen, for who knows the protocol: English, one line, nothing of a person and no token in it."""
    group: str = ""
    """What it belongs to, of examining.GROUPS; set by the examination."""


def good(code: str, sentence: Any, *, detail: str = "", advice: Any = "") -> Finding:
    return Finding(code, State.GOOD, sentence, advice, detail=detail)


def better(code: str, sentence: Any, advice: Any, *places: Place, detail: str = "") -> Finding:
    return Finding(code, State.BETTER, sentence, advice, places, detail)


def bad(code: str, sentence: Any, advice: Any, *places: Place, detail: str = "") -> Finding:
    return Finding(code, State.BAD, sentence, advice, places, detail)


def unknown(code: str, sentence: Any, advice: Any = "", *places: Place, detail: str = "") -> Finding:
    return Finding(code, State.UNKNOWN, sentence, advice, places, detail)
