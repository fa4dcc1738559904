"""Facets: whatever is chosen, a value's count is what choosing it alone of its facet would leave."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import facets
from catalog.facets import Choice, Traits

_SUBJECTS = ("Cacao", "cacao ", "CACÁO", "Comercio", "Agua")
_LEVELS = ("", "beginner", "advanced", "unheard-of")


@st.composite
def traits(draw: st.DrawFn) -> Traits:
    return Traits(
        id=draw(st.integers(1, 99)),
        subjects=draw(st.lists(st.sampled_from(_SUBJECTS), max_size=3)),
        level=draw(st.sampled_from(_LEVELS)),
        effort_minutes=draw(st.sampled_from((0, 60, 120, 121, 600, 601))),
        language=draw(st.sampled_from(("", "es", "qu"))),
        institution_id=draw(st.sampled_from((None, 1, 2))),
        is_self_study=draw(st.booleans()),
        is_tutored=draw(st.booleans()),
        gives_certificate=draw(st.booleans()),
    )


CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.sets(st.sampled_from(("cacao", "comercio", "nada")), max_size=2).map(frozenset),
        "level": st.sets(st.sampled_from(("beginner", "advanced")), max_size=2).map(frozenset),
        "effort": st.sets(st.sampled_from(("2h", "10h", "more")), max_size=2).map(frozenset),
        "mode": st.sets(st.sampled_from(("self", "tutored")), max_size=2).map(frozenset),
        "institution": st.sets(st.sampled_from(("1", "2")), max_size=1).map(frozenset),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(traits(), max_size=12), CHOSEN)
def test_a_count_is_what_choosing_that_value_leaves(courses: list[Traits], chosen: dict[str, frozenset[str]]) -> None:
    kept, found = facets.sift(courses, Choice("", chosen), {})
    assert [each.name for each in found] == list(facets.NAMES)
    for facet in found:
        codes = {value.code for value in facet.values}
        assert chosen.get(facet.name, frozenset()) <= codes
        for value in facet.values:
            alone = facets.sift(courses, Choice("", {**chosen, facet.name: frozenset({value.code})}), {})[0]
            assert value.count == len(alone)
            assert value.is_chosen == (value.code in chosen.get(facet.name, ()))
    assert [each for each in courses if each in kept] == kept


def test_the_most_frequent_spelling_names_a_subject() -> None:
    def course(*subjects: str) -> Traits:
        return Traits(1, subjects, "", 0, "", None, True, False, False)

    told = facets.spellings([course("cacao"), course("Cacao ", "Agua"), course("Cacao")])
    assert told == {"cacao": "Cacao", "agua": "Agua"}
