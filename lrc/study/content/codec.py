"""Turns contents into plain JSON data and back, saying what does not fit and where."""

from __future__ import annotations

import math
import re
import secrets
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import msgspec
import msgspec.structs

T = TypeVar("T")
# What no database keeps (NUL, halves of surrogate pairs) or no page shows; line feeds and tabs stay.
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


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
        raise _misfit(error) from error


def _misfit(error: msgspec.ValidationError) -> Misfit:
    why, _, where = str(error).partition(" - at ")
    return Misfit(where.strip("`").removeprefix("$").lstrip("."), why)


def from_words(data: Mapping[str, Any], kind: type[T]) -> T:
    """The contents that data says, in which numbers and yes or no ("true") are words, as in files. Raises Misfit."""
    try:
        content = msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _misfit(error) from error
    return from_data(to_data(content), kind)


def tidied(content: T) -> T:
    """The same contents as they can be kept: lines end in a line feed, no control characters.

    Raises Misfit where something is beyond what the contents may be (limits count for data, not for what was built).
    """
    return from_data(_tidy(msgspec.to_builtins(content)), type(content))


def _tidy(value: Any) -> Any:
    match value:
        case str():
            return _UNKEEPABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        case dict():
            return {_tidy(key): _tidy(each) for key, each in value.items()}
        case list() | tuple():
            return [_tidy(each) for each in value]
        case float() if not math.isfinite(value):
            raise Misfit("", "a number that is none")
    return value


def changed(content: T, **changes: Any) -> T:
    """The same contents with some fields changed."""
    return cast(T, msgspec.structs.replace(cast(Any, content), **changes))


def new_key() -> str:
    """A key that says nothing of what it names, nor of its order."""
    return secrets.token_hex(5)
