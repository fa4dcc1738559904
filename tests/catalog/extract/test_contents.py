"""Clean text, and pages of a length that can be read."""

from __future__ import annotations

import pytest

from catalog.extract.contents import (
    LABEL_CHARACTERS,
    PAGE_CHARACTERS,
    SECTION_CHARACTERS,
    Block,
    clean,
    gather,
    pieces,
    shorten,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n \n b", "a\n\n b"),
        ("a \t  b\xa0c", "a b c"),
        ("\x0cuno\x0cdos\u2029tres", "uno\n\ndos\n\ntres"),
        ("e\u0301\u00ad\u200b\ufeff\ud800", "é"),
        ("\uf0b7 uno \uf8ff", "• uno"),
        ("oﬁcina ﬂor", "oficina flor"),
    ],
)
def test_text_is_cleaned(raw, text):
    assert clean(raw) == text


def test_a_label_is_one_line_and_not_too_long():
    assert shorten(" uno\n dos ") == "uno dos"
    assert len(shorten("palabra " * 100)) <= LABEL_CHARACTERS


def test_pieces_keep_every_word_and_stay_short():
    words = [f"palabra{number}" for number in range(5_000)]
    for label, most in (("", PAGE_CHARACTERS), ("Título", SECTION_CHARACTERS)):
        found = list(pieces(label, [" ".join(words)]))
        assert all(len(each.text) <= most and each.label == label for each in found)
        assert " ".join(each.text for each in found).split() == words


def test_what_has_no_place_to_cut_is_cut_anywhere():
    assert "".join(each.text for each in pieces("", ["x" * 10_000])) == "x" * 10_000


def test_a_bare_title_at_the_end_is_kept():
    found = list(gather([Block("Uno", 1), Block("texto"), Block("Dos", 1)]))
    assert [(each.label, each.text) for each in found] == [("Uno", "Uno\n\ntexto"), ("Dos", "Dos")]
