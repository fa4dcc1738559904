"""Identifiers of publications: one normal form, and what cannot be right is said so."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.describing import identifiers
from catalog.describing.identifiers import BadIdentifier


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://doi.org/10.1000/XYZ%28a", "doi:10.1000/xyz(a"),
        ("DOI: 10.18800/psico.202401.001", "doi:10.18800/psico.202401.001"),
        ("10.1000/182", "doi:10.1000/182"),
        ("http://hdl.handle.net/20.500.12404/123", "hdl:20.500.12404/123"),
        ("978-84-376-0494-7", "isbn:9788437604947"),
        ("ISBN 84-376-0494-X", "isbn:9788437604947"),
        ("urn:isbn:9788437604947", "isbn:9788437604947"),
        ("issn 0378-5955", "issn:0378-5955"),
        ("  https://repositorio.example/1 ", "https://repositorio.example/1"),
        ("Signatura  985.06 V", "Signatura 985.06 V"),
    ],
)
def test_each_has_one_normal_form_which_stays_as_it_is(written: str, normal: str) -> None:
    assert identifiers.normal(written) == normal
    assert identifiers.normal(normal) == normal


@pytest.mark.parametrize(
    "written",
    ["978-84-376-0494-8", "84-376-0494-1", "issn 0378-5954", "doi:11.1000/182", "doi:", "http://", "https://a b/c"],
)
def test_what_cannot_be_right_is_refused_with_itself_in_the_sentence(written: str) -> None:
    with pytest.raises(BadIdentifier) as refusal:
        identifiers.normal(written)
    assert written in str(refusal.value.sentence)
    assert identifiers.known(written) == ""


def test_only_known_kinds_are_compared() -> None:
    assert identifiers.known("Signatura 12") == ""
    assert identifiers.known("84-376-0494-X") == identifiers.known("9788437604947") == "isbn:9788437604947"


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("doi:10.1000/a<b>", "https://doi.org/10.1000/a%3Cb%3E"),
        ("hdl:20.500/1", "https://hdl.handle.net/20.500/1"),
        ("https://example.org/x", "https://example.org/x"),
        ("isbn:9788437604947", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_some_lead_somewhere(identifier: str, address: str) -> None:
    assert identifiers.address(identifier) == address


@pytest.mark.parametrize(
    "written", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "0000000218250097"]
)
def test_an_orcid_is_written_in_four_groups(written: str) -> None:
    assert identifiers.orcid(written) == "0000-0002-1825-0097"


@pytest.mark.parametrize("written", ["0000-0002-1825-0098", "0000", "0000-0002-1825-00977", ""])
def test_an_orcid_with_a_wrong_digit_is_refused(written: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.orcid(written)


_LIKE_ONES = st.from_regex(r"\A(doi:|isbn |https?://|hdl:)?[0-9a-zA-Z./%X -]{0,25}\Z") | st.text(max_size=40)


@given(_LIKE_ONES)
@example("https://doi.org/10.1000/a%20b%25")
def test_anything_typed_is_normal_or_refused_never_worse(written: str) -> None:
    try:
        found = identifiers.normal(written)
    except BadIdentifier:
        return
    assert identifiers.normal(found) == found
    address = identifiers.address(found)
    assert address == "" or address.lower().startswith(("http://", "https://"))
