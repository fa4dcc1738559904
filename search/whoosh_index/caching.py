"""A bounded cache of arrays that the threads of a process share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt


class Cache:
    """Arrays by key, the least recently used dropped when they take more than ``limit_bytes``. Safe between threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._held = 0
        self._kept: OrderedDict[Any, tuple[npt.NDArray[Any], ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> tuple[npt.NDArray[Any], ...] | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def put(self, key: Any, arrays: tuple[npt.NDArray[Any], ...]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = arrays
            self._held += _size(arrays)
            while self._held > self._limit:
                _, dropped = self._kept.popitem(last=False)
                self._held -= _size(dropped)


def _size(arrays: Sequence[npt.NDArray[Any]]) -> int:
    return 200 + sum(array.nbytes for array in arrays)
