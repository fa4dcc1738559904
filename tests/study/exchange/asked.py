"""Questions for the tests of exchange: strategies that make what a format can say, and how two are compared."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from lrc.study.content import (
    Choice,
    Choices,
    Gap,
    Gaps,
    Item,
    Matching,
    Numeric,
    NumericAnswer,
    Option,
    Ordering,
    Pair,
    Question,
    Short,
    TextAnswer,
    TrueFalse,
    Unit,
    new_key,
)
from lrc.study.exchange import texts
from lrc.study.exchange.reports import Report

SIGNS = "\\`*_{}[]()>#+-.!|~=:%&<;/@'\"^$^1a2 "
letters = st.sampled_from("abzñÁé¿µ漢😀" + SIGNS.replace("$", ""))
words = st.text(letters, min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
"""Words on one line, with all the signs that mean something to some format."""
paragraphs = st.lists(st.text(letters | st.just("\n"), min_size=1, max_size=25), max_size=3).map(
    lambda texts: "\n\n".join(texts).strip()
)
markdown = (
    st.sampled_from(
        [
            "",
            "**Lima**",
            "a  \nb",
            "- uno\n- dos",
            "1. a  \n    $x$\n2. b",
            "- a\n\n    b\n\n- c",
            "    $codigo$",
            "`$a$`",
            "$x_1$ y más",
            "$$x^2$$",
            "5 \\* 3",
            "| a |\n| --- |\n| 1 |",
        ]
    )
    | words
    | paragraphs.filter(lambda text: "[[" not in text)
)
some = markdown.filter(bool)
fractions = st.integers(-100, 100).map(lambda number: number / 100) | st.sampled_from([1 / 3, -0.3333333, 0.125])
numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4)) | st.sampled_from(
    [0.0, 1e-9, 6.02e23]
)


def several(one: st.SearchStrategy[Any], least: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, min_size=least, max_size=4).map(tuple)


in_html = markdown.filter(lambda text: texts.said(text, Report()).kind == texts.HTML and "$" not in text)
plain_answers = several(st.builds(TextAnswer, text=words, fraction=fractions, feedback=in_html), 1)
keys = st.builds(new_key)
options = st.builds(Option, key=keys, text=some, fraction=fractions, feedback=markdown)
text_answers = several(st.builds(TextAnswer, text=words, fraction=fractions, feedback=markdown), 1)
numeric_answers = several(
    st.builds(NumericAnswer, value=numbers, tolerance=numbers.map(abs), fraction=fractions, feedback=markdown), 1
)
pools = st.sampled_from(["", "Tema 1", "Tema 1 / Áreas", "a/b"])
heads: dict[str, Any] = {
    "key": keys,
    "text": markdown,
    "feedback": markdown,
    "pool": pools,
    "name": st.just("") | words.map("P {}".format),
}
choice = st.builds(Choice, **heads, options=several(options))
choices = st.builds(Choices, **heads, options=several(options))
truefalse = st.builds(TrueFalse, **heads, is_true=st.booleans(), if_true=markdown, if_false=markdown)
short = st.builds(Short, **heads, answers=text_answers, accents_matter=st.just(True))
numeric = st.builds(Numeric, **heads, answers=numeric_answers)
pairs = several(st.builds(Pair, key=keys, left=some, right=words))
matching = st.builds(Matching, **heads, pairs=pairs, others=several(words, 0))
ordering = st.builds(
    Ordering, **heads, items=several(st.builds(Item, key=keys, text=some)), all_or_nothing=st.booleans()
)
units = st.sampled_from([(), (Unit("kg"), Unit("g", 0.001)), (Unit("m/s"), Unit("mph", 0.44704), Unit("ü & <b>", 3.0))])


@st.composite
def gaps(draw: st.DrawFn) -> Gaps:
    """A text with gaps, some of them lists, each worth one point unless all are; keys as the importer gives them."""
    made = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        if draw(st.booleans()):
            listed = draw(st.lists(words, min_size=2, max_size=4, unique=True))
            answer = TextAnswer(listed[0].replace("*", r"\*"), 1.0, draw(in_html))
            made.append(Gap(str(number), (answer,), tuple(listed)))
        else:
            made.append(Gap(str(number), draw(plain_answers)))
    text = " y ".join(f"{draw(words)} [[{gap.key}]]" for gap in made)
    is_listed = all(gap.choices and not gap.answers[0].feedback for gap in made)
    return Gaps(
        key=new_key(),
        text=text,
        gaps=tuple(made),
        points=draw(st.sampled_from([0.5, 2.0])) if is_listed else float(len(made)),
        accents_matter=True,
        feedback=draw(markdown),
    )


def said(question: Question) -> str:
    """What a question says, without its keys, which no exchange file holds."""
    return re.sub(r"key='[0-9a-f]{10}'", "", repr(question))
