"""What is found out about words is kept for all threads, each of which may let go of it at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from search import expansion
from search.expansion import Counts, KinKeys


class Forgetful(dict[Any, Any]):
    """What another thread empties after each look."""

    def __contains__(self, key: object) -> bool:
        found = super().__contains__(key)
        self.clear()
        return found


class Few:
    """The words of a small index."""

    def __init__(self, *words: str) -> None:
        self.kept: dict[Any, Any] = Forgetful()
        self._counts = dict.fromkeys(words, 1)

    def kin_of(self, keys: Sequence[KinKeys]) -> Sequence[Sequence[Counts]]:
        return [expansion.of_each_kind(own, self._counts) for own in keys]

    def sounding(self, key: str) -> Counts:
        return {}

    def starting_with(self, start: str, limit: int) -> Counts:
        return {}

    def near(self, word: str, edits: int) -> Counts:
        return {}

    def seen(self, forms: Sequence[str], most: int = 1) -> Sequence[str]:
        return []


def test_kin_that_another_thread_lets_go_of_meanwhile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "_known_keys", Forgetful())
    words = Few("cultivo", "cultivos", "trigo")
    for _ in range(2):
        assert {"cultivo", "cultivos"} <= set(expansion.kin(words, "cultivo"))
        words.kept.pop("cultivo", None)  # its keys are still there
        assert {"cultivo", "cultivos"} <= set(expansion.kin(words, "cultivo"))
