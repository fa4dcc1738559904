"""How a parallel run shares out the tests: one by one, but all journeys to one worker, since they share one centre."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_TOGETHER = ("tests/journeys/",)


class _Rooms(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """What stays together on one worker: the folders named above, else each test is by itself.

        xdist's own --dist=loadgroup does nothing with pytest 9.2, which no longer reads the ids that xdist 3.8 changes.
        """
        return next((folder for folder in _TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _Rooms(config, log)
