"""One running practice LMS: its address, key, state and troubles, and how the pages reach it."""

from __future__ import annotations

import hashlib
import hmac
import threading
from typing import Any, cast

from flask import abort, current_app

from lrc.config import Settings
from lrc.practice import beginnings
from lrc.practice.begun import Begun
from lrc.practice.chosen import Waiting
from lrc.practice.classroom import PEOPLE, Somebody
from lrc.practice.grants import Grants
from lrc.practice.signing import SigningKey
from lrc.practice.state import Activity, Course, Store, Tool
from lrc.practice.trouble import Quirks

EXTENSION = "practice"


class Site:
    """What the LMS holds; ``store`` keeps what outlives a restart."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.data / "practice"
        self.url = settings.practice_url
        self.tool_url = settings.tool_url
        self.timeout_s = settings.http_timeout_s
        self.key = SigningKey.kept_in(folder)
        self.store = Store(folder / "state.json", lambda: beginnings.fresh(settings))
        known = self.store.state.tools.get(beginnings.DEPLOYMENT_ID)
        if known and known.url != settings.tool_url:
            self.store.rename(known.url, settings.tool_url)
        self.begun = Begun()
        self.waiting = Waiting()
        self.quirks = Quirks()
        self._registered: set[str] = set()
        self._lock = threading.Lock()
        self.grants = Grants()
        self.key_sets: dict[str, dict[str, Any]] = {}
        """The tools' key sets as last fetched, by address."""

    def course(self, course_id: str) -> Course:
        return self.store.state.courses.get(course_id) or abort(404)

    def activity(self, activity_id: str) -> Activity:
        return self.store.state.activities.get(activity_id) or abort(404)

    def tool(self, tool_id: str) -> Tool:
        return self.store.state.tools.get(tool_id) or abort(404)

    def used_up(self, client_id: str) -> bool:
        """Take a registration's turn; False where it was taken before."""
        with self._lock:
            is_first = client_id not in self._registered
            self._registered.add(client_id)
        return is_first

    def sesskey(self, person: Somebody) -> str:
        """A secret of the person, which stands for their session in addresses, as Moodle's does."""
        secret = self.key.kid + self.url + person.sub
        return hmac.new(self.key.secret, secret.encode(), hashlib.sha256).hexdigest()[:16]

    def person_of(self, sesskey: str) -> Somebody | None:
        return next((each for each in PEOPLE.values() if hmac.compare_digest(self.sesskey(each), sesskey)), None)


def site() -> Site:
    """The LMS that answers this request."""
    return cast(Site, current_app.extensions[EXTENSION])
