"""Values of facets as they are made of what records say."""

from __future__ import annotations

from search import facets
from search.documents import Document


def subjects(*written: str) -> tuple[str, ...]:
    return facets.values_of(Document("1", "r1", "Riego", subjects=written)).get("subject", ())


def test_a_subject_counts_with_all_that_are_broader() -> None:
    assert subjects("Ciencias -- Biología") == ("Ciencias", "Ciencias > Biología")
    assert subjects("Ciencias::Biología", "Ciencias > Física") == (
        "Ciencias",
        "Ciencias > Biología",
        "Ciencias > Física",
    )
    assert subjects(" > ", "") == ()


def test_a_subject_of_hundreds_of_steps_makes_few_values() -> None:
    told = subjects(">".join(["a"] * 250))
    assert len(told) == facets.MOST_LEVELS
    assert told[0] == "a"
    assert told[-1].count("a") == 250
