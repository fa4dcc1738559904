"""Which word of a query a written word answers to, learnt once for each word met."""

from __future__ import annotations

from collections.abc import Mapping

from search.analysis import fold, is_stop_word
from search.scanning import Scanner

OTHER, STOP = -1, -2
"""A word that tells something but was not asked for; one that tells nothing and was not asked for."""


class Matching(dict[str, int]):
    """Written word -> number of the word of the query that it answers to, or OTHER, or STOP."""

    def __init__(self, forms: Mapping[str, int]) -> None:
        """``forms``: folded word of the index -> number of the word of the query that it stands for."""
        super().__init__()
        self.forms = forms
        self.scanner = Scanner(forms)
        """Finds where such words stand in a text."""

    def __missing__(self, written: str) -> int:
        word = fold(written)
        number = self.forms.get(word)
        if number is None:
            number = STOP if is_stop_word(word) else OTHER
        self[written] = number
        return number
