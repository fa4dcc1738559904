"""Other people's files: read as far as they can be, refused in a sentence where not, and never anything fetched."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.vocabularies import formats, reading, scheme, shipped, skos
from catalog.vocabularies.reading import LIMITS
from catalog.vocabularies.scheme import Scheme
from catalog.vocabularies.skos import NotSkos
from lrc.errors import BadFile, TooLarge
from tests.catalog.vocabularies.files import BASE, PREFIXES

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
    '<skos:ConceptScheme rdf:about="urn:v"/><skos:Concept rdf:about="urn:a"><skos:inScheme rdf:resource="urn:v"/>'
    '<skos:prefLabel xml:lang="es">{label}</skos:prefLabel></skos:Concept></rdf:RDF>'
)


def read(tmp_path: Path, text: str | bytes, wanted: str = "") -> Scheme:
    file = tmp_path / "file"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return skos.read(file, wanted)


def turtle(tmp_path: Path, body: str) -> Scheme:
    return read(tmp_path, f"{PREFIXES}:v a skos:ConceptScheme .\n{body}")


def codes(told: Scheme) -> list[str]:
    return [each.code for each in told.troubles]


def test_circles_are_opened_always_at_the_same_place(tmp_path: Path) -> None:
    body = "\n".join(
        f':{name} a skos:Concept ; skos:inScheme :v ; skos:prefLabel "{name}"@es ; skos:broader :{above} .'
        for name, above in ("ab", "bc", "ca", "dd")
    )
    told = turtle(tmp_path, body)
    assert {each.uri.removeprefix(BASE): len(each.broader) for each in told.concepts} == {
        "a": 1,
        "b": 1,
        "c": 0,
        "d": 0,
    }
    assert codes(told) == ["cycle"]


def test_what_cannot_be_kept_is_left_out_and_told(tmp_path: Path) -> None:
    told = turtle(
        tmp_path,
        f"""
        :a a skos:Concept ; skos:inScheme :v ; skos:prefLabel "Uno"@es, "Dos"@es, "Tres"@en-US, <urn:no> ;
            skos:altLabel "{"x" * 301}"@es, " \\u0000 "@es, "mal\\u200bvado\\u0007"@es ; skos:broader :nada, "texto" .
        :b a skos:Concept ; skos:inScheme :v .
        [] a skos:Concept ; skos:inScheme :v ; skos:prefLabel "sin dirección" .
        <urn:media\\uD800> a skos:Concept ; skos:inScheme :v ; skos:prefLabel "media letra" .
        :c a skos:Concept ; skos:inScheme :otro ; skos:prefLabel "de otro"@es .
        :d a skos:Concept ; skos:prefLabel "de ninguno"@es ; skos:notation "1", "0" .
        """,
    )
    assert [each.uri.removeprefix(BASE) for each in told.concepts] == ["a", "d"]
    assert [(each.kind, each.language, each.text) for each in told.concepts[0].labels] == [
        ("preferred", "en-us", "Tres"),
        ("preferred", "es", "Dos"),
        ("alternative", "es", "Uno"),
        ("alternative", "es", "mal vado"),
    ]
    assert sorted(codes(told)) == ["label", "label", "nameless", "two_preferred", "uri", "uri"]
    assert "urn:media" in [each.about for each in told.troubles]


def test_labels_written_the_long_way_are_read(tmp_path: Path) -> None:
    told = turtle(
        tmp_path,
        """
        @prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
        :a a skos:Concept ; skos:topConceptOf :v ; xl:prefLabel [ xl:literalForm "Papa"@es ] ; xl:altLabel :l .
        :l xl:literalForm "Akshu"@qu .
        """,
    )
    assert [each.text for each in told.concepts[0].labels] == ["Papa", "Akshu"]


def test_of_several_vocabularies_the_largest_or_the_one_asked_for_is_read(tmp_path: Path) -> None:
    body = """
        :w a skos:ConceptScheme .
        :a a skos:Concept ; skos:inScheme :v ; skos:prefLabel "A"@es .
        :b a skos:Concept ; skos:inScheme :w ; skos:prefLabel "B"@es .
        :c a skos:Concept ; skos:inScheme :w ; skos:prefLabel "C"@es .
    """
    assert turtle(tmp_path, body).uri == BASE + "w"
    text = f"{PREFIXES}:v a skos:ConceptScheme .\n{body}"
    assert [each.uri for each in read(tmp_path, text, BASE + "v").concepts] == [BASE + "a"]
    with pytest.raises(NotSkos, match="no_such_scheme"):
        read(tmp_path, text, "urn:none")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_scheme"),
        ("hola", "corrupt"),
        (b"\xff\xfe\x00\x01", "corrupt"),
        (b"%PDF-1.7", "corrupt"),
        ("<?xml version='1.0'?><html><body/></html>", "no_scheme"),
        ("<?xml version='1.0'?><rdf:RDF", "corrupt"),
        (PREFIXES + ":v a skos:ConceptScheme .", "empty"),
        (PREFIXES + ':a a skos:Concept ; skos:prefLabel "A" .', "no_scheme"),
        (PREFIXES + "[" * 20_000, "corrupt"),
    ],
)
def test_what_is_no_vocabulary_is_refused(tmp_path: Path, text: str | bytes, code: str) -> None:
    with pytest.raises((NotSkos, RecursionError)) as caught:
        read(tmp_path, text)
    assert code in str(caught.value) or isinstance(caught.value, RecursionError)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and who called at it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    server.accept()[0].close()
                    calls.append("called")
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", calls
        ended.set()
        thread.join()


def test_nothing_is_fetched_nor_read_from_this_machine(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, calls = listener
    secret = tmp_path / "secret"
    secret.write_text("SECRETO", encoding="utf-8")
    for system in (address, secret.as_uri()):
        doctype = f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{address}" [<!ENTITY e SYSTEM "{system}">]>'
        file = tmp_path / "file"
        file.write_text(doctype + RDF.format(label="Papa &e;"), encoding="utf-8")
        try:
            told = [label.text for each in reading.read(file).concepts for label in each.labels]
        except BadFile:
            told = []
        assert "SECRETO" not in "".join(told)
    imports = f"@prefix owl: <http://www.w3.org/2002/07/owl#> . :v a skos:ConceptScheme ; owl:imports <{address}> ."
    turtle(tmp_path, f'{imports} :a a skos:Concept ; skos:prefLabel "A"@es .')
    assert calls == []


def test_entities_of_a_file_are_read_and_bombs_of_them_end_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text('<!DOCTYPE rdf:RDF [<!ENTITY p "Papa">]>' + RDF.format(label="&p; nativa"), encoding="utf-8")
    assert reading.read(file).concepts[0].labels[0].text == "Papa nativa"
    layers = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    file.write_text(f'<!DOCTYPE x [<!ENTITY e0 "ja">{layers}]>' + RDF.format(label="&e12;"), encoding="utf-8")
    with pytest.raises(BadFile, match="too_heavy"):
        reading.read(file)


def test_a_file_that_takes_too_much_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text(PREFIXES + ":v a skos:ConceptScheme .\n" + ":a skos:note 'x' .\n" * 400_000, encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        reading.read(file, limits=replace(LIMITS, read_time_limit_s=1))
    assert "demasiado tiempo" in str(caught.value.message)
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    with pytest.raises(TooLarge):
        reading.read(file)


def test_too_many_concepts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheme, "MOST_CONCEPTS", 2)
    body = "\n".join(f':c{number} a skos:Concept ; skos:inScheme :v ; skos:prefLabel "x"@es .' for number in range(3))
    with pytest.raises(NotSkos, match="too_many"):
        turtle(tmp_path, body)


@pytest.mark.parametrize("name", list(shipped.USES))
def test_what_comes_with_the_tool_is_sound_and_says_whose_it_is(name: str) -> None:
    told = skos.read(Path(shipped.__file__).with_name(f"{name}.ttl"))
    assert told.troubles == ()
    assert told.source
    for each in told.concepts:
        assert {"es", "en"} <= {label.language for label in each.labels if label.kind == scheme.PREFERRED}


def test_what_xml_cannot_hold_is_left_out_of_names(tmp_path: Path) -> None:
    found = turtle(
        tmp_path, ':a a skos:Concept ; skos:inScheme :v ; skos:prefLabel "Uno\\uFFFE\\uFFFF\\u0001 dos"@es .'
    )
    assert [each.text for each in found.concepts[0].labels] == ["Uno dos"]
    with (tmp_path / "given").open("wb") as given:
        skos.write(given, found, formats.RDF_XML)
    assert skos.read(tmp_path / "given").concepts == found.concepts
