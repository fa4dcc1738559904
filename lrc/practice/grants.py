"""The access tokens that the practice LMS gave out: opaque, of one tool, for some scopes, for an hour."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

LIFETIME_S = 3600


@dataclass(frozen=True)
class Grant:
    tool_id: str
    scopes: frozenset[str]
    ends_at: float


class Grants:
    """In the memory of the one process: after a restart a tool must ask again."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def give(self, tool_id: str, scopes: Iterable[str], now: float) -> str:
        token = secrets.token_hex(16)
        with self._lock:
            self._grants = {name: each for name, each in self._grants.items() if each.ends_at > now}
            self._grants[token] = Grant(tool_id, frozenset(scopes), now + LIFETIME_S)
        return token

    def find(self, token: str, now: float) -> Grant | None:
        found = self._grants.get(token)
        return found if found and found.ends_at > now else None

    def forget(self) -> None:
        """Take all tokens back."""
        with self._lock:
            self._grants.clear()
