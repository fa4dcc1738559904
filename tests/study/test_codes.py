"""Codes of certificates: unguessable, and read however they are typed."""

from __future__ import annotations

import pytest

from lrc.study import codes


def test_a_code_has_eighty_bits_in_groups_that_can_be_read_aloud() -> None:
    made = {codes.new_code() for _ in range(200)}

    assert len(made) == 200
    assert all(len(each) == 19 and each.count("-") == 3 for each in made)
    assert not set("".join(made)) & set("ILOU")


@pytest.mark.parametrize(
    "typed",
    [
        "01AB-CDEF-GH1K-MN0V",
        "01abcdefgh1kmn0v",
        "  01AB CDEF GH1K MN0V ",
        "oiab-cdef-ghlk-mnou",
        "01AB–CDEF—GH1K\u00a0MN0V",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert codes.read_code(typed) == "01AB-CDEF-GH1K-MN0V"


@pytest.mark.parametrize("typed", ["", "01AB", "01AB-CDEF-GH1K-MN0VX", "*" * 16, "0" * 10_000, "01AB-CDEF-GH1K-MN0\0"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert codes.read_code(typed) is None
