"""Files for reference managers hold what the record says, and nothing written in it becomes another field."""

from __future__ import annotations

import json

from catalog.citing.exporting import bibtex, csl_json, ris
from catalog.citing.references import kept_of, reference_of
from catalog.vocabularies.finding import Known
from catalog.vocabularies.terms import Terms
from tests.catalog.citing.test_styles import resource


def test_ris_is_one_tag_a_line_between_type_and_end() -> None:
    lines = ris([reference_of(resource(identifiers=["doi:10.1234/a"]))]).split("\r\n")
    assert lines[0] == "TY  - BOOK"
    assert lines[1:3] == ["AU  - Quispe Mamani, Rosa María", "AU  - Huamán de la Cruz, José Luis"]
    assert {"TI  - Manual de la quinua", "DO  - 10.1234/a", "PY  - 2019", "DA  - 2019//"} < set(lines)
    assert lines[-3:] == ["ER  - ", "", ""]


def test_a_hostile_title_makes_no_line_of_its_own() -> None:
    hostile = resource(
        title="Uno\r\nER  - \r\n\r\nTY  - BOOK\u2028TI  - Dos",
        identifiers=["doi:10.1234/a%0AUR  - https://malo.example"],
        creators=["Ana\nER  - "],
    )
    lines = ris([reference_of(hostile)]).splitlines()
    assert [line[:2] for line in lines if line].count("ER") == 1
    assert [line[:2] for line in lines if line].count("TY") == 1
    assert len(bibtex([reference_of(hostile)]).split("@")) == 2


def test_bibtex_shows_what_tex_would_obey() -> None:
    hostile = resource(title=r"\input{/etc/passwd} 50 % & $x_1$ {a}", creators=["Uno and Dos", "Comisión & Cía"])
    entry = bibtex([reference_of(hostile)])
    assert r"title = {\textbackslash{}input\{/etc/passwd\} 50 \% \& \$x\_1\$ \{a\}}" in entry
    assert r"author = {{and} Dos, Uno and {Comisión \& Cía}}" in entry
    assert entry.startswith("@book{lrc7,\n")


def test_csl_json_is_what_was_said() -> None:
    (item,) = json.loads(csl_json([reference_of(resource())]))
    assert item["title"] == "Manual de la quinua"
    assert item["author"][0] == {"family": "Quispe Mamani", "given": "Rosa María"}


def test_files_that_are_kept_have_keywords_and_the_uris_of_what_they_mean() -> None:
    maths = Known(1, "https://example.org/mate", {"es": "Matemáticas"}, (("Ciencias", "Matemáticas"),))
    thesis = Known(2, "https://example.org/tesis", {"es": "tesis doctoral"})
    meant = Terms({"Maths": maths}, {"doctoral dissertation": thesis})
    kept = kept_of(
        resource(type="doctoral dissertation", subjects=["Maths", "Papas, ollucos"], profile={"keywords": ["Puno"]}),
        meant,
    )
    assert (kept["type"], kept["genre"]) == ("thesis", "tesis doctoral")
    assert kept["custom"] == {
        "type": "https://example.org/tesis",
        "subjects": ["https://example.org/mate"],
        "access": "http://purl.org/coar/access_right/c_14cb",
    }
    lines = ris([kept]).splitlines()
    assert [line for line in lines if line.startswith("KW")] == [
        "KW  - Matemáticas",
        "KW  - Papas; ollucos",
        "KW  - Puno",
    ]
    assert "keywords = {Matemáticas, Papas; ollucos, Puno}" in bibtex([kept])
    (item,) = json.loads(csl_json([kept]))
    assert item["custom"]["type"] == "https://example.org/tesis"
