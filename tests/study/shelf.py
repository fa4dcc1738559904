"""A module of the library as students meet it: two lessons, a quiz with every kind of question, and its answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.study.content import (
    Choice,
    Choices,
    Gap,
    Gaps,
    Item,
    Lesson,
    Matching,
    Numeric,
    NumericAnswer,
    Option,
    Ordering,
    Pair,
    Question,
    Quiz,
    Short,
    TextAnswer,
    TrueFalse,
    Unit,
)
from tests.study import learners

QUIZ = "repaso"
LESSONS = (
    Lesson(
        "semilla",
        "La semilla",
        "Se elige la **mejor** papa.\n\n| Papa | Meses |\n|---|---|\n| Yungay | 5 |",
    ),
    Lesson("siembra", "La siembra", "Se siembra cuando empiezan las lluvias.", minutes=10),
)
EIGHT: tuple[Question, ...] = (
    Choice(
        key="una",
        text="¿Qué papa se guarda **para semilla**?",
        options=(Option("a", "La sana", 1.0, "Así es."), Option("b", "La picada")),
        hint="No la que tiene gusanos.",
        shuffle=False,
    ),
    Choices(
        key="varias",
        text="¿Qué necesita la papa?",
        options=(Option("a", "Agua", 0.5), Option("b", "Tierra suelta", 0.5), Option("c", "Sal", -0.5)),
        shuffle=False,
    ),
    TrueFalse(key="cierto", text="La papa es de los Andes.", is_true=True),
    Numeric(key="numero", text="¿Cuánto pesa un saco?", answers=(NumericAnswer(100, 1),), units=(Unit("kg"),)),
    Short(key="corta", text="¿Quién cría la tierra?", answers=(TextAnswer("Pachamama"),)),
    Matching(key="pares", text="Une.", pairs=(Pair("a", "Quinua", "grano"), Pair("b", "Papa", "tubérculo"))),
    Ordering(key="orden", text="Ordena.", items=(Item("a", "Sembrar"), Item("b", "Aporcar"), Item("c", "Cosechar"))),
    Gaps(key="huecos", text="La papa crece [[a]] la tierra.", gaps=(Gap("a", (TextAnswer("bajo"),)),)),
)
"""One question of each kind."""


def quiz(*questions: Question, key: str = QUIZ, **fields: Any) -> Quiz:
    return Quiz(key=key, title="Repaso de la siembra", questions=questions or EIGHT, **fields)


def module(session: Session, *questions: Question, by: Any = None, **fields: Any) -> Resource:
    """A published module of the two lessons and a quiz of the questions, every kind where none is given."""
    made = learners.module(session, *LESSONS, quiz(*questions, **fields), by=by, title="Sembrar papa")
    session.commit()
    return made
