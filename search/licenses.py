"""How licences are called in short, the same for all the ways in which they are written."""

from __future__ import annotations

import re

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/(by[a-z-]*|zero)/([0-9.]+)/?(?:(?:deed|legalcode)[.\w-]*)?\Z",
    re.IGNORECASE,
)


def short_name(license: str) -> str:
    """ "CC BY 4.0" for its address at Creative Commons; else as it was written, with single spaces."""
    written = " ".join(license.split())
    found = _CREATIVE_COMMONS.match(written)
    if not found:
        return written
    kind = "CC0" if found[1].lower() == "zero" else f"CC {found[1].upper()}"
    return f"{kind} {found[2]}"
