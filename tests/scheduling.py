"""How a parallel run shares out the tests: one by one, but journeys by the room, which shares one centre."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_JOURNEYS = "tests/journeys/"
_ELSEWHERE = {
    "test_admin.py",
    "test_certificate.py",
    "test_course.py",
    "test_every_page.py",
    "test_exchange.py",
    "test_looking.py",
    "test_picker.py",
}
"""About half of what the journeys take, in a centre of their own: two workers walk at the same time."""


class _Rooms(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """What stays together on one worker: one of the two rooms of the journeys, else each test is by itself.

        xdist's own --dist=loadgroup does nothing with pytest 9.2, which no longer reads the ids that xdist 3.8 changes.
        """
        file = nodeid.split("::")[0]
        if not file.startswith(_JOURNEYS):
            return nodeid
        return f"{_JOURNEYS}{PurePosixPath(file).name in _ELSEWHERE}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _Rooms(config, log)
