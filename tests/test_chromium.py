"""Where no browser can start, the journeys fail with one sentence that says what to do; they are never skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import chromium
from tests.chromium import NoBrowser


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without the npm package, whose programs are those of this folder alone."""
    monkeypatch.setattr(chromium, "_PACKAGE", tmp_path / "missing")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_any_chromium_the_remedy_is_said(nowhere: Path) -> None:
    with pytest.raises(NoBrowser, match="There is no Chromium: run `make setup-dev`"):
        chromium.find()


def test_a_chromium_that_does_not_start_is_named_with_the_reason_and_the_remedy(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = nowhere / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{nowhere}:/usr/bin:/bin")
    with (
        pytest.raises(NoBrowser, match=rf"{broken} does not start \(.+\): run `make setup-dev`"),
        chromium.launched(),
    ):
        pass
