"""Questions of every kind, made by hand and by hypothesis, with what answers them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hypothesis import strategies as st

from lrc.study import questions
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
)

CHOICE = Choice(
    key="p1",
    text="¿Cuál es la capital del Perú?",
    hint="Está en la costa.",
    feedback="Lima es la capital desde 1821.",
    options=(
        Option("a", "Lima", 1.0, "Así es."),
        Option("b", "Cusco", 0.5, "Lo fue del Tahuantinsuyo."),
        Option("c", "Arequipa", 0.0, "No lo es."),
    ),
)
CHOICES = Choices(
    key="p2",
    text="¿Cuáles son de la selva?",
    feedback="Iquitos y Pucallpa están en la selva.",
    options=(
        Option("a", "Iquitos", 0.5, "Sí."),
        Option("b", "Pucallpa", 0.5),
        Option("c", "Tacna", -0.5, "Está en la costa."),
        Option("d", "Puno", 0.0),
    ),
)
TRUE_FALSE = TrueFalse(key="p3", text="El cacao es peruano.", is_true=True, if_true="Bien.", if_false="Mira otra vez.")
NUMERIC = Numeric(
    key="p4",
    text="¿Cuánto pesa?",
    answers=(NumericAnswer(2.5, 0.1, 1.0, "Bien medido."), NumericAnswer(2.5, 1.0, 0.5, "Casi.")),
    units=(Unit("kg"), Unit("g", 0.001)),
)
SHORT = Short(
    key="p5",
    text="¿Dónde nace el Amazonas?",
    answers=(TextAnswer("Perú", 1.0, "Sí."), TextAnswer("Ar*pa", 0.5), TextAnswer("*", 0.0, "Busca en el mapa.")),
)
MATCHING = Matching(
    key="p6",
    text="Une.",
    pairs=(Pair("a", "Cusco", "sierra"), Pair("b", "Lima", "costa"), Pair("c", "Puno", "sierra")),
    others=("selva",),
)
ORDERING = Ordering(
    key="p7",
    text="Ordena.",
    items=(Item("1", "Sembrar"), Item("2", "Cosechar"), Item("3", "Fermentar"), Item("4", "Secar")),
)
GAPS = Gaps(
    key="p8",
    text="El [[cacao]] se fermenta [[dias]] días.",
    gaps=(
        Gap("cacao", (TextAnswer("cacao"), TextAnswer("grano", 0.5, "Dilo con su nombre."))),
        Gap("dias", (TextAnswer("seis"),), ("dos", "seis")),
    ),
)
EVERY_KIND: tuple[Question, ...] = (CHOICE, CHOICES, TRUE_FALSE, NUMERIC, SHORT, MATCHING, ORDERING, GAPS)
"""One question of each kind."""

_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12).filter(
    str.strip
)
_keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,5}", fullmatch=True)
_fractions = st.sampled_from([-1.0, -0.5, -0.33333, 0.0, 0.25, 0.33333, 0.5, 1.0])
_answers = st.lists(st.builds(TextAnswer, _words, _fractions, _words), min_size=1, max_size=3).map(tuple)


def _options(kind: Any) -> st.SearchStrategy[Any]:
    options = st.lists(
        st.builds(Option, _keys, _words, _fractions, _words), min_size=2, max_size=5, unique_by=lambda o: o.key
    )
    return st.builds(
        kind, key=_keys, text=_words, points=st.floats(0.5, 10), options=options.map(tuple), shuffle=st.booleans()
    )


def _unique(kind: Any, *fields: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.builds(kind, _keys, *fields), min_size=2, max_size=5, unique_by=lambda each: each.key).map(tuple)


any_question: st.SearchStrategy[Question] = st.one_of(
    _options(Choice),
    _options(Choices),
    st.builds(TrueFalse, key=_keys, text=_words, is_true=st.booleans()),
    st.builds(
        Numeric,
        key=_keys,
        text=_words,
        answers=st.lists(
            st.builds(NumericAnswer, st.floats(-1e6, 1e6), st.floats(0, 10), _fractions), min_size=1, max_size=3
        ).map(tuple),
    ),
    st.builds(
        Short, key=_keys, text=_words, answers=_answers, case_matters=st.booleans(), accents_matter=st.booleans()
    ),
    st.builds(Matching, key=_keys, text=_words, pairs=_unique(Pair, _words, _words)),
    st.builds(Ordering, key=_keys, text=_words, items=_unique(Item, _words), all_or_nothing=st.booleans()),
    st.builds(Gaps, key=_keys, text=_words, gaps=_unique(Gap, _answers)),
)


def fully_right(question: Question) -> Any:
    """The response that is all right, by what the question says; None where its author left none."""
    match question:
        case Choice():
            return next((option.key for option in question.options if option.fraction >= 1), None)
        case Choices():
            return [option.key for option in question.options if option.fraction > 0] or None
        case TrueFalse():
            return question.is_true
        case Numeric():
            return repr(question.answers[0].value) if question.answers[0].fraction == 1 else None
        case Matching():
            return {pair.key: pair.right for pair in question.pairs}
        case Ordering():
            return {item.key: place for place, item in enumerate(question.items, 1)}
        case Short():
            return _whole(question.answers)
        case Gaps():
            given = {gap.key: _whole(gap.answers) for gap in question.gaps}
            return given if all(given.values()) else None


def _whole(answers: tuple[TextAnswer, ...]) -> str | None:
    first = answers[0]
    return first.text if first.fraction == 1 and not set(first.text) & set("*\\") else None


def sent(asked: questions.Asked) -> dict[str, list[str]]:
    """What a form that shows the question as it was answered so far sends."""
    given = {asked.field_of(part): [part.given] for part in asked.options}
    if asked.kind in ("choice", "choices", "truefalse"):
        given = {asked.field: [option.id for option in asked.options if option.given]}
    return given | ({asked.field: [asked.given]} if asked.kind in ("numeric", "short") else {})


def shown_to_the_browser(asked: questions.Asked) -> str:
    return repr(asdict(asked))
