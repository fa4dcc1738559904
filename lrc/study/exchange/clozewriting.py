"""Writes a text with gaps as Moodle's embedded answers: {1:SHORTANSWER:=Lima~%50%Callao#Casi}."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from flask_babel import lazy_gettext as _

from lrc.study.content import Gap, Gaps, TextAnswer
from lrc.study.exchange import losses, texts
from lrc.study.exchange.reports import Report, Unkept
from lrc.study.exchange.weights import percent

_PLACE = re.compile(r"\[\[([a-z0-9][a-z0-9-]{0,39})\]\]")


def embedded(question: Gaps, report: Report) -> texts.Said:
    """The question's text with an embedded answer in each place. Raises as placed does."""
    gaps = {gap.key: gap for gap in question.gaps}
    weight = _weight(question, report)
    for gap in question.gaps:
        losses.of_accents(question.accents_matter or bool(gap.choices), gap.answers, report)
    return placed(question, report, lambda key: _gap(gaps[key], weight, question.case_matters))


def placed(question: Gaps, report: Report, put: Callable[[str], str]) -> texts.Said:
    """The question's text with what ``put`` makes of each gap's key in its place.

    Raises Unkept where a gap has no place, or two.
    """
    keys = {gap.key for gap in question.gaps}
    found = [key for key in _PLACE.findall(question.text) if key in keys]
    if sorted(found) != sorted(keys):
        raise Unkept(_("Uno de sus espacios no tiene su lugar en el texto, o tiene dos: no está en el archivo."))
    # Words that Markdown leaves alone stand for the gaps until the text is HTML.
    mark = "lrcgap"
    while mark in question.text:
        mark += "p"
    marked = _PLACE.sub(
        lambda place: f"{mark}{found.index(place[1])}x" if place[1] in keys else place[0], question.text
    )
    said = texts.said(marked, report)
    return texts.Said(re.sub(rf"{mark}(\d+)x", lambda place: put(found[int(place[1])]), said.text), said.kind)


def _weight(question: Gaps, report: Report) -> int:
    """What each gap is worth, which Moodle says in whole numbers."""
    each = question.points / len(question.gaps)
    if each != int(each) or each < 1:
        report.say(_("En Moodle cada espacio vale puntos enteros: la pregunta valdrá otros puntos."))
    return max(1, round(each))


def _gap(gap: Gap, weight: int, case_matters: bool) -> str:
    if not gap.choices:
        kind = "SHORTANSWER_C" if case_matters else "SHORTANSWER"
        return f"{{{weight}:{kind}:{'~'.join(_answer(each, each.text) for each in gap.answers)}}}"
    by_text = {each.text.replace(r"\*", "*"): each for each in reversed(gap.answers)}
    answers = (by_text.get(choice, TextAnswer(choice, 0.0)) for choice in gap.choices)
    said = (_answer(each, html.escape(choice, quote=False)) for each, choice in zip(answers, gap.choices, strict=True))
    return f"{{{weight}:MULTICHOICE:{'~'.join(said)}}}"


def _answer(answer: TextAnswer, words: str) -> str:
    sign = "=" if answer.fraction == 1 else f"%{percent(answer.fraction)}%" if answer.fraction else ""
    feedback = texts.to_html(answer.feedback) if answer.feedback else ""
    return f"{sign}{_escaped(words)}" + (f"#{_escaped(feedback)}" if feedback else "")


def _escaped(text: str) -> str:
    """Words as entities where a sign would mean something; unlike backslashes, all versions of Moodle undo them."""
    plain = re.sub(r"[}#~\\]", _entity, html.escape(text, quote=False))
    return re.sub(r"^[=%]", _entity, plain)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"
