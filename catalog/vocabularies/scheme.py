"""A vocabulary in plain form, as files hold it: its concepts by URI, and what was wrong with the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_CONCEPTS = 20_000
MOST_LABELS = 200
"""Of a concept."""
LABEL_LIMIT, NOTE_LIMIT, URI_LIMIT, NOTATION_LIMIT = 300, 5_000, 500, 100
MOST_MATCHES = 50
PREFERRED, ALTERNATIVE, HIDDEN = "preferred", "alternative", "hidden"
NOTES = ("definition", "scopeNote", "example", "historyNote", "editorialNote", "changeNote", "note")
"""SKOS's kinds of notes."""
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f\ud800-\udfff]+\Z")


@dataclass(frozen=True, order=True)
class Label:
    """``kind`` is PREFERRED, ALTERNATIVE or HIDDEN; ``language`` BCP 47 in small letters, "" where unsaid."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True)
class PlainConcept:
    """``broader`` and ``related`` hold URIs of the same vocabulary; ``notes``: kind -> language -> text."""

    uri: str
    labels: tuple[Label, ...] = ()
    notation: str = ""
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    matches: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trouble:
    """Something in a file that was not taken as it stood: a code of wording.TROUBLES, and what it is about."""

    code: str
    about: str


@dataclass(frozen=True)
class Scheme:
    """A whole vocabulary; ``source`` says whose it is and under which licence."""

    uri: str
    titles: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    concepts: tuple[PlainConcept, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Scheme:
        """What ``plain`` told, read back."""
        return cls(
            uri=told["uri"],
            titles=told["titles"],
            source=told["source"],
            concepts=tuple(_concept(each) for each in told["concepts"]),
            troubles=tuple(Trouble(**each) for each in told["troubles"]),
        )


def _concept(told: Mapping[str, Any]) -> PlainConcept:
    lists = {name: tuple(told[name]) for name in ("matches", "broader", "related")}
    labels = tuple(Label(**each) for each in told["labels"])
    return PlainConcept(told["uri"], labels, told["notation"], told["notes"], **lists)


def one_line(text: str) -> str:
    """Without what databases and pages cannot hold, with single blanks."""
    return " ".join("".join(" " if _is_unseen(sign) else sign for sign in text).split())


def _is_unseen(sign: str) -> bool:
    """Control signs, half letters, and the two that no file of XML may hold."""
    return unicodedata.category(sign) in ("Cc", "Cs", "Cf") or sign in "\ufffe\uffff"


def language(tag: str | None) -> str:
    """A language tag in small letters; "" for none, and for what is none."""
    written = (tag or "").strip().lower().replace("_", "-")
    return written if len(written) <= 35 and _LANGUAGE.match(written) else ""


def is_uri(text: str) -> bool:
    return len(text) <= URI_LIMIT and _URI.match(text) is not None


def labels_of(told: Iterable[Label], about: str) -> tuple[tuple[Label, ...], list[Trouble]]:
    """The labels that can be kept, in one order, one preferred a language and none twice; and what was wrong."""
    troubles: list[Trouble] = []
    kept: dict[tuple[str, str], Label] = {}
    taken: set[str] = set()
    for each in sorted(told, key=lambda label: ((PREFERRED, ALTERNATIVE, HIDDEN).index(label.kind), label)):
        if not each.text or len(each.text) > LABEL_LIMIT or len(kept) >= MOST_LABELS:
            troubles.append(Trouble("label", f"{about}: {each.text[:60]}"))
            continue
        kind = each.kind
        if kind == PREFERRED and each.language in taken:
            kind = ALTERNATIVE
            troubles.append(Trouble("two_preferred", f"{about}: {each.text[:60]}"))
        if kind == PREFERRED:
            taken.add(each.language)
        kept.setdefault((each.language, each.text), Label(kind, each.language, each.text))
    return tuple(kept.values()), troubles


def without_cycles(broader: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """The same relations without those that lead back to where they began; and those left out, always the same."""
    kept: dict[str, tuple[str, ...]] = {}
    dropped: list[tuple[str, str]] = []
    done: set[str] = set()
    for start in sorted(broader):
        _follow(start, broader, kept, dropped, done)
    return kept, dropped


def _follow(
    start: str,
    broader: Mapping[str, Sequence[str]],
    kept: dict[str, tuple[str, ...]],
    dropped: list[tuple[str, str]],
    done: set[str],
) -> None:
    """Depth first without recursion: what leads to something on the way here closes a circle."""
    if start in done:
        return
    way: dict[str, list[str]] = {start: sorted(broader.get(start, ()))}
    while way:
        here = next(reversed(way))
        if not way[here]:
            way.popitem()
            done.add(here)
            continue
        above = way[here].pop(0)
        if above in way:
            dropped.append((here, above))
            continue
        kept[here] = (*kept.get(here, ()), above)
        if above not in done:
            way[above] = sorted(broader.get(above, ()))
