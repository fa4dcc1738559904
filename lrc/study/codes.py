"""Codes of certificates: made to be unguessable, typed by hand from a paper, and read back however they were typed."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without the letters that look like a digit, or like each other."""
_LENGTH, _GROUP = 16, 4  # 80 bits
_LOOKS_LIKE = str.maketrans("OILU", "011V", " -_.\u2010\u2011\u2013\u2014\u00a0")
LONGEST_TYPED = 100


def new_code() -> str:
    """Sixteen signs in groups of four: "7K2M-9QXA-..."."""
    return _grouped("".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))


def read_code(typed: str) -> str | None:
    """The code as we write it; None where no code of ours looks like what was typed."""
    signs = typed[:LONGEST_TYPED].strip().upper().translate(_LOOKS_LIKE)
    if len(signs) != _LENGTH or not set(signs) <= set(_ALPHABET):
        return None
    return _grouped(signs)


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
