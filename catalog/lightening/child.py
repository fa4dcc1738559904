"""The child process that makes the lighter versions of one file: it bounds itself, works, and says what came of it.

Started by catalog.lightening.making as ``python -m catalog.lightening.child ORDER``, where ORDER is JSON. What it is
given may kill it, or take all its time: that is left to the parent.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from catalog.bounded.answering import bound
from catalog.extract.limits import Limits
from catalog.extract.refusal import Unreadable

SMALLER = 0.7
"""What takes more than this share of the original is not kept."""
LEAST_DIFFERENCE_S, DIFFERENCE = 2.0, 0.02
"""Between how long a film is and how long its sound."""
LIGHT, COVER, THUMBNAIL = "light", "cover.webp", "thumbnail.webp"
"""What it may leave in its folder."""


def main() -> None:
    order = json.loads(sys.argv[1])
    path, folder = Path(order["path"]), Path(order["folder"])
    bound(Limits(**order["limits"]), order["parent"], largest_bytes=max(path.stat().st_size, 16 * 1024 * 1024))
    is_film = order["media_type"].startswith("video/")
    detail = _film(path, folder, order) if is_film else _pdf(path, folder)
    sys.stdout.write(json.dumps({"detail": detail}))


def _pdf(path: Path, folder: Path) -> str:
    # Loaded by name, so that a film does not load what makes PDFs.
    pdf = importlib.import_module("catalog.lightening.pdf")
    made = folder / LIGHT
    try:
        pdf.lighten(path, made)
    except pdf.NotLighter as reason:
        made.unlink(missing_ok=True)
        return str(reason)
    if not _is_kept(path, made):
        return "not much lighter"
    if differs := importlib.import_module("catalog.lightening.likeness").difference(path, made):
        made.unlink()
        return f"not the same: {differs}"
    return ""


def _film(path: Path, folder: Path, order: dict[str, Any]) -> str:
    films = importlib.import_module("catalog.lightening.films")
    said = []
    if order["wants_poster"]:
        try:
            films.poster(order["ffmpeg"], path, order["media_type"], folder / "frame.png", order["duration_s"])
            _cover(folder)
        except films.NoFilm as reason:
            said.append(f"no poster: {reason}")
    try:
        films.sound(order["ffmpeg"], path, order["media_type"], folder / LIGHT)
        said += _what_is_wrong_with_sound(path, folder / LIGHT, order["duration_s"])
    except (films.NoFilm, Unreadable) as reason:
        (folder / LIGHT).unlink(missing_ok=True)
        said.append(f"no sound: {reason}")
    return "; ".join(said)


def _what_is_wrong_with_sound(path: Path, made: Path, duration_s: float) -> list[str]:
    """Nothing, or why it was deleted again: ffmpeg passes over what is broken, and half a lecture is not its sound."""
    heard_s = importlib.import_module("catalog.extract.recordings").read(made, Limits()).about().duration_s
    if abs(heard_s - duration_s) > max(LEAST_DIFFERENCE_S, DIFFERENCE * duration_s):
        made.unlink()
        return [f"its sound is {heard_s:.0f} s long, not {duration_s:.0f}"]
    return [] if _is_kept(path, made) else ["its sound is not much lighter"]


def _cover(folder: Path) -> None:
    frame = folder / "frame.png"
    picture, thumbnail = importlib.import_module("catalog.extract.cover").make(frame.read_bytes, None)
    (folder / COVER).write_bytes(picture)
    (folder / THUMBNAIL).write_bytes(thumbnail)


def _is_kept(path: Path, made: Path) -> bool:
    is_light = 0 < made.stat().st_size <= SMALLER * path.stat().st_size
    if not is_light:
        made.unlink()
    return is_light


if __name__ == "__main__":
    main()
