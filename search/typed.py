"""What somebody has typed so far, and in which order what completes it is offered: the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import fold, is_stop_word, normal, spans, words
from search.documents import Completion
from search.parsing import MOST_CHARACTERS, MOST_WORDS

MOST_NAMES = 2
"""Of subjects, and of creators, among what is told."""


@dataclass(frozen=True)
class Typed:
    """What was typed so far, folded: words that are finished, the beginning of the next one (or empty), and all."""

    finished: Sequence[str]
    start: str
    whole: str

    def matches(self, text: str) -> bool:
        """Whether a text holds all of it, in any order, ñ and n being the same."""
        held = [word.replace("ñ", "n") for word in words(normal(text))]
        start = self.start.replace("ñ", "n")
        finished = {word.replace("ñ", "n") for word in self.finished}
        return finished <= set(held) and any(word.startswith(start) for word in held)


def read(text: str) -> Typed | None:
    """What was typed, of very long texts the beginning; None where there is no letter in it."""
    clean = normal(text[:MOST_CHARACTERS])
    found = list(spans(clean))[:MOST_WORDS]
    folded = [word for match in found if (word := fold(match.group()))]
    if not folded:
        return None
    is_open = found[-1].end() == len(clean)
    start = folded[-1] if is_open else ""
    before = folded[:-1] if is_open else folded
    telling = [word for word in before if not is_stop_word(word)]
    if not telling and (not start or is_stop_word(start)):
        telling = before
    return Typed(list(dict.fromkeys(telling)), start, " ".join(folded))


def arranged(typed: Typed, completions: Iterable[Completion], limit: int) -> list[Completion]:
    """Each text once, those that begin as was typed before the others."""
    told: dict[str, Completion] = {}
    for completion in completions:
        told.setdefault(" ".join(words(normal(completion.text))), completion)
    begin = [key for key in told if key.startswith(typed.whole)]
    ordered = [*begin, *(key for key in told if key not in set(begin))]
    return [told[key] for key in ordered[:limit]]
