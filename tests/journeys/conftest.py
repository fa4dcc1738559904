"""What the journeys share: one browser and one running centre, both in one worker of a parallel run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import chromium, demo
from tests.journeys.visit import Visit

LAPTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 60_000
"""What a busy machine may take for anything; where all is well nobody waits so long."""
PERUVIAN = {"locale": "es-PE", "timezone_id": "America/Lima", "reduced_motion": "reduce"}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with chromium.launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Demo]:
    with demo.running(tmp_path_factory.mktemp("centre") / "data") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, centre: demo.Demo) -> Iterator[Callable[..., Visit]]:
    """Make a visit in a browser profile of its own; takes Playwright's options of a context, such as viewport."""
    with ExitStack() as ending:

        def begin(**options: Any) -> Visit:
            wanted = {**PERUVIAN, "viewport": LAPTOP, **options}
            context = ending.enter_context(browser.new_context(**wanted))
            context.set_default_timeout(PATIENCE_MS)
            return Visit(context, centre, has_scripts=wanted.get("java_script_enabled", True))

        yield begin
