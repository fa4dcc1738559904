"""Texts out of what platforms send: printable, of one line and not too long, whatever came instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

NAME_CHARACTERS, TITLE_CHARACTERS, URL_CHARACTERS = 255, 500, 2000
MAX_LISTED = 50
_UNPRINTABLE = {"Cc", "Cf", "Cs"}


def mapping_in(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; an empty one for anything else (PHP writes [] for {})."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def line_in(body: Mapping[str, Any], name: str, longest: int = NAME_CHARACTERS) -> str:
    """The text as one printable line, cut to ``longest`` characters; "" for anything that is no text."""
    value = body.get(name)
    if not isinstance(value, str):
        return ""
    # Cut first with room to spare, so that a huge text costs nothing.
    line = " ".join(value[: 4 * longest].split())
    return "".join(c for c in line if unicodedata.category(c) not in _UNPRINTABLE)[:longest].strip()


def name_in(body: Mapping[str, Any]) -> str:
    """A person's full name, put together from its parts where they come alone; "" where none comes."""
    parts = (line_in(body, "given_name"), line_in(body, "family_name"))
    return line_in(body, "name") or " ".join(part for part in parts if part)[:NAME_CHARACTERS]
