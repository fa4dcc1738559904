"""How a parallel run shares out the tests: one by one, but all journeys to one worker, since they share one centre."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_JOURNEYS = "tests/journeys/"
_AS_IT_BEGINS = "tests/journeys/test_every_page.py"


class _Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        """What stays together on one worker: the journeys, else each test is by itself.

        The largest comes first, so that the journeys, which take as long as all the rest does, begin at once. xdist's
        own --dist=loadgroup does nothing with pytest 9.2, which no longer reads the ids that xdist 3.8 changes.
        """
        return _JOURNEYS if nodeid.startswith(_JOURNEYS) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tour wants the centre as it begins: it comes before the journeys that change something there."""
    items.sort(key=lambda item: not item.nodeid.startswith(_AS_IT_BEGINS))
