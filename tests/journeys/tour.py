"""A tour through every page of a running demo, each person's own, for measuring and for pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests import chromium, demo
from tests.demo import Demo
from tests.journeys.collectwalks import COLLECT_WALKS
from tests.journeys.keepwalks import KEEP_WALKS
from tests.journeys.mergewalks import MERGE_WALKS
from tests.journeys.readingwalks import READING_WALKS
from tests.journeys.searchwalks import SEARCH_WALKS
from tests.journeys.stops import Begin, Stop, Walk
from tests.journeys.studywalks import STUDIES, STUDY_WALKS
from tests.journeys.versionwalks import VERSION_WALKS
from tests.journeys.visit import Visit
from tests.journeys.walks import READERS, WALKS

LIBRARY: tuple[Walk, ...] = (
    *WALKS,
    *SEARCH_WALKS,
    *KEEP_WALKS,
    *READING_WALKS,
    *COLLECT_WALKS,
    *MERGE_WALKS,
    *VERSION_WALKS,
)
EVERYBODY: tuple[Walk, ...] = (*LIBRARY, *STUDY_WALKS)
LEARNERS: tuple[Walk, ...] = (*READERS, *STUDIES)
"""The walks of who reads and studies, on phones above all."""

_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
_LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@contextmanager
def centre(lms_url: str, tool_url: str) -> Iterator[tuple[Browser, Demo]]:
    """A browser and the running demo at these addresses; one of its own where no address is given.

    A running demo is commanded with the variables of this process, so they must be those that it was started with.
    """
    with ExitStack() as ending:
        browser = ending.enter_context(chromium.launched())
        if lms_url:
            yield browser, Demo(lms_url, tool_url, Path(), dict(os.environ))
        else:
            folder = ending.enter_context(tempfile.TemporaryDirectory())
            yield browser, ending.enter_context(demo.running(Path(folder) / "data"))


def through(
    browser: Browser,
    running: Demo,
    *,
    phone: bool = False,
    dark: bool = False,
    walks: tuple[Walk, ...] = EVERYBODY,
) -> Iterator[Stop]:
    """Every page, one after the other; on a laptop in the frame of the LMS, on a phone in a window of its own."""
    for walk in walks:
        with ExitStack() as ending:

            def fresh(ending: ExitStack = ending) -> Visit:
                options = {**(_PHONE if phone else _LAPTOP), "color_scheme": "dark" if dark else "light"}
                context = browser.new_context(
                    locale="es-PE", timezone_id="America/Lima", reduced_motion="reduce", **options
                )
                return Visit(ending.enter_context(context), running)

            yield from walk(Begin(fresh, phone=phone))
