"""How captions (WebVTT, SubRip) become cues, text with times, and clean WebVTT again; nothing of their markup stays."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.extract import plain
from catalog.extract.about import LONGEST_S, About
from catalog.extract.contents import Contents, Section, clean, clean_line
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

MOST_CUES, CUE_CHARACTERS = 50_000, 2_000
# A passage ends with the sentence from here on, and wherever it is from there on.
PASSAGE_S, LONGEST_PASSAGE_S = 24.0, 40.0
_SHORTEST_CUE_S = 0.5
_BLOCK_ENDS = re.compile(r"\n[ \t]*\n\s*")
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]+-->[ \t]+{_CLOCK}(?:[ \t].*)?")
# Blanks are not given back: two megabytes of nothing else took seconds.
_VOICE = re.compile(r"<v(?:\.[^\s>]{1,80})?[ \t]++([^<>]{1,100})>")
_MARKUP = re.compile(r"<[^<>]{0,300}>|\{\\[^{}]{0,100}\}")
_SENTENCE_ENDS = (".", "?", "!", "…", "»", "”")


@dataclass(frozen=True)
class Cue:
    """What is said from a second to another, as plain text of one or more lines; a speaker stands before it."""

    start_s: float
    end_s: float
    text: str


def read(path: Path, limits: Limits) -> Contents:
    """Captions by themselves: passages of about half a minute, each labelled with its time."""
    cues = parse(plain.load(path, limits))
    return Contents(iter(passages(cues)), about=lambda: About(duration_s=max(each.end_s for each in cues)))


def parse(text: str) -> list[Cue]:
    """The cues in the order of time; raises NO_CUES where there are none, TOO_MUCH_TEXT for more than MOST_CUES."""
    cues = []
    for block in _BLOCK_ENDS.split(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        cue = _cue(block.split("\n"))
        if cue is not None:
            cues.append(cue)
        if len(cues) > MOST_CUES:
            raise Unreadable(Failure.TOO_MUCH_TEXT, f"more than {MOST_CUES} cues")
    if not cues:
        raise Unreadable(Failure.NO_CUES)
    return sorted(cues, key=lambda each: (each.start_s, each.end_s))


def _cue(lines: Sequence[str]) -> Cue | None:
    """The cue of a block whose first or second line is its timing; None for notes, styles and what says nothing."""
    for number, line in enumerate(lines[:2]):
        timing = _TIMING.fullmatch(line[:300])
        if timing:
            start_s, end_s = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            text = _plain("\n".join(lines[number + 1 :])[:CUE_CHARACTERS])
            if not text or start_s > LONGEST_S:
                return None
            return Cue(start_s, min(max(end_s, start_s + _SHORTEST_CUE_S), LONGEST_S + _SHORTEST_CUE_S), text)
    return None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")


def _plain(text: str) -> str:
    spoken = html.unescape(_MARKUP.sub("", _VOICE.sub(r"\1: ", text)))
    return clean("\n".join(line for each in spoken.split("\n") if (line := clean_line(each))))


def to_vtt(cues: Iterable[Cue]) -> str:
    """The cues as a WebVTT file: UTF-8 text without styles, regions, settings or markup."""
    blocks = (
        f"{_timestamp(each.start_s)} --> {_timestamp(each.end_s)}\n{html.escape(each.text, quote=False)}\n"
        for each in cues
    )
    return "WEBVTT\n\n" + "\n".join(blocks)


def _timestamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def clock(seconds: float) -> str:
    """A place in a recording as people write it: 3:25, or 1:03:25."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def passages(cues: Sequence[Cue]) -> Iterator[Section]:
    """What is said in stretches of about half a minute, each with its time as label and ``start_s``.

    Lines that captions made by machines repeat from cue to cue are told once.
    """
    kept: list[str] = []
    started_at, last = 0.0, ""
    for cue in cues:
        long = cue.start_s - started_at
        if kept and (long >= LONGEST_PASSAGE_S or (long >= PASSAGE_S and kept[-1].endswith(_SENTENCE_ENDS))):
            yield _passage(kept, started_at)
            kept = []
        if not kept:
            started_at = cue.start_s
        for line in cue.text.split("\n"):
            if line != last:
                kept.append(line)
            last = line
    if kept:
        yield _passage(kept, started_at)


def _passage(lines: Sequence[str], start_s: float) -> Section:
    return Section(clock(start_s), clean_line(" ".join(lines)), start_s)
