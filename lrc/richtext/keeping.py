"""Keeps what was made with effort, the least used going first when it gets too much."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Things by key, of at most so many characters together; for all threads of this process."""

    def __init__(self, characters: int) -> None:
        self._most = characters
        self._held = 0
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._things.get(key)
            if found is None:
                return None
            self._things.move_to_end(key)
            return found[0]

    def keep(self, key: Hashable, thing: T, characters: int) -> None:
        with self._lock:
            if key in self._things or characters > self._most // 4:
                return
            self._things[key] = thing, characters
            self._held += characters
            while self._held > self._most:
                self._held -= self._things.popitem(last=False)[1][1]
