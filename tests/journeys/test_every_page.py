"""Every page, each person's own, is as a page must be: also those that the other journeys only pass through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import look
from tests.demo import Demo
from tests.journeys import tour
from tests.journeys.stops import Stop, Walk
from tests.journeys.studywalks import STUDY_WALKS
from tests.journeys.walks import WALKS

_BEYOND = tour.LIBRARY[len(WALKS) :]


@pytest.mark.timeout(900)  # on a busy machine, with the centre that begins
@pytest.mark.parametrize(
    ("walks", "stops"),
    [(WALKS, 58), (_BEYOND, 36), (STUDY_WALKS, 23)],
    ids=["library", "searching, keeping and what librarians do besides", "study"],
)
def test_every_page_is_accessible_light_narrow_and_without_errors(
    browser: Browser, centre: Demo, walks: tuple[Walk, ...], stops: int
) -> None:
    seen = []
    for stop in tour.through(browser, centre, walks=walks):
        pardon(stop)
        can_be_loaded_again = not stop.is_answer and not stop.pardoned
        look(stop.where, stop.visit.complaints, heavy=stop.name == "read-pages", reload=can_be_loaded_again)
        seen.append(stop.name)
    assert len(seen) == len(set(seen)) == stops


def test_who_reads_and_studies_does_so_on_a_phone_too(browser: Browser, centre: Demo) -> None:
    """In a window of its own, with touch; what a page weighs and says to screen readers is the same there."""
    seen = []
    for stop in tour.through(browser, centre, phone=True, walks=tour.LEARNERS):
        pardon(stop)
        look(stop.where, stop.visit.complaints, reload=False, axe=False)
        seen.append(stop.name)
    assert len(seen) == len(set(seen)) == 21


def pardon(stop: Stop) -> None:
    if stop.pardoned:
        stop.visit.complaints.pardon(stop.pardoned)
