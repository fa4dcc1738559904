"""A student's phone as the real web server meets it: answers one after the other, and sends until it is told: safe."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy.orm import Session

from lrc.study import attempts, studies
from tests import factories
from tests.study import learners

DOOR = "/study/journal"
_PATIENCE_S = 10.0
_PAUSE_S = 0.1


@dataclass
class Phone:
    """What one student's browser sends: ``outbox`` until it is safe, ``safe`` once it was told so."""

    tool_url: str
    headers: dict[str, str]
    module_id: int
    outbox: list[dict[str, Any]] = field(default_factory=list)
    safe: set[str] = field(default_factory=set)
    took_s: list[float] = field(default_factory=list)
    failures: int = 0
    said: int = 0

    def answer(self, question: str, response: str) -> None:
        """Keep an answer and try once to send all that is kept."""
        self.said += 1
        line = {"uid": learners.uid(), "module": self.module_id, "kind": "answered", "part": "prueba", "attempt": 1}
        self.outbox.append(line | {"question": question, "response": response, "sequence": self.said})
        self.send()

    def submit(self, within_s: float = 60.0) -> dict[str, Any]:
        """Submit the attempt, trying until the server says what it is worth."""
        named = {"uid": learners.uid(), "module": self.module_id, "part": "prueba", "attempt": 1}
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            receipt = self.send(named | {"sequence": self.said + 1})
            if receipt and receipt["submitted"]:
                return dict(receipt["submitted"])
            time.sleep(_PAUSE_S)
        raise TimeoutError("never submitted")

    def send(self, submit: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The server's receipt; None where none came."""
        sent = list(self.outbox)
        began = time.perf_counter()
        receipt = self._post({"lines": sent, "submit": submit})
        self.took_s.append(time.perf_counter() - began)
        if receipt is None:
            self.failures += 1
            return None
        assert receipt["refused"] == {}, receipt
        self.safe.update(receipt["kept"])
        self.outbox = [line for line in self.outbox if line["uid"] not in self.safe]
        return receipt

    def _post(self, message: dict[str, Any]) -> dict[str, Any] | None:
        address = urlsplit(self.tool_url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=_PATIENCE_S)
        try:
            connection.request("POST", DOOR, json.dumps(message), self.headers)
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def of_student(app: Flask, session: Session, module: learners.Resource) -> Phone:
    """The phone of somebody new, signed in, with an attempt open at the quiz "prueba". Commits ``session``."""
    person = factories.person(session)
    study = studies.begin(session, factories.viewer(session, by=person), module)
    attempts.begin(session, study, "prueba")
    browser = factories.signed_in(app, session, by=person)
    token = browser.csrf_token()
    cookie = browser.get_cookie("lrc", domain=str(urlsplit(browser.tool_url).hostname))
    assert cookie is not None
    headers = {"Content-Type": "application/json", "X-CSRFToken": token, "Cookie": f"lrc={cookie.value}"}
    return Phone(browser.tool_url, headers, module.id)
