"""Surroundings for texts in tests: every image but "falta.png" is there, and every resource but "falta"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lrc.richtext.lessons import Held, Picture


@dataclass(frozen=True)
class Scenery:
    glossary: Mapping[str, str] = field(default_factory=dict)

    def image(self, name: str) -> Picture | None:
        return None if name == "falta.png" else Picture(f"/study/images/1/{name}", 640, 480)

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None:
        if record_id == "falta":
            return None
        place = f"page={page}" if page else f"t={second}" if second else ""
        return Held(f"Guía {record_id}", f"/resources/7?{place}", "PDF", is_for_all=record_id != "mia")
