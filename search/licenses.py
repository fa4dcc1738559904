"""How licences are called in short, the same for all the ways in which they are written."""

from __future__ import annotations

import re

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/(by[a-z-]*|zero)/([0-9.]+)/?(?:(?:deed|legalcode)[.\w-]*)?\Z",
    re.IGNORECASE,
)

_SHORT = re.compile(r"CC ?(?:(BY(?:-NC)?(?:-SA|-ND)?)|(0)) (\d\.\d)\Z", re.IGNORECASE)
ALIKE, NO_TRADE, NO_DERIVATIVES = "sa", "nc", "nd"
"""What a Creative Commons licence may ask besides naming who made it."""
_ADDRESS = re.compile(r"https?://\S+\Z", re.IGNORECASE)


def short_name(license: str) -> str:
    """ "CC BY 4.0" for its address at Creative Commons; else as it was written, with single spaces."""
    written = " ".join(license.split())
    found = _CREATIVE_COMMONS.match(written)
    if not found:
        return written
    kind = "CC0" if found[1].lower() == "zero" else f"CC {found[1].upper()}"
    return f"{kind} {found[2]}"


def address(license: str) -> str:
    """Where the licence itself stands, by which machines know it; "" where how it is written tells no address."""
    short = short_name(license)
    found = _SHORT.match(short)
    if found is None:
        return short if _ADDRESS.match(short) else ""
    path = "publicdomain/zero" if found[2] else f"licenses/{found[1].lower()}"
    return f"https://creativecommons.org/{path}/{found[3]}/"


def conditions(license: str) -> frozenset[str] | None:
    """What a Creative Commons licence asks of who uses it: of "by", ALIKE, NO_TRADE and NO_DERIVATIVES.

    Nothing where it waives all (CC0); None for what is no licence of theirs, which permits nothing that we know of.
    """
    found = _SHORT.match(short_name(license))
    if found is None:
        return None
    return frozenset(found[1].lower().split("-")) if found[1] else frozenset()
