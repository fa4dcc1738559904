"""What is typed to describe a material: every field checked, nothing typed lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.describing.description import Contributor, Description, from_plain, plain
from catalog.describing.form import MOST_LINES, DescriptionForm, contributor
from catalog.describing.identifiers import BadIdentifier

WHOLE = Description(
    title="Papas nativas",
    alternative_titles=("Native potatoes", "Llaqta papa"),
    contributors=(Contributor("Quispe, Rosa", orcid="0000-0002-1825-0097"), Contributor("Mamani, Luis", "translator")),
    description="De qué trata.\n\nPara **todos**.",
    subjects=("Ciencias -- Biología",),
    keywords=("papa",),
    type="libro",
    language="es",
    taught_language="qu",
    level="beginner",
    date="2015-03",
    publisher="UNSAAC",
    license="CC BY 4.0",
    rights_holder="La autora",
    identifiers=("doi:10.1000/182", "isbn:9788437604947"),
    access_modes=("textual",),
    accessibility_features=("captions", "braille"),
    provenance="Donado en 2016.",
)


def sent(**typed: str) -> DescriptionForm:
    return DescriptionForm.sent({"title": "Papas"} | typed, {})


def test_a_form_that_is_sent_as_it_was_shown_says_the_same() -> None:
    shown = DescriptionForm.of(WHOLE)
    assert DescriptionForm.sent(shown.typed, shown.chosen).described() == WHOLE


def test_a_description_survives_being_kept_as_plain_data() -> None:
    assert from_plain(plain(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", "  "),
        ("title", "x" * 501),
        ("description", "x" * 5001),
        ("date", "marzo de 2015"),
        ("date", "2015-13"),
        ("language", "español!"),
        ("level", "difícil"),
        ("identifiers", "ISBN 123"),
        ("contributors", "Quispe, Rosa | cocina"),
        ("contributors", "Quispe, Rosa | 0000-0002-1825-0098"),
        ("contributors", "| edición"),
        ("subjects", "\n".join(map(str, range(MOST_LINES + 1)))),
        ("keywords", "x" * 501),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(name: str, typed: str) -> None:
    form = sent(**{name: typed})
    assert form.described() is None
    assert list(form.errors) == [name]
    assert form.typed[name] == typed


def test_blank_and_repeated_lines_count_for_nothing() -> None:
    said = sent(subjects=" Biología \r\n\r\nBiología\n  Suelos\t").described()
    assert said is not None
    assert said.subjects == ("Biología", "Suelos")


def test_choices_that_nobody_offered_are_left_out() -> None:
    form = DescriptionForm.sent({"title": "Papas"}, {"access_modes": ["textual", "<script>", "textual"]})
    said = form.described()
    assert said is not None
    assert said.access_modes == ("textual",)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Quispe, Rosa", Contributor("Quispe, Rosa")),
        ("Quispe, Rosa | EDICION", Contributor("Quispe, Rosa", "editor")),
        (
            "Quispe, Rosa | translator | 0000-0002-1825-0097",
            Contributor("Quispe, Rosa", "translator", "0000-0002-1825-0097"),
        ),
        ("Quispe, Rosa | 0000000218250097", Contributor("Quispe, Rosa", orcid="0000-0002-1825-0097")),
        ("Quispe, Rosa | |", Contributor("Quispe, Rosa")),
    ],
)
def test_a_person_is_a_name_perhaps_with_a_role_and_an_orcid(line: str, expected: Contributor) -> None:
    assert contributor(line) == expected


def test_a_role_that_we_do_not_know_is_answered_with_those_that_we_do() -> None:
    with pytest.raises(BadIdentifier) as refusal:
        contributor("Quispe, Rosa | cocina")
    assert "cocina" in str(refusal.value.sentence)
    assert "traducción" in str(refusal.value.sentence)


@given(st.dictionaries(st.sampled_from(sorted(DescriptionForm.of(WHOLE).typed)), st.text(max_size=80)))
def test_whatever_is_typed_is_a_description_or_has_its_reasons(typed: dict[str, str]) -> None:
    form = DescriptionForm.sent(typed, {})
    said = form.described()
    assert (said is None) == bool(form.errors)
    if said is not None:
        shown = DescriptionForm.of(said)
        assert DescriptionForm.sent(shown.typed, shown.chosen).described() == said


@pytest.mark.parametrize("name", ["language", "taught_language"])
def test_a_code_longer_than_any_language_has_is_refused(name: str) -> None:
    form = DescriptionForm.of(WHOLE)
    form.typed[name] = "aa" + "-bbbbbbbb" * 5
    assert form.described() is None
    assert name in form.errors


def test_what_the_file_says_is_told_apart_from_what_the_fields_hold_already() -> None:
    form = DescriptionForm.of(Description(title="libro", language="es", contributors=(Contributor("Quispe, Ana"),)))
    said = {"title": "Relatos del Mantaro", "language": "es", "creators": ["Quispe, Ana"], "date": "", "pages": 3}
    assert form.otherwise(said) == {"title": "Relatos del Mantaro"}
