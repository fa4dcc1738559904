"""Turns contents into plain JSON data and back, saying what does not fit and where."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Misfit(ValueError):
    """Data that is not what it should be: ``where`` is a path ("questions[2].options"), ``why`` English for logs."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where or 'contents'}: {why}")
        self.where, self.why = where, why


def to_data(content: Any) -> dict[str, Any]:
    """Plain data (dict, list, str, number, bool) without defaults, as columns and versions keep it."""
    return msgspec.json.decode(msgspec.json.encode(content))  # type: ignore[no-any-return]


def from_data(data: Mapping[str, Any], kind: type[T]) -> T:
    """The contents that plain data says. Raises Misfit."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        why, _, where = str(error).partition(" - at ")
        raise Misfit(where.strip("`").removeprefix("$").lstrip("."), why) from error


def new_key() -> str:
    """A key that says nothing of what it names, nor of its order."""
    return secrets.token_hex(5)
