"""How the parts of an Office file (Open Packaging Conventions, ECMA-376 part 2) name one another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from catalog.extract.archive import Archive, beside
from catalog.extract.markup import Element, attribute, parse_xml
from catalog.extract.refusal import Failure, Unreadable


@dataclass(frozen=True)
class Relationship:
    """``kind`` is the last word of its type, such as "slide"; ``target`` is the name of a part of the same file."""

    id: str
    kind: str
    target: str


class Package:
    """An Office file, read part by part: a library that loads it whole would load hundreds of MB of video as well."""

    def __init__(self, path: Path) -> None:
        self._archive = Archive(path)
        self.main = self.only("", "officeDocument")

    def parse(self, part: str) -> Element:
        return parse_xml(self._archive.read(part))

    def relationships(self, part: str) -> list[Relationship]:
        """What ``part`` points to inside the file; "" stands for the file itself."""
        name = posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")
        if name not in self._archive:
            return []
        return [
            Relationship(
                id=attribute(each, "Id"),
                kind=attribute(each, "Type").rpartition("/")[2],
                target=beside(part, attribute(each, "Target")),
            )
            for each in self.parse(name)
            if attribute(each, "TargetMode") != "External"
        ]

    def find(self, part: str, kind: str) -> str | None:
        """The part of that kind that ``part`` points to, where there is one in the file."""
        targets = (each.target for each in self.relationships(part) if each.kind == kind)
        return next((target for target in targets if target in self._archive), None)

    def only(self, part: str, kind: str) -> str:
        if (target := self.find(part, kind)) is None:
            raise Unreadable(Failure.CORRUPT, f"no {kind}")
        return target

    def thumbnail(self) -> bytes | None:
        """The little picture of the first page that some programs leave in the file."""
        target = self.find("", "thumbnail")
        return self._archive.read(target) if target else None
