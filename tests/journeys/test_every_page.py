"""Every page, each person's own, is as a page must be: also those that the other journeys only pass through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import look
from tests.demo import Demo
from tests.journeys import tour


@pytest.mark.parametrize("phone", [False, True], ids=["laptop", "phone"])
def test_every_page_is_accessible_light_narrow_and_without_errors(browser: Browser, centre: Demo, phone: bool) -> None:
    seen = []
    for stop in tour.through(browser, centre, phone=phone):
        if stop.pardoned:
            stop.visit.complaints.pardon(stop.pardoned)
        look(
            stop.where,
            stop.visit.complaints,
            heavy=stop.name == "read-pages",
            reload=not stop.is_answer and not stop.pardoned,
            axe=not phone,
        )
        seen.append(stop.name)
    assert len(seen) == len(set(seen)) == 76
