"""Reads one line of an import: a JSON object in Dublin Core's words, checked field by field."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import IO, Any, cast

from sqlalchemy import Table

from catalog.models import Resource
from lrc.config import MIB

MAX_LINE_BYTES = 4 * MIB
MAX_DESCRIPTION = 100_000
MAX_VALUES = 500
MAX_VALUE = 500
MAX_ID = 255
_MADE_TITLE = 100
_EVERYONE = "everyone"
_KEPT_CONTROLS = {"\n", "\t"}
_LENGTHS = {column.name: getattr(column.type, "length", None) for column in cast(Table, Resource.__table__).columns}


class BadRecord(Exception):
    """A line that cannot be taken. ``reason`` is for who runs the import, ``record_id`` its id where it has one."""

    def __init__(self, reason: str, record_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.record_id = record_id


@dataclass(frozen=True)
class Record:
    """A line that can be taken. ``institution`` names who alone may see it, empty for everyone; ``file`` is a path."""

    id: str
    title: str
    creators: list[str]
    description: str
    language: str
    subjects: list[str]
    type: str
    date: str
    publisher: str
    license: str
    identifiers: list[str]
    institution: str
    file: str


def numbered_lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that hold anything, counted from 1; of one too long only its beginning, one byte over the limit."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES + 1)
        if line.strip():
            yield number, line


def parse(line: bytes) -> Record:
    """The record of one line; raises BadRecord with the first thing found wrong.

    Unknown fields are passed over. HTML is kept as the text that it is; control characters become blanks.
    """
    fields = _object(line)
    record_id = _id(fields)
    try:
        return Record(
            id=record_id,
            title=_title(fields),
            creators=_texts(fields, "creator"),
            description=_description(fields),
            language=_text(fields, "language"),
            subjects=_texts(fields, "subject"),
            type=_text(fields, "type"),
            date=_date(fields),
            publisher=_text(fields, "publisher"),
            license=_text(fields, "license"),
            identifiers=_texts(fields, "identifier"),
            institution=_institution(fields),
            file=_path(fields),
        )
    except BadRecord as bad:
        raise BadRecord(bad.reason, record_id) from None


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        raise BadRecord(f"the line is longer than {MAX_LINE_BYTES // MIB} MiB")
    try:
        # utf-8-sig: some programs begin a file with a byte order mark.
        fields = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadRecord(f"not valid UTF-8 (byte {error.start + 1} of the line)") from error
    except RecursionError as error:
        raise BadRecord("not valid JSON (nested too deeply)") from error
    except ValueError as error:
        raise BadRecord(f"not valid JSON ({error})") from error
    if not isinstance(fields, dict):
        raise BadRecord("not a JSON object")
    return fields


def _id(fields: dict[str, Any]) -> str:
    given = fields.get("id")
    if given is None or given == "":
        raise BadRecord("id is missing")
    if not isinstance(given, str):
        raise BadRecord(f"id must be text, not {_kind(given)}")
    if len(given) > MAX_ID:
        raise BadRecord(f"id is longer than {MAX_ID} characters", _clean(given)[:MAX_ID])
    if given != _clean(given).strip():
        raise BadRecord("id holds control characters or blanks at its ends", _clean(given))
    return given


def _title(fields: dict[str, Any]) -> str:
    """The title; where it is empty, the first words of the description, as cataloguers do for an untitled work."""
    title = _text(fields, "title") or shorten(_description(fields), _MADE_TITLE, placeholder=" …")
    if not title:
        raise BadRecord("title is missing, and there is no description to make one of")
    return title


def _text(fields: dict[str, Any], name: str) -> str:
    given = fields.get(name)
    if given is not None and not isinstance(given, str):
        raise BadRecord(f"{name} must be text, not {_kind(given)}")
    return _within(name, _one_line(given or ""), _LENGTHS[name])


def _texts(fields: dict[str, Any], name: str) -> list[str]:
    """A list of texts; a single one may stand for itself. Empty ones and repetitions are left out."""
    given = fields.get(name)
    values = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadRecord(f"{name} must be text or a list of texts")
    if len(values) > MAX_VALUES:
        raise BadRecord(f"{name} has more than {MAX_VALUES} values")
    cleaned = dict.fromkeys(_within(name, _one_line(value), MAX_VALUE) for value in values)
    return [value for value in cleaned if value]


def _description(fields: dict[str, Any]) -> str:
    given = fields.get("description")
    if given is not None and not isinstance(given, str):
        raise BadRecord(f"description must be text, not {_kind(given)}")
    return _within("description", _clean(given or "").strip(), MAX_DESCRIPTION)


def _date(fields: dict[str, Any]) -> str:
    """A date as text; a bare year is often written as a number."""
    given = fields.get("date")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    return _text({"date": given}, "date")


def _institution(fields: dict[str, Any]) -> str:
    """Who may see it: nothing or "everyone", {"institution": name} or "institution:NAME"."""
    given = fields.get("audience")
    if given is None or given == _EVERYONE:
        return ""
    name = given.get("institution") if isinstance(given, dict) and len(given) == 1 else None
    if isinstance(given, str) and given.startswith("institution:"):
        name = given.removeprefix("institution:")
    if not isinstance(name, str) or not _one_line(name):
        raise BadRecord('audience must be "everyone" or {"institution": name}')
    return _one_line(name)


def _path(fields: dict[str, Any]) -> str:
    given = fields.get("file")
    if given is None or given == "":
        return ""
    if not isinstance(given, str):
        raise BadRecord(f"file must be a path, not {_kind(given)}")
    if given != _clean(given):
        raise BadRecord("file holds control characters")
    return given


def _within(name: str, text: str, limit: int | None) -> str:
    if limit is not None and len(text) > limit:
        raise BadRecord(f"{name} is longer than {limit} characters ({len(text)})")
    return text


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """Without what databases and pages cannot hold: control characters, halves of surrogate pairs."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "something else")
