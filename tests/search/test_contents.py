"""Lines of a table of contents are told from lines that say something."""

from __future__ import annotations

import time

import pytest

from search.contents import without_contents


def test_lines_that_lead_to_a_page_are_left_out_and_the_others_kept() -> None:
    text = "Índice\n\nLa chacra ..... 3\nEl riego . . . . 12\nLa cosecha … 27 El abono … 31  \n\nPara empezar, riega."
    assert without_contents(text) == "Índice\n\n\nPara empezar, riega."


@pytest.mark.parametrize(
    "text",
    [
        "Papa 12\nQuinua 30\nOca 7\nMashua 9",  # a table of data
        "Cuenta 1, 2, 3… 10\ny respira",  # too few to be a table of contents
        "Llovió en 2019.\nNevó en 2020.\nHeló en 2021.",
        "Ver...\nOír...\nTocar...",
        "a ... 12345\nb ... 20231\nc ... 99999",  # no pages
        "",
    ],
)
def test_other_lines_stay(text: str) -> None:
    assert without_contents(text) == text


def test_dots_without_end_cost_no_time() -> None:
    started = time.process_time()
    without_contents("." * 2_000_000 + "x\n" + ". " * 1_000_000 + "\n" + "9" * 1_000_000)
    assert time.process_time() - started < 2
