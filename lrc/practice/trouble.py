"""How the practice LMS misbehaves where a test asks for it: slow, failing, losing answers, wrong clock."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

_CALLS_KEPT = 1000
LOST = "lost"
"""As a failure: the request is carried out and its answer never arrives."""

_SERVICES = {
    "tokens.token": "token",
    "lineitems.listed": "lineitems",
    "lineitems.make": "lineitems",
    "lineitems.read": "lineitem",
    "lineitems.alter": "lineitem",
    "lineitems.delete": "lineitem",
    "scores.scores": "scores",
    "scores.results": "results",
    "roster.memberships": "memberships",
    "launching.keys": "keys",
    "registering.configuration": "configuration",
    "registering.register": "registration",
}


@dataclass(frozen=True)
class Call:
    """A request that a service answered; ``status`` is None where the answer was lost."""

    service: str
    method: str
    url: str
    status: int | None
    body: str


@dataclass
class Quirks:
    """What is wrong at the moment.

    Services: token, lineitems, lineitem, scores, results, memberships, keys, configuration, registration.
    """

    blocks_keys: bool = False
    """Moodle's HTTP security settings keep it from the tool's key set."""
    clock_s: float = 0.0
    """How far its clock is ahead."""
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_CALLS_KEPT))
    _failures: dict[str, list[int | str]] = field(default_factory=dict)
    _delays: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return time.time() + self.clock_s

    def fail(self, service: str, how: int | str = 500, times: int = 1) -> None:
        """Let the next ``times`` requests end in this HTTP status, or LOST."""
        with self._lock:
            self._failures.setdefault(service, []).extend([how] * times)

    def slow(self, service: str, seconds: float) -> None:
        """Wait so long before every answer of the service, its request being carried out first; 0 ends it."""
        self._delays[service] = seconds

    def recover(self) -> None:
        """End all of it; what was called is still known."""
        with self._lock:
            self._failures.clear()
        self._delays.clear()
        self.blocks_keys, self.clock_s = False, 0.0

    def called(self, service: str) -> list[Call]:
        return [each for each in self.calls if each.service == service]

    def before(self) -> Response | None:
        """Before every request: fail it where that was asked for."""
        service = _service()
        with self._lock:
            waiting = self._failures.get(service) if service else None
            g.fails = waiting.pop(0) if waiting else None
        if isinstance(g.fails, int):
            return Response("<html><h1>Error</h1></html>", status=g.fails, mimetype="text/html")
        return None

    def after(self, response: Response) -> Response:
        """After every request: remember it, wait, and lose the answer where that was asked for."""
        service = _service()
        if not service:
            return response
        lost = g.get("fails") == LOST
        body = request.get_data(as_text=True)
        self.calls.append(Call(service, request.method, request.url, None if lost else response.status_code, body))
        time.sleep(self._delays.get(service, 0.0))
        if lost:
            _hang_up(request.environ)
        return response


def _service() -> str:
    return _SERVICES.get(request.endpoint or "", "")


def _hang_up(environ: dict[str, Any]) -> None:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
