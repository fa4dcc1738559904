"""The page that lists bad messages says what is tested, and each reason has its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import bench.refusals
from lti.refusals import Reason, refuse, sentences_of

PAGE = Path(bench.refusals.__file__).parent.parent / "docs" / "refusals.md"


def test_the_page_of_bad_messages_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == bench.refusals.document(), "python -m bench.refusals > docs/refusals.md"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_happened_and_what_to_do(reason: Reason) -> None:
    what, advice = sentences_of(reason)
    assert len(str(what)) > 10
    assert len(str(advice)) > 10
    assert str(refuse(reason, "detail")) == f"{reason}: detail"
