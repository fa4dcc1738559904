"""HTML made into Markdown that says the same, whatever the words; and what takes long, or is too much, is bounded."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrc.richtext import lessons
from lrc.richtext.surroundings import Nowhere
from lrc.study.exchange import gift, moodlexml
from lrc.study.exchange.markup import to_markdown
from lrc.study.exchange.reports import Report


def markdown_of(markup: str) -> str:
    return to_markdown(markup, Report(), lambda source: source.removeprefix("file:") if "file:" in source else "")


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<p>a <b>x </b>y</p><p>b</p>", "a **x** y\n\nb"),
        ("a<br>b<br><br>c", "a  \nb\n\nc"),
        ("<ul><li>a<br>b<br>c</li></ul>", "- a  \n    b  \n    c"),
        ("<blockquote>a<br>b<br>c</blockquote>", "> a  \n> b  \n> c"),
        ("<ul><li>a<ol><li>b</li></ol></li><li><p>c</p><p>d</p></li></ul>", "- a\n    1. b\n\n- c\n\n    d"),
        ("<table><tr><th>a|b</th></tr><tr><td>1</td><td>2</td></tr></table>", "| a\\|b |  |\n| --- | --- |\n| 1 | 2 |"),
        ("H<sub>2</sub>O, x<sup>2</sup>, e<sup>ix</sup>", "H₂O, x², e$^{ix}$"),
        ("<p>$$x^2$$</p><p>Sea \\(x_1\\), cuesta $5 o $6.</p>", "$$x^2$$\n\nSea $x_1$, cuesta \\$5 o \\$6."),
        ('<a href="https://pe/a(b)">t</a> <a href="javascript:x">z</a>', "[t](https://pe/a%28b%29) z"),
        ("<pre>a\n  b</pre>", "    a\n      b"),
        ("<h3>Uno</h3><blockquote>dos</blockquote><hr>", "# Uno\n\n> dos\n\n---"),
        ('<img src="file:papa.png">', "![papa](image:papa.png)"),
        ("1. no es lista", "1\\. no es lista"),
        ("<script>alert(1)</script><b onclick='x'>y</b>", "**y**"),
        ("<span>uno<p>dos</p></span>tres", "uno\n\ndos\n\ntres"),
    ],
)
def test_html_becomes_markdown(markup: str, markdown: str) -> None:
    assert markdown_of(markup) == markdown


@settings(max_examples=60, deadline=None)
@given(st.text("ab1 \\`*_{}[]()#+-.!|~:^<>&=\n", min_size=1, max_size=16).filter(lambda text: "\\(" not in text))
def test_words_are_shown_as_they_were_meant(text: str) -> None:
    if "\\[" in text:
        return  # a formula, where it closes
    shown = str(lessons.render(markdown_of(html.escape(text, quote=False)), Nowhere()).html)
    words = html.unescape(re.sub(r"<[^>]+>", "", shown)).replace("\u2060", "")
    assert "".join(words.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["\\(" * 20_000, "$x" * 20_000, "<b>" * 20_000, "<div>" * 15_000, "[" * 50_000, "*a_" * 15_000, "<ul><li>" * 9_000],
)
def test_hostile_markup_takes_no_time(text: str) -> None:
    begun = time.process_time()
    markdown_of(text)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "data", ["{\n\n=a" * 100_000, "a{=b}\n\n" * 4_000, "::" * 300_000, "{1:SA:=" * 12_000, "{1:SA:=a~}" * 9_000]
)
def test_hostile_banks_take_no_time(data: str) -> None:
    begun = time.process_time()
    gift.read(data.encode())
    cloze = f"<quiz><question type='cloze'><questiontext><text>{data[:90_000]}</text></questiontext></question></quiz>"
    moodlexml.read(cloze.encode())
    assert time.process_time() - begun < 20
