"""Questions as their forms show them."""

from __future__ import annotations

from typing import Any

from lrc.errors import NotFound
from lrc.study import questions
from lrc.study.content import Question
from lrc.study.content.questions import Choice, Choices, Gaps, Matching, Numeric, Ordering, Short, TrueFalse
from lrc.study.quizforms import typed
from lrc.study.quizforms.kinds import COMMON, FLAGS, GROUPS, MORE
from lrc.study.quizforms.shape import QuestionForm, Row, empty_row


def blank(kind: str, key: str) -> QuestionForm:
    """The form of a new question. NotFound for a kind that there is not."""
    if kind not in GROUPS:
        raise NotFound(detail=f"a question of the kind {kind[:40]}")
    form = QuestionForm(kind, key, dict.fromkeys((*COMMON, *MORE.get(kind, ())), "") | {"points": "1"})
    form.flags = {"shuffle"} & set(FLAGS[kind])
    form.rows = {name: [empty_row(group) for _ in range(group.offered)] for name, group in GROUPS[kind].items()}
    if kind == "choice":
        form.rows["options"][0]["worth"] = typed.RIGHT
    return form


def shown(question: Question) -> QuestionForm:
    """The form of a question that was written."""
    kind = questions.kind_of(question)
    fields = {name: str(getattr(question, name)) for name in COMMON} | {"points": typed.number(question.points)}
    form = QuestionForm(kind, question.key, fields)
    form.flags = {name for name in FLAGS[kind] if getattr(question, name)}
    form.rows = _rows(question)
    if isinstance(question, TrueFalse):
        form.fields |= {
            "is_true": "true" if question.is_true else "false",
            "if_true": question.if_true,
            "if_false": question.if_false,
        }
    return form


def _rows(question: Question) -> dict[str, list[Row]]:
    match question:
        case Choice() | Choices():
            return {"options": _options(question)}
        case Numeric():
            return {"answers": [_numeric(each) for each in question.answers], "units": _units(question)}
        case Short():
            return {"answers": [_answer(each) | {"text": each.text} for each in question.answers]}
        case Matching():
            pairs = [{"key": each.key, "left": each.left, "right": each.right} for each in question.pairs]
            return {"pairs": pairs, "others": [{"text": each} for each in question.others]}
        case Ordering():
            return {"items": [{"key": each.key, "text": each.text} for each in question.items]}
        case Gaps():
            return {"gaps": [_gap(each) for each in question.gaps]}
        case TrueFalse():
            return {}


def _options(question: Choice | Choices) -> list[Row]:
    fractions = [option.fraction for option in question.options]
    share = typed.share_of(fractions) if isinstance(question, Choices) else 1.0
    return [
        {
            "key": option.key,
            "text": option.text,
            "worth": typed.worth_of(option.fraction, share),
            "feedback": option.feedback,
        }
        for option in question.options
    ]


def _answer(answer: Any) -> Row:
    return {"worth": typed.worth_of(answer.fraction), "feedback": answer.feedback}


def _numeric(answer: Any) -> Row:
    tolerance = typed.number(answer.tolerance) if answer.tolerance else ""
    return _answer(answer) | {"value": typed.number(answer.value), "tolerance": tolerance}


def _units(question: Numeric) -> list[Row]:
    return [{"name": each.name, "factor": typed.number(each.factor)} for each in question.units]


def _gap(gap: Any) -> Row:
    answers = "\n".join(typed.answer_line(answer) for answer in gap.answers)
    return {"key": gap.key, "answers": answers, "choices": "\n".join(gap.choices)}
