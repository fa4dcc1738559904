"""A line of an import becomes a record, or a reason why not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import MAX_LINE_BYTES, BadRecord, numbered_lines, parse


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "r1", "title": "Un título", **fields}, ensure_ascii=False).encode()


def test_every_field_of_dublin_core_is_taken() -> None:
    record = parse(
        line(
            creator=["Ana Quispe", "Luis Ñahui"],
            description="Un párrafo.\n\nOtro.",
            language="es",
            subject=["Ecología"],
            type="libro",
            date="2021-03",
            publisher="Una editorial",
            license="CC BY 4.0",
            identifier=["isbn:1", "doi:2"],
            audience={"institution": "Universidad de Prueba"},
            file="textos/uno.pdf",
        )
    )
    assert record.id == "r1"
    assert record.title == "Un título"
    assert record.creators == ["Ana Quispe", "Luis Ñahui"]
    assert record.description == "Un párrafo.\n\nOtro."
    assert (record.language, record.type, record.date) == ("es", "libro", "2021-03")
    assert (record.publisher, record.license) == ("Una editorial", "CC BY 4.0")
    assert record.subjects == ["Ecología"]
    assert record.identifiers == ["isbn:1", "doi:2"]
    assert record.institution == "Universidad de Prueba"
    assert record.file == "textos/uno.pdf"


def test_only_id_and_title_are_needed_and_null_is_the_same_as_nothing() -> None:
    bare = parse(line())
    assert bare == parse(line(**dict.fromkeys(("creator", "description", "date", "audience", "file", "type"))))
    assert (bare.creators, bare.description, bare.institution, bare.file) == ([], "", "", "")


@pytest.mark.parametrize("field", ["creator", "subject", "identifier"])
def test_a_single_text_stands_for_a_list_of_one(field: str) -> None:
    record = parse(line(**{field: "Solo uno"}))
    assert [record.creators, record.subjects, record.identifiers].count(["Solo uno"]) == 1


def test_repetitions_and_empty_values_of_a_list_are_left_out() -> None:
    assert parse(line(creator=["Ana", " ", "Ana", "", "Luis "])).creators == ["Ana", "Luis"]


def test_a_year_may_be_a_number() -> None:
    assert parse(line(date=2013)).date == "2013"


@pytest.mark.parametrize("audience", ["everyone", None])
def test_everyone_may_see_it_unless_the_line_says_otherwise(audience: str | None) -> None:
    assert parse(line(audience=audience)).institution == ""


def test_an_institution_may_be_named_in_one_text() -> None:
    assert parse(line(audience="institution:UNSA")).institution == "UNSA"


def test_html_stays_the_text_that_it_is() -> None:
    record = parse(line(title="<b>Álgebra</b>", description="<script>alert(1)</script>"))
    assert record.title == "<b>Álgebra</b>"
    assert record.description == "<script>alert(1)</script>"


def test_control_characters_and_halves_of_characters_become_blanks() -> None:
    record = parse(rb'{"id": "r1", "title": "uno\u0000dos\u0007 tres\ncuatro", "description": "a\u0000b\r\nc\ud800d"}')
    assert record.title == "uno dos tres cuatro"
    assert record.description == "a b\nc d"
    record.description.encode("utf-8")


def test_a_byte_order_mark_at_the_beginning_is_no_matter() -> None:
    assert parse(b"\xef\xbb\xbf" + line()).id == "r1"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "not valid JSON"),
        (b'{"id": "r1", "title": "a"} x', "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": "r1", "title": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b'{"id": "r1", "title": "\xff"}', "not valid UTF-8"),
        (b'["r1"]', "not a JSON object"),
        (b'"r1"', "not a JSON object"),
        (b'{"title": "a"}', "id is missing"),
        (b'{"id": "", "title": "a"}', "id is missing"),
        (b'{"id": 7, "title": "a"}', "id must be text, not a number"),
        (b'{"id": "a\\u0000b", "title": "a"}', "id holds control characters"),
        (b'{"id": " a", "title": "a"}', "blanks at its ends"),
        (line(id="x" * 256), "id is longer than 255"),
        (b'{"id": "r1"}', "title is missing"),
        (line(title=" \t"), "title is missing"),
        (line(title=["a"]), "title must be text, not a list"),
        (line(title="x" * 501), r"title is longer than 500 characters \(501\)"),
        (line(description=5), "description must be text"),
        (line(description="x" * 100_001), "description is longer"),
        (line(creator={"name": "Ana"}), "creator must be text or a list of texts"),
        (line(creator=["Ana", 3]), "creator must be text or a list of texts"),
        (line(subject=["x" * 501]), "subject is longer"),
        (line(identifier=["x"] * 501), "identifier has more than 500 values"),
        (line(language="x" * 36), "language is longer than 35"),
        (line(date=True), "date must be text, not true or false"),
        (line(date="x" * 41), "date is longer"),
        (line(audience="nobody"), "audience must be"),
        (line(audience={"institution": ""}), "audience must be"),
        (line(audience={"institution": "a", "course": "b"}), "audience must be"),
        (line(audience=["everyone"]), "audience must be"),
        (line(file=["a"]), "file must be a path"),
        (line(file="a\0b"), "file holds control characters"),
        (b" " * MAX_LINE_BYTES + line(), "the line is longer than 4 MiB"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(bad: bytes, reason: str) -> None:
    with pytest.raises(BadRecord, match=reason):
        parse(bad)


def test_an_untitled_record_is_called_by_the_first_words_of_its_description() -> None:
    described = parse(line(title="", description="Siembra de papa\nen andenes"))
    assert described.title == "Siembra de papa en andenes"
    at_length = parse(line(title="", description="surcos y terrazas " * 10))
    assert at_length.title.endswith("surcos y …")
    assert len(at_length.title) <= 100


def test_a_refusal_names_the_record_where_it_has_an_id() -> None:
    with pytest.raises(BadRecord) as refused:
        parse(line(id="oai:1", title=None))
    assert refused.value.record_id == "oai:1"


ODD_FIELDS = st.sampled_from(["id", "title", "creator", "audience", "file", "date", "description"])
ODD_VALUES = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.dictionaries(ODD_FIELDS, inner | st.lists(inner)),
)


@given(st.binary() | ODD_VALUES.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_a_record_that_can_be_stored_or_a_reason(anything: bytes) -> None:
    try:
        record = parse(anything)
    except BadRecord as refused:
        reason = refused.reason
    else:
        reason = ""
        assert 0 < len(record.title) <= 500
        assert "\0" not in record.title + record.description + record.id
        (record.id + record.title + record.description).encode("utf-8")
    assert reason or record.id


def test_lines_are_counted_from_one_and_empty_ones_are_passed_over() -> None:
    assert list(numbered_lines(io.BytesIO(b"a\n\n  \r\nb"))) == [(1, b"a\n"), (4, b"b")]


def test_of_a_line_that_is_too_long_only_the_beginning_is_held() -> None:
    stream = io.BytesIO(b"x" * (3 * MAX_LINE_BYTES) + b"\nb\n")
    (first, begun), (second, whole) = numbered_lines(stream)
    assert (first, len(begun)) == (1, MAX_LINE_BYTES + 1)
    assert (second, whole) == (2, b"b\n")
