"""The kinds of questions of Moodle XML that are answered as a whole, each read as a question of ours."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from lrc.study.content import (
    Choice,
    Choices,
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
from lrc.study.exchange.giftanswers import number
from lrc.study.exchange.moodlenodes import Node
from lrc.study.exchange.reports import Unkept

_DIGITS = 12
_ALL_ITEMS = ("", "0", "ALL")


def choice(node: Node) -> Question:
    """multichoice: one or several options to be chosen."""
    head = node.head()
    options = tuple(
        Option(new_key(), each.markdown(), each.fraction(), each.markdown("feedback")) for each in node.all("answer")
    )
    shuffle = node.has_flag("shuffleanswers", otherwise=False)
    if node.has_flag("single", otherwise=True):
        return Choice(**head, options=options, shuffle=shuffle)
    return Choices(**head, options=options, shuffle=shuffle)


def choice_set(node: Node) -> Question:
    """multichoiceset, of an add-on: several options, worth all or nothing."""
    head = node.head()
    options = tuple(
        Option(new_key(), each.markdown(), each.fraction(), each.markdown("feedback")) for each in node.all("answer")
    )
    return Choices(
        **head, options=options, shuffle=node.has_flag("shuffleanswers", otherwise=False), all_or_nothing=True
    )


def truefalse(node: Node) -> TrueFalse:
    """truefalse; in old files the first answer is true, whatever it says."""
    head = node.head()
    answers = list(node.all("answer"))
    if not answers:
        raise Unkept(_("Le faltan opciones o respuestas: no la tomamos."))
    named = {each.words().lower(): each for each in answers}
    if not named.keys() & {"true", "false"}:
        named = dict(zip(("true", "false"), answers, strict=False))
    right, wrong = named.get("true"), named.get("false")
    is_true = right.fraction() > 0 if right else bool(wrong and wrong.fraction() <= 0)
    return TrueFalse(
        **head,
        is_true=is_true,
        if_true=right.markdown("feedback") if right else "",
        if_false=wrong.markdown("feedback") if wrong else "",
    )


def short(node: Node) -> Short:
    """shortanswer; accents always matter to Moodle."""
    head = node.head()
    answers = tuple(TextAnswer(each.words(), each.fraction(), each.markdown("feedback")) for each in node.all("answer"))
    return Short(**head, answers=answers, accents_matter=True, case_matters=node.has_flag("usecase", otherwise=False))


def numeric(node: Node) -> Numeric:
    """numerical, with its units; a unit that is asked for and missing costs all here, in Moodle a part."""
    head = node.head()
    answers = []
    for each in node.all("answer"):
        said = each.words()
        if said in ("*", ""):
            node.report.say(_("El comentario para quien se equivoca en el número no se conserva."))
            continue
        tolerance = each.text("tolerance")
        answers.append(
            NumericAnswer(
                float(number(said)),
                abs(float(number(tolerance))) if tolerance else 0.0,
                each.fraction(),
                each.markdown("feedback"),
            )
        )
    units = _units(node)
    needs_unit = bool(units) and node.number("unitgradingtype", 0) > 0
    if needs_unit and node.number("unitpenalty", 1.0) != 1:
        node.report.say(_("Sin la unidad correcta no valdrá nada: en Moodle solo perdía una parte."))
    if texts.words(node.text("instructions"), texts.HTML):
        node.report.say(_("Las instrucciones sobre las unidades no se conservan: escríbelas en el texto."))
    return Numeric(**head, answers=tuple(answers), units=units, needs_unit=needs_unit)


def _units(node: Node) -> tuple[Unit, ...]:
    """The units; Moodle says how many of each make one of the first, we say the contrary."""
    made = []
    for each in (unit for units in node.all("units") for unit in units.all("unit")):
        multiplier = each.number("multiplier", 1.0)
        if multiplier <= 0 or not each.text("unit_name"):
            node.report.say(_("Una unidad que no puede ser se perdió."))
            continue
        made.append(Unit(each.text("unit_name"), float(f"{1 / multiplier:.{_DIGITS}g}")))
    if made and made[0].factor != 1:
        made.sort(key=lambda unit: unit.factor != 1)
        if made[0].factor != 1:
            raise Unkept(_("Ninguna de sus unidades es aquella en que están sus respuestas: no la tomamos."))
    return tuple(made)


def matching(node: Node) -> Matching:
    """matching; an answer without a question is one more to choose from."""
    head = node.head()
    pairs, others = [], []
    for each in node.all("subquestion"):
        left, answer = each.markdown(), each.find("answer")
        right = answer.words(texts.HTML) if answer else ""
        if left and right:
            pairs.append(Pair(new_key(), left, right))
        elif right:
            others.append(right)
    shuffle = node.has_flag("shuffleanswers", otherwise=True)
    return Matching(**head, pairs=tuple(pairs), others=tuple(others), shuffle=shuffle)


def ordering(node: Node) -> Ordering:
    """ordering: its answers stand in the right order."""
    head = node.head()
    if node.text("selecttype").upper() not in _ALL_ITEMS or node.text("logical") not in ("", "0"):
        node.report.say(_("Mostraba solo algunos de sus elementos: se mostrarán todos."))
    items = tuple(Item(new_key(), each.markdown()) for each in node.all("answer"))
    marking = node.text("gradingtype").upper()
    return Ordering(**head, items=items, all_or_nothing=marking in ("ALL_OR_NOTHING", "-1"))
