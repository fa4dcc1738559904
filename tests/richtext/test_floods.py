"""Lessons that nobody writes: none takes long, none fails, and all is shown at least as it was typed."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrc.richtext import formulas, lessons
from lrc.richtext.lessons import MAX_CHARACTERS, Trouble
from tests.richtext.scenery import Scenery

SCENERY = Scenery({"cacao": "Theobroma", "árbol binario": "De dos hijos"})
LONGEST_S = 2.5
"""Of the processor; on a machine of its own the slowest takes less than one."""
PIECES = ["[^1]", "[[", "$", "$$", "```", "\n", "\n\n", "    ", "- ", "> ", "|", "!!! ", "a", "**", "](", "image:", "]"]


def filled(text: str) -> str:
    return (text * (MAX_CHARACTERS // len(text) + 1))[:MAX_CHARACTERS]


FLOODS = [
    *map(
        filled, ["[", "![", "[a](b ", "[[a]] ", "[[recurso:a]]\n", "[^1]\n\n", "<", "`a", "```a\n~~~\n", "$a", "$$\n"]
    ),
    *map(
        filled, ["$$ a $$\n", "*a", "> ", "- a\n\n    b\n\n", "#a", "a\n===\n", "\n", " ", "a", "a-", "http://a.pe/("]
    ),
    "<div>" * 12_000,
    "[" * 20_000,
    "\n".join("  " * depth + "- a" for depth in range(600)),
    "".join("`" * length + "a" for length in range(1, 340)),
    "[" * 250 + "a" + "](b)" * 250,
    "a|" * 29 + "\n" + "-|" * 29 + "\n" + "a|\n" * 19_000,
    ("a|b\n-|-\n" + "|\n" * 3 + "\n") * 3_000,
    "".join(f"[^{number}] " for number in range(3_000)) + "\n\n" + "".join(f"[^{n}]: a\n" for n in range(3_000)),
    "[^1]\n\n[^1]: a[^2]\n[^2]: b[^1]\n",
    ("$$" + "a+" * 900 + "$$\n\n") * 33,
    "".join(random.Random(2).choices(PIECES, k=14_000)),
]


@pytest.mark.parametrize("text", FLOODS, ids=lambda text: repr(text[:14]))
def test_a_flood_ends_fast(text: str) -> None:
    begun = time.thread_time()
    lessons.render(text, SCENERY)
    assert time.thread_time() - begun < LONGEST_S


@pytest.mark.parametrize("text", ["[" * 20_000, "palabra " * 8_000, "# a\n\n" + "x" * 3_000])
def test_what_is_too_wild_is_shown_whole_and_told(text: str) -> None:
    found = lessons.render("Hola <b>\n\n" + text, SCENERY)
    assert [each.trouble for each in found.problems] == [Trouble.TOO_WILD]
    assert found.html.startswith("<p>Hola &lt;b&gt;</p>\n<p>")
    assert found.words == " ".join(("Hola <b> " + text).split())


def test_what_takes_too_long_is_shown_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "LIMIT_S", -1.0)
    found = lessons.render("Esto *tarda*", SCENERY)
    assert found.html == "<p>Esto *tarda*</p>"
    assert [each.trouble for each in found.problems] == [Trouble.TOO_WILD]


def test_a_long_honest_lesson_is_not_too_wild() -> None:
    section = (
        (
            "## Sección\n\n"
            + "Un párrafo con **negrita**, *cursiva*, $x_i^2 + y_i^2$ y [un enlace](https://e.pe/a). " * 9
        )
        + "\n\n- uno\n- dos\n\n| a | b | c |\n|---|---|---|\n"
        + "| uno | dos | tres |\n" * 8
        + "\n$$\\frac{a}{b}$$\n\n"
    )
    found = lessons.render(filled(section)[: -len(section)], SCENERY)
    assert found.problems == ()
    assert found.html.count("<table>") > 40


@given(
    st.lists(
        st.sampled_from([*PIECES, "\x00", "\ud800", "\u202e", "\r", "#", "http://e.pe", "\\", "{", "é"]), max_size=60
    )
)
@settings(max_examples=80, deadline=None)
def test_no_text_fails(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert lessons.render(text, SCENERY).html is not None
    assert lessons.prose(text, SCENERY) is not None


@given(st.text("{}^_\\&$'<>[]()abc \n12", max_size=60))
@settings(max_examples=80, deadline=None)
def test_no_formula_fails_otherwise_than_as_a_bad_one(latex: str) -> None:
    try:
        assert formulas.to_mathml(latex, is_block=False).startswith("<math")
    except formulas.BadFormula:
        return


@pytest.mark.parametrize(
    "latex",
    [
        *("{" * 1_000, "a^{" * 20 + "}" * 20, "^" * 2_000, r"\frac" * 400, r"\left(" * 300, r"\text{" * 300),
        *(r"\begin{matrix}" + "a&" * 800 + r"\end{matrix}", r"\sqrt" * 400, "x_1" * 600, "'" * 2_000, "%" * 2_000),
        *(r"\def\a{\a\a}\a", r"\newcommand{\a}{\a\a}\a", r"\color{red}" * 180, "x" * 2_001),
    ],
    ids=lambda latex: latex[:12],
)
def test_no_formula_takes_long(latex: str) -> None:
    begun = time.thread_time()
    with suppress(formulas.BadFormula):
        formulas.to_mathml(latex, is_block=True)
    assert time.thread_time() - begun < LONGEST_S
