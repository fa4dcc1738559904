"""What two materials say, beside each other, and the description that is made of both, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.describing import description
from catalog.describing.description import Description

KEPT, MERGED, BOTH = "kept", "merged", "both"


@dataclass(frozen=True)
class Line:
    """A field of which the two say different things; ``choices`` are the ways to settle it, the likeliest first."""

    name: str
    kept: Any
    merged: Any
    choices: tuple[str, ...]


def lines(kept: Description, merged: Description) -> list[Line]:
    """The fields in which they differ."""
    difference = description.difference(kept, merged)
    return [_line(name, was, difference.after[name]) for name, was in difference.before.items()]


def _line(name: str, kept: Any, merged: Any) -> Line:
    if not kept or not merged:
        return Line(name, kept, merged, (KEPT, MERGED) if kept else (MERGED, KEPT))
    if isinstance(kept, list) and any(each not in kept for each in merged):
        return Line(name, kept, merged, (BOTH, KEPT, MERGED))
    return Line(name, kept, merged, (KEPT, MERGED))


def settled(kept: Description, merged: Description, chosen: Mapping[str, str]) -> Description:
    """The description that says of each field what was chosen for it; the likeliest where nothing possible was."""
    said = description.plain(kept)
    for line in lines(kept, merged):
        choice = chosen.get(line.name, "")
        said[line.name] = _value(line, choice if choice in line.choices else line.choices[0])
    return description.from_plain(said)


def _value(line: Line, choice: str) -> Any:
    if choice == BOTH:
        return [*line.kept, *(each for each in line.merged if each not in line.kept)]
    return line.kept if choice == KEPT else line.merged
