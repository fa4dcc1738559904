"""Names parted as in Peru, and what a record says in CSL's words."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.citing.names import inverted, name_of
from catalog.citing.references import reference_of
from tests.catalog.citing.test_styles import resource


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Quispe Mamani, Rosa", "Quispe Mamani, Rosa"),
        ("Rosa Quispe", "Quispe, Rosa"),
        ("Rosa Quispe Mamani", "Quispe Mamani, Rosa"),
        ("Rosa María Quispe Mamani", "Quispe Mamani, Rosa María"),
        ("José de la Cruz", "de la Cruz, José"),
        ("José Luis Huamán de la Cruz", "Huamán de la Cruz, José Luis"),
        ("Vallejo, César, 1892-1938", "Vallejo, César"),
        ("Ministerio de Educación", "Ministerio de Educación"),
        ("Perú. Ministerio de Salud, Dirección General", "Perú. Ministerio de Salud, Dirección General"),
        ("Sócrates", "Sócrates"),
        ("de la", "de la"),
        (",", ","),
    ],
)
def test_a_name_is_parted(written: str, name: str) -> None:
    assert inverted(name_of(written)) == name


@pytest.mark.parametrize(
    ("said", "part", "value"),
    [
        ({"type": "info:eu-repo/semantics/bachelorThesis"}, "type", "thesis"),
        ({"type": "Capítulo de libro"}, "type", "chapter"),
        ({"type": ""}, "type", "document"),
        ({"date": "2020-05-03T10:00:00Z"}, "issued", {"date-parts": [[2020, 5, 3]]}),
        ({"date": "2020-13"}, "issued", {"date-parts": [[2020]]}),
        ({"identifiers": ["isbn: 978-612-4105-22-7"]}, "ISBN", "9786124105227"),
        ({"identifiers": ["issn:0378-5955"]}, "ISSN", "0378-5955"),
        ({"identifiers": ["hdl:20.500.12390/1"]}, "URL", "https://hdl.handle.net/20.500.12390/1"),
        ({"identifiers": ["https://a.example/1", "doi:10.1234/a"]}, "URL", "https://doi.org/10.1234/a"),
        ({"profile": {"contributors": [{"name": "Ana Ríos", "role": "editor", "orcid": ""}]}}, "editor",
         [{"family": "Ríos", "given": "Ana"}]),
    ],
)  # fmt: skip
def test_a_record_in_the_words_of_csl(said: dict[str, Any], part: str, value: Any) -> None:
    assert reference_of(resource(**said)).get(part) == value
