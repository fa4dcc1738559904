"""Records to measure with where none are given: made of the headings and paragraphs of the demo's own texts."""

from __future__ import annotations

import json
import random
from pathlib import Path

from lrc.practice.shelf import manuscripts

COUNT = 5_000


def write(path: Path, count: int = COUNT) -> None:
    """So many records as `lrc import` takes them: each a heading that was really written, over paragraphs that were."""
    chance = random.Random(11)
    texts = [manuscript.source for manuscript in manuscripts()]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
    paragraphs = [line for line in lines if len(line) > 200]
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            heading, text = chance.choice(headings), " ".join(chance.sample(paragraphs, 2))
            title = f"{heading}: {' '.join(chance.sample(text.split(), 3))}"
            record = {"id": f"b{number}", "title": title, "description": text, "creator": [], "subject": []}
            out.write(json.dumps(record | {"language": "es"}, ensure_ascii=False) + "\n")
