"""A web page zipped with what belongs to it: its pages as text, in an order that makes sense, and nothing else."""

from __future__ import annotations

import pytest

from catalog.extract import website
from catalog.extract.kinds import Kind, detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable
from tests.catalog.extract import samples

PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>Sobre {0}.</p><script>alert(1)</script></body></html>"


def labels(path) -> list[str]:
    return [each.label for each in website.read(path, Limits()).sections]


def test_the_first_page_comes_first_and_deeper_ones_last(tmp_path):
    names = {"a.html": "A", "sub/index.html": "C", "index.html": "Inicio", "b.htm": "B", "style.css": "", "x.js": ""}
    path = samples.zipped(tmp_path / "a.zip", {name: PAGE.format(title) for name, title in names.items()})
    assert detect(path, ".zip") is Kind.WEBSITE
    assert labels(path) == ["Inicio", "A", "B", "C"]


def test_scripts_are_no_text(tmp_path):
    path = samples.zipped(tmp_path / "a.zip", {"index.html": PAGE.format("Quinua")})
    assert [each.text for each in website.read(path, Limits()).sections] == ["Quinua\n\nSobre Quinua."]


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path):
    outside = tmp_path / "in" / "a.zip"
    outside.parent.mkdir()
    samples.zipped(outside, {"../../evil.html": PAGE.format("Fuera"), "/etc/evil.html": PAGE.format("Raíz")})
    assert sorted(labels(outside)) == ["Fuera", "Raíz"]
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_what_systems_add_is_no_page(tmp_path):
    path = samples.zipped(
        tmp_path / "a.zip", {"__MACOSX/._index.html": PAGE.format("x"), "index.html": PAGE.format("Sí")}
    )
    assert labels(path) == ["Sí"]


def test_too_many_pages_are_refused(tmp_path):
    path = samples.zipped(tmp_path / "a.zip", {f"{number}.html": PAGE.format(number) for number in range(4)})
    with pytest.raises(Unreadable) as refusal:
        website.read(path, Limits(max_pages=3))
    assert refusal.value.failure is Failure.TOO_MANY_PAGES
