"""Numbers of rows, as forms and addresses send them."""

from __future__ import annotations

_LARGEST = 2**31 - 1


def row(text: str) -> int:
    """The number of a row, for ``type=row``; ValueError for what no row has: SQLite breaks off at larger ones."""
    number = int(text)
    if not 0 <= number <= _LARGEST:
        raise ValueError(text)
    return number
