"""What a recording (sound or video) says of itself; it has no text of its own. The only module that knows MediaInfo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymediainfo import MediaInfo

from catalog.accessibility.flaws import Flaw, found
from catalog.extract.about import About, offer
from catalog.extract.contents import Contents, Section
from catalog.extract.kinds import Kind, detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

_SOUND_ONLY = {Kind.MP4: Kind.M4A, Kind.WEBM: Kind.WEBA}
_WITH_PICTURES = {Kind.M4A: Kind.MP4}
# What every browser of the last years plays; others a phone may show as a black page.
_PLAYED_EVERYWHERE = {"AVC", "VP8", "VP9", "AAC", "MPEG Audio", "Opus", "Vorbis"}


def read(path: Path, limits: Limits) -> Contents:
    """One page without text, for there is nothing to read before somebody puts captions to it.

    Raises CORRUPT where neither sound nor pictures are in it.
    """
    general, tracks = _tracks(path)
    heard = [each for each in tracks if each.track_type == "Audio"]
    seen = [each for each in tracks if each.track_type == "Video"]
    if not heard and not seen:
        raise Unreadable(Failure.CORRUPT, "neither sound nor pictures")
    return Contents(
        iter([Section("", "", 0.0)]),
        count=1,
        about=lambda: _about(general, [*seen, *heard]),
        kind=_kind(detect(path, ""), bool(seen)),
        needs_text=False,
    )


def _tracks(path: Path) -> tuple[Any, list[Any]]:
    try:
        # As a stream, not by its name: what a film says of other files and addresses leads nowhere then.
        with path.open("rb") as file:
            found = MediaInfo.parse(file)
    except (RuntimeError, OSError, ValueError) as error:
        raise Unreadable(Failure.CORRUPT, f"MediaInfo: {error}") from error
    general = next((each for each in found.tracks if each.track_type == "General"), None)
    return general, list(found.tracks)


def _kind(kind: Kind, has_pictures: bool) -> Kind:
    """A container says little: telephones call their voice notes video, and some videos sound."""
    return _WITH_PICTURES.get(kind, kind) if has_pictures else _SOUND_ONLY.get(kind, kind)


def _about(general: Any, tracks: list[Any]) -> About:
    lengths = [_number(getattr(each, "duration", None)) for each in [general, *tracks]]
    odd = [each for each in tracks if each.format not in _PLAYED_EVERYWHERE]
    return About(
        duration_s=max(lengths) / 1000,
        offered=offer(
            title=getattr(general, "title", None),
            creators=getattr(general, "performer", None),
            date=getattr(general, "recorded_date", None) or getattr(general, "encoded_date", None),
        ),
        findings=[found(Flaw.CODEC)] if odd else [],
    )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0
