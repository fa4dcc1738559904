"""Questions on a page: as forms that work by themselves, and looked back on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml import html as reader

from lrc.richtext import render
from lrc.study import questions
from lrc.study.content import Gap, Gaps, Question, TextAnswer
from tests.study.questions.examples import CHOICE, EVERY_KIND, GAPS, MATCHING, NUMERIC, ORDERING, SHORT, fully_right

SEED = 11
_by_kind = pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: type(question).__name__)
Drawn = Callable[[Question, Any], Any]


@pytest.fixture
def asked(app: Flask) -> Drawn:
    """Draws a question as it is asked, with what was answered so far."""

    def draw(question: Question, response: Any = None) -> Any:
        with app.test_request_context():
            macros: Any = app.jinja_env.get_template("study/questions/ask.html").module
            return reader.fromstring(f"<div>{macros.ask(questions.ask(question, SEED, response), render)}</div>")

    return draw


@pytest.fixture
def reviewed(app: Flask) -> Callable[..., str]:
    """The words of a page that looks back on an answer."""

    def draw(question: Question, response: Any, shows: questions.Shows = "answers") -> str:
        with app.test_request_context():
            macros: Any = app.jinja_env.get_template("study/questions/review.html").module
            made = macros.reviewed(questions.review(question, SEED, response, shows), render)
            return " ".join(reader.fromstring(f"<div>{made}</div>").text_content().split())

    return draw


def sent_by(page: Any) -> dict[str, list[str]]:
    """What a browser sends of the fields as they stand."""
    sent: dict[str, list[str]] = {}
    for name, value in reader.fromstring(f"<form>{reader.tostring(page, encoding='unicode')}</form>").form_values():
        sent.setdefault(name, []).append(value)
    return sent


@_by_kind
def test_a_question_that_was_answered_shows_the_answer_in_its_form(asked: Drawn, question: Question) -> None:
    right = fully_right(question)
    assert questions.read_form(question, SEED, sent_by(asked(question, right))) == right
    assert questions.read_form(question, SEED, sent_by(asked(question, None))) is None


@_by_kind
def test_every_field_has_a_name_for_who_listens(asked: Drawn, question: Question) -> None:
    page = asked(question, None)
    fields = page.xpath("//input | //select")
    assert fields
    for field in fields:
        named = (
            field.get("aria-label")
            or page.xpath("//label[@for=$id]", id=field.get("id"))
            or field.xpath("ancestor::label")
        )
        assert named
    for reference in page.xpath("//@aria-labelledby | //@aria-describedby"):
        for each in reference.split():
            assert page.xpath("//*[@id=$id]", id=each)


def test_gaps_stand_in_the_text_where_their_author_put_them(asked: Drawn) -> None:
    page = asked(GAPS, None)
    around = page.xpath("//p/text()")
    assert [" ".join(each.split()) for each in around if each.strip()] == ["El", "se fermenta", "días."]
    assert [field.get("aria-label") for field in page.xpath("//p/input | //p/select")] == [
        "Espacio 1 de 2",
        "Espacio 2 de 2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[mira](http://x.example/[[g]])",
        "`[[g]]`",
        "Sin lugar.",
        "| a |\n|---|\n| [[g]] |",
        "[[g]] y otra vez [[g]]",
        "**[[g]]**",
    ],
)
def test_a_gap_can_be_filled_once_wherever_its_author_put_it(asked: Drawn, text: str) -> None:
    page = asked(Gaps(key="q", text=text, gaps=(Gap("g", (TextAnswer("sí"),)),)), None)
    assert len(page.xpath("//input[@name]")) == 1
    assert all("input" not in address for address in page.xpath("//a/@href"))


def test_what_people_write_is_text_and_never_markup(asked: Drawn, reviewed: Callable[..., str]) -> None:
    evil = '"><script>alert(1)</script>'
    assert not asked(SHORT, evil).xpath("//script")
    assert evil in reviewed(SHORT, evil)
    assert evil in reviewed(GAPS, {"cacao": evil})
    choices = Gaps(key="q", text="[[g]]", gaps=(Gap("g", (TextAnswer("a"),), (evil, "a")),))
    assert not asked(choices, None).xpath("//script")


def test_the_review_says_in_words_what_was_right_and_what_was_not(reviewed: Callable[..., str]) -> None:
    assert "Tu respuesta Incorrecto" in reviewed(CHOICE, "c")
    assert "Era la correcta" in reviewed(CHOICE, "c")
    assert "Respuesta correcta: 2.5 ± 0.1 kg" in reviewed(NUMERIC, "9")
    assert "Lo pusiste en el lugar 2 Incorrecto Va en el lugar 1" in reviewed(ORDERING, {"1": 2})
    assert "Elegiste: selva Incorrecto Va con: sierra" in reviewed(MATCHING, {"a": "selva"})
    assert "Espacio 1 Sin responder Respuesta correcta: cacao" in reviewed(GAPS, {"dias": "seis"})
    assert "Explicación" in reviewed(CHOICE, "c")


@_by_kind
def test_the_review_of_points_alone_says_nothing_of_right_or_wrong(
    reviewed: Callable[..., str], question: Question
) -> None:
    words = reviewed(question, fully_right(question), "score")
    assert not any(each in words for each in ("orrect", "En parte", "Explicación", "Va con", "Va en"))
