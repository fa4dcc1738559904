"""Launches that were begun and not yet answered, each good for one answer (Moodle's launchid)."""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict

from lrc.practice.messages import Message

_MAX_BEGUN = 1000


class Begun:
    """In the memory of the one process."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, message: Message) -> str:
        """The hint (lti_message_hint) to send with the login, as JSON."""
        activity_id = message.activity.id if message.activity else "0"
        launch_id = f"ltilaunch{activity_id}_{secrets.randbits(48)}"
        with self._lock:
            self._messages[launch_id] = message
            if len(self._messages) > _MAX_BEGUN:
                self._messages.popitem(last=False)
        return json.dumps({"cmid": activity_id, "launchid": launch_id})

    def take(self, hint: str) -> Message | None:
        try:
            found = json.loads(hint)
        except ValueError:
            return None
        launch_id = found.get("launchid") if isinstance(found, dict) else None
        with self._lock:
            return self._messages.pop(str(launch_id), None)
