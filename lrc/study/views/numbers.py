"""Whole numbers in forms and addresses, no greater than what databases hold."""

from __future__ import annotations

_MOST = 2**31 - 1


def whole(text: str) -> int:
    """The number; ValueError, as ``get`` of request.args and request.form takes for none, also for one too great."""
    number = int(text)
    if abs(number) > _MOST:
        raise ValueError(f"{len(text)} digits")
    return number
