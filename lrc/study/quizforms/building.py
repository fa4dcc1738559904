"""Makes the question that a form describes, or says what in the form cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import (
    Choice,
    Choices,
    Gap,
    Gaps,
    Item,
    Matching,
    Misfit,
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
    tidied,
)
from lrc.study.quizforms import typed
from lrc.study.quizforms.kinds import FLAGS
from lrc.study.quizforms.shape import QuestionForm, Row, filled

_GAP = re.compile(r"\[\[([^\[\]\n]{1,400})\]\]")
_NO_NUMBER = _("Escribe un número con cifras, por ejemplo 12 o 3,5.")
_TWO_NUMBERS = _(
    "Se puede leer de dos maneras: si son miles, escríbelo sin separarlos; si son decimales, agrega un cero."
)


def build(form: QuestionForm) -> Question | None:
    """The question that was typed, its empty rows left out; None where the form has errors, which it then tells.

    What may be kept is not yet what may be asked: see lrc.study.questions.problems.
    """
    made = _BUILDERS[form.kind](form, _common(form))
    if form.errors:
        return None
    try:
        return tidied(made)
    except Misfit:
        form.errors["text"] = _("Hay un texto demasiado largo, o demasiadas líneas: acórtalo.")
        return None


def _common(form: QuestionForm) -> dict[str, Any]:
    said = {name: form.fields[name].strip() for name in ("text", "hint", "feedback", "pool", "name")}
    points = _number(form, "points", form.fields["points"])
    if points is not None and not 0 < points <= 1000:
        form.errors["points"] = _("Los puntos van de más de 0 hasta 1000.")
    flags = {name: name in form.flags for name in FLAGS[form.kind]}
    return {"key": form.key, "points": points, **said, **flags}


def _choice(form: QuestionForm, common: dict[str, Any]) -> Question:
    return Choice(**common, options=_options(form))


def _choices(form: QuestionForm, common: dict[str, Any]) -> Question:
    return Choices(**common, options=_options(form))


def _options(form: QuestionForm) -> tuple[Option, ...]:
    rows = filled(form.rows["options"], form.groups["options"])
    share = _share([row["worth"] for _n, row in rows]) if form.kind == "choices" else 1.0
    return tuple(
        Option(row["key"], row["text"].strip(), _worth(form, f"options-{n}", row, share), row["feedback"].strip())
        for n, row in rows
    )


def _share(worths: list[str]) -> float:
    """What is left for each option that is simply right, once those with a percentage have theirs."""
    simply = worths.count(typed.RIGHT)
    taken = sum(max(typed.fraction_of(each, 0.0) or 0.0, 0.0) for each in worths)
    return (1 - taken) / simply if simply and taken < 1 else 1.0


def _true_false(form: QuestionForm, common: dict[str, Any]) -> Question:
    return TrueFalse(
        **common,
        is_true=form.fields["is_true"] == "true",
        if_true=form.fields["if_true"].strip(),
        if_false=form.fields["if_false"].strip(),
    )


def _numeric(form: QuestionForm, common: dict[str, Any]) -> Question:
    answers = tuple(
        NumericAnswer(
            _number(form, f"answers-{n}-value", row["value"]) or 0.0,
            abs(_number(form, f"answers-{n}-tolerance", row["tolerance"] or "0") or 0.0),
            _worth(form, f"answers-{n}", row),
            row["feedback"].strip(),
        )
        for n, row in filled(form.rows["answers"], form.groups["answers"])
    )
    return Numeric(**common, answers=answers, units=_units(form))


def _units(form: QuestionForm) -> tuple[Unit, ...]:
    units = []
    for n, row in filled(form.rows["units"], form.groups["units"]):
        factor = _number(form, f"units-{n}-factor", row["factor"] or "1")
        if factor is not None and factor <= 0:
            form.errors[f"units-{n}-factor"] = _("Escribe un número mayor que 0.")
        units.append(Unit(row["name"].strip(), factor or 1.0))
    return tuple(units)


def _short(form: QuestionForm, common: dict[str, Any]) -> Question:
    answers = tuple(
        TextAnswer(row["text"].strip(), _worth(form, f"answers-{n}", row), row["feedback"].strip())
        for n, row in filled(form.rows["answers"], form.groups["answers"])
    )
    return Short(**common, answers=answers)


def _matching(form: QuestionForm, common: dict[str, Any]) -> Question:
    pairs = filled(form.rows["pairs"], form.groups["pairs"])
    others = filled(form.rows["others"], form.groups["others"])
    return Matching(
        **common,
        pairs=tuple(Pair(row["key"], row["left"].strip(), row["right"].strip()) for _n, row in pairs),
        others=tuple(row["text"].strip() for _n, row in others),
    )


def _ordering(form: QuestionForm, common: dict[str, Any]) -> Question:
    rows = filled(form.rows["items"], form.groups["items"])
    return Ordering(**common, items=tuple(Item(row["key"], row["text"].strip()) for _n, row in rows))


def _gaps(form: QuestionForm, common: dict[str, Any]) -> Question:
    _make_gaps(form)
    gaps = tuple(_gap(form, n, row) for n, row in enumerate(form.rows["gaps"]))
    if not gaps:
        form.errors["text"] = _("Escribe al menos una respuesta entre corchetes dobles, por ejemplo [[Lima]].")
    return Gaps(**common | {"text": form.fields["text"].strip()}, gaps=gaps)


def _make_gaps(form: QuestionForm) -> None:
    """An answer that was typed between double brackets becomes a gap with a number; a gap whose place is gone, goes."""
    rows = {row["key"]: row for row in form.rows["gaps"]}

    def put(found: re.Match[str]) -> str:
        inside = found[1].strip()
        if inside in rows:
            return f"[[{inside}]]"
        key = next(str(n) for n in range(1, len(rows) + 2) if str(n) not in rows)
        rows[key] = {"key": key, "answers": inside.replace("|", "\n"), "choices": ""}
        return f"[[{key}]]"

    form.fields["text"] = _GAP.sub(put, form.fields["text"])
    order = [key for key in dict.fromkeys(_GAP.findall(form.fields["text"])) if key in rows]
    form.rows["gaps"] = [rows[key] for key in order]


def _gap(form: QuestionForm, n: int, row: Row) -> Gap:
    answers = [typed.answer_of(line) for line in typed.lines_of(row["answers"])] or [TextAnswer("")]
    if None in answers:
        form.errors[f"gaps-{n}-answers"] = _("Después de la barra va cuánto vale, en números de 0 a 100.")
    return Gap(row["key"], tuple(each for each in answers if each), tuple(typed.lines_of(row["choices"])))


def _worth(form: QuestionForm, name: str, row: Row, share: float = 1.0) -> float:
    fraction = typed.fraction_of(row["worth"], share)
    if fraction is None:
        form.errors[f"{name}-worth"] = _("Elige cuánto vale esta respuesta.")
    return fraction or 0.0


def _number(form: QuestionForm, name: str, text: str) -> float | None:
    value = typed.number_of(text)
    if value is None:
        form.errors[name] = _TWO_NUMBERS if typed.is_doubtful(text) else _NO_NUMBER
    return value


_BUILDERS: Mapping[str, Callable[[QuestionForm, dict[str, Any]], Question]] = {
    "choice": _choice,
    "choices": _choices,
    "truefalse": _true_false,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "ordering": _ordering,
    "gaps": _gaps,
}
