"""The rules of watching and listening: what is said when in a recording, and its captions for the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.marking import Marker, Runs
from catalog.models import File, Page, Rendition, RenditionKind
from lrc.errors import NotFound

STRETCH = 120
"""Moments shown at once: about an hour of a recording, well under 60 KB over the wire."""
CAPTIONS_BYTES = 2_000_000
"""Longer captions are not shown: a day of talk is a quarter of it."""


@dataclass(frozen=True)
class Moment:
    """What is said in a piece of a recording, of some half a minute, from ``start_s`` on."""

    number: int
    start_s: float
    text: Runs
    is_hit: bool


@dataclass(frozen=True)
class Transcript:
    """A stretch of what is said; ``before`` and ``after`` are pages of the neighbouring stretches."""

    moments: Sequence[Moment]
    before: int | None
    after: int | None

    @property
    def hits(self) -> list[Moment]:
        return [each for each in self.moments if each.is_hit]


def is_recording(file: File) -> bool:
    """Whether it is sound or a film."""
    return file.media_type.startswith(("audio/", "video/"))


def is_film(file: File) -> bool:
    return file.media_type.startswith("video/")


def page_at(session: Session, file: File, seconds: float) -> int:
    """The number of the page that holds what is said then; 1 where nothing is."""
    found = session.scalar(select(func.max(Page.number)).where(Page.file_id == file.id, Page.start_s <= seconds))
    return found or 1


def start_of(session: Session, file: File, number: int) -> float:
    """Where a page begins, in seconds; NotFound for a page that a recording with words does not have."""
    if number == 1:
        return 0.0
    wanted = select(Page.start_s).where(Page.file_id == file.id, Page.number == number)
    found = session.execute(wanted).one_or_none() if 1 < number <= file.page_count else None
    if found is None:
        raise NotFound
    return found.start_s or 0.0


def transcript(session: Session, file: File, number: int, marker: Marker) -> Transcript:
    """The stretch that holds the page ``number``, with the words asked for marked."""
    first = (number - 1) // STRETCH * STRETCH + 1
    pages = session.execute(
        select(Page.number, Page.start_s, Page.text)
        .where(Page.file_id == file.id, Page.number.between(first, first + STRETCH - 1))
        .order_by(Page.number)
    ).all()
    needed = _needed(marker)
    moments = [
        Moment(each.number, each.start_s or 0.0, marker.runs(each.text), len(marker.words_in(each.text)) >= needed)
        for each in pages
        if each.text.strip()
    ]
    after = first + STRETCH
    return Transcript(moments, first - 1 or None, after if after <= file.page_count else None)


def _needed(marker: Marker) -> float:
    """How many of the words asked for make a hit: most of them, as in the reader of texts."""
    return -(-len(marker.all_words) * 3 // 5) if marker else float("inf")


def captions(file: File) -> list[Rendition]:
    """The captions that stand beside a recording, oldest first."""
    return [each for each in file.renditions if each.kind is RenditionKind.CAPTIONS]


def get_captions(file: File, rendition_id: int) -> Rendition:
    """NotFound for what are no captions of this file, or far too long to be any."""
    for each in captions(file):
        if each.id == rendition_id and each.size_bytes <= CAPTIONS_BYTES:
            return each
    raise NotFound
