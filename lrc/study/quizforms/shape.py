"""A question's form as it was typed: fields, boxes that were ticked, rows that come and go, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Protocol

from lrc.errors import NotFound
from lrc.study.content import new_key
from lrc.study.quizforms.kinds import COMMON, FLAGS, GROUPS, MORE, Group

Row = dict[str, str]
MOST_ROWS = 30


class Sent(Protocol):
    """A form as it was sent."""

    def get(self, name: str, default: str, /) -> str: ...
    def getlist(self, name: str, /) -> list[str]: ...


@dataclass
class QuestionForm:
    kind: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    """By field: "points", or "answers-0-value" for one of a row."""
    newest: str = ""
    """The row that was just added, as "options-2"."""

    @classmethod
    def of_form(cls, kind: str, key: str, sent: Sent) -> QuestionForm:
        """What was sent of a question of this kind. NotFound for a kind that there is not."""
        if kind not in GROUPS:
            raise NotFound(detail=f"a question of the kind {kind[:40]}")
        form = cls(kind, key)
        form.fields = {name: sent.get(name, "") for name in (*COMMON, *MORE.get(kind, ()))}
        form.flags = {name for name in FLAGS[kind] if sent.get(name, "")}
        form.rows = {name: _rows_in(name, group, sent) for name, group in GROUPS[kind].items()}
        return form

    @property
    def groups(self) -> Mapping[str, Group]:
        return GROUPS[self.kind]

    def alter(self, what: str) -> bool:
        """Do what a button of the rows says: "add-options", "up-options-2", "down-options-2", "remove-options-2".

        False where the button is another one.
        """
        verb, _, rest = what.partition("-")
        group, _, number = rest.partition("-")
        rows = self.rows.get(group)
        if rows is None or verb not in ("add", "up", "down", "remove"):
            return False
        if verb == "add":
            self._add(group, rows)
        elif number.isdecimal() and int(number) < len(rows):
            _move_or_remove(rows, int(number), verb)
        return True

    def full(self, group: str) -> bool:
        """Whether no more rows fit."""
        return len(self.rows[group]) >= MOST_ROWS

    def _add(self, group: str, rows: list[Row]) -> None:
        if not self.full(group):
            rows.append(empty_row(self.groups[group]))
            self.newest = f"{group}-{len(rows) - 1}"


def empty_row(group: Group) -> Row:
    """A row with nothing in it but a key of its own, where it needs one."""
    row = dict.fromkeys(group.columns, "")
    if "key" in row:
        row["key"] = new_key()
    if "worth" in row:
        row["worth"] = "wrong" if "key" in row else "right"
    return row


def filled(rows: list[Row], group: Group) -> list[tuple[int, Row]]:
    """The rows that hold something, with where they stand; as many of the others as are needed at the least."""
    missing = group.least - sum(_is_filled(row, group) for row in rows)
    kept = []
    for number, row in enumerate(rows):
        is_needed = not _is_filled(row, group) and missing > 0
        missing -= is_needed
        if is_needed or _is_filled(row, group):
            kept.append((number, row))
    return kept + [(len(rows), empty_row(group)) for _ in range(missing)]


def _is_filled(row: Row, group: Group) -> bool:
    return any(row[name].strip() for name in group.filled)


def _rows_in(name: str, group: Group, sent: Sent) -> list[Row]:
    columns = [sent.getlist(f"{name}-{column}")[:MOST_ROWS] for column in group.columns]
    return [dict(zip(group.columns, values, strict=True)) for values in zip_longest(*columns, fillvalue="")]


def _move_or_remove(rows: list[Row], number: int, verb: str) -> None:
    row = rows.pop(number)
    if verb == "up":
        rows.insert(max(number - 1, 0), row)
    elif verb == "down":
        rows.insert(number + 1, row)
