"""Recordings on other sites: which identifiers are addresses, and how each opens at a second."""

from __future__ import annotations

import pytest

from lrc.study import elsewhere


@pytest.mark.parametrize(
    ("address", "at"),
    [
        ("https://youtu.be/abc", "https://youtu.be/abc?t=90s"),
        ("https://m.youtube.com/watch?v=a&start=5", "https://m.youtube.com/watch?v=a&t=90s"),
        ("https://e.pe/clase.mp4#x", "https://e.pe/clase.mp4#t=90"),
    ],
)
def test_a_recording_opens_at_a_second(address: str, at: str) -> None:
    assert elsewhere.is_address(address)
    assert elsewhere.at_second(address, 90) == at


@pytest.mark.parametrize("other", ["isbn:1", "javascript:alert(1)", "https://", "http://[", "https://e.pe/a b", ""])
def test_other_identifiers_are_no_addresses(other: str) -> None:
    assert not elsewhere.is_address(other)
