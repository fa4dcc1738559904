"""Lists and boxes nest whether their author indents by two, three or four spaces, or by a tab."""

from __future__ import annotations

import re

import pytest

from lrc.richtext import lessons
from tests.richtext.scenery import Scenery


def shape(text: str) -> str:
    """The HTML without line breaks and paragraphs' tags."""
    return re.sub(r"\n|</?p>", "", str(lessons.render(text, Scenery()).html))


@pytest.mark.parametrize("step", ["  ", "   ", "    ", "\t"])
def test_lists_nest_by_any_step(step: str) -> None:
    text = f"- a\n{step}- b\n{step * 2}- c\n{step}- d\n- e"
    assert shape(text) == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li><li>d</li></ul></li><li>e</li></ul>"


@pytest.mark.parametrize("step", ["   ", "    "])
def test_numbers_nest_with_what_is_between_them(step: str) -> None:
    text = f"1. a\n\n{step}más\n\n{step}- b\n{step}- c\n\n2. d"
    assert shape(text) == "<ol><li>amás<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>"


@pytest.mark.parametrize("step", ["  ", "    "])
def test_boxes_and_footnotes_hold_what_is_inside(step: str) -> None:
    made = shape(f"!!! nota\n{step}Uno.\n\n{step}- a\n{step * 2}- b\n\nFuera[^1].\n\n[^1]: Nota.\n\n{step}Sigue.")
    assert "Uno.<ul><li>a<ul><li>b</li></ul></li></ul></div>Fuera" in made
    assert "Nota.Sigue." in made


def test_code_keeps_its_own_indentation() -> None:
    assert "<code>a\n  b\n</code>" in str(lessons.render("    a\n      b", Scenery()).html)
    made = str(lessons.render("- x\n\n  ```\n  a\n    b\n  ```\n\n- y", Scenery()).html)
    assert "<pre><code>a\n  b\n</code></pre>" in made
    assert made.count("<ul>") == 1


def test_a_line_that_only_goes_on_stays_in_its_item() -> None:
    assert shape("- uno\n  dos\n- tres") == "<ul><li>uno    dos</li><li>tres</li></ul>"


def test_a_paragraph_after_a_list_is_outside_of_it() -> None:
    assert shape("- a\n\nb\n\n    código") == "<ul><li>a</li></ul>b<pre><code>código</code></pre>"
