"""Texts with gaps of Moodle XML: embedded answers (cloze), and words to drag or to choose (ddwtos, gapselect)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Gap, Gaps, TextAnswer
from lrc.study.exchange import texts
from lrc.study.exchange.moodlenodes import Node
from lrc.study.exchange.reports import Report, Unkept
from lrc.study.exchange.weights import fraction_of

# As qtype_multianswer finds them: up to the first } that is not escaped.
_START = re.compile(r"\{\s*(?P<weight>[0-9]*)\s*:\s*(?P<kind>[A-Z_]+)\s*:")
_INSIDE = re.compile(r"(?:[^}\\]|\\.)*", re.DOTALL)
_ALTERNATIVE = re.compile(r"(?:[^~\\]|\\.)+", re.DOTALL)
_WEIGHT = re.compile(r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%")
# The # of an entity is none.
_COMMENT = re.compile(r"(?<![&\\])#")
_UNESCAPE = re.compile(r"\\([}#~/\"\\])")
_NUMBER = re.compile(r"\s*([-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*(?::\s*([\d.,eE+-]+))?\s*")
_PLACE = re.compile("\ufdd0(\\d+)\ufdd0")
_SHORT = frozenset({"SHORTANSWER", "SA", "MW"})
_SHORT_CASED = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
_NUMERICAL = frozenset({"NUMERICAL", "NM"})
_CHOSEN = re.compile(r"(?:MULTICHOICE|MC)(?:_?[VHS]S?)?")
_SEVERAL = re.compile(r"(?:MULTIRESPONSE|MR)(?:_?[HS]S?)?")
_MOST_TEXT, _MOST_DIGITS = 200_000, 4


@dataclass(frozen=True)
class _Sub:
    """A gap as it stood in the text; ``has_margin`` where it is a number that need not be exact."""

    weight: int
    kind: str
    answers: tuple[TextAnswer, ...]
    has_margin: bool = False


def cloze(node: Node) -> Gaps:
    """cloze, also called multianswer: short answers, choices and numbers inside a text."""
    asked = node.find("questiontext")
    raw = asked.own_text() if asked else ""
    if len(raw) > _MOST_TEXT:
        raise Unkept(_("Su texto es demasiado largo: no la tomamos."))
    subs: list[_Sub] = []

    text = ""
    for piece, start, inside in _pieces(raw.replace("\ufdd0", "")):
        text += piece
        if start is not None:
            subs.append(_sub(start, inside, node))
            text += f"\ufdd0{len(subs)}\ufdd0"
    if not subs:
        raise Unkept(_("No encontramos ninguna respuesta dentro de su texto: no la tomamos."))
    head = _head_with(node, text)
    cased = {sub.kind in _SHORT_CASED for sub in subs if sub.kind in _SHORT | _SHORT_CASED}
    _report(node.report, subs, cased)
    weights = [sub.weight for sub in subs]
    gaps = tuple(_gap(str(number), sub) for number, sub in enumerate(subs, 1))
    head["points"] = float(sum(weights) or 1)
    return Gaps(**head, gaps=gaps, accents_matter=True, case_matters=cased == {True})


def chosen(node: Node) -> Gaps:
    """gapselect and ddwtos: [[1]] in the text stands for the first of the words to choose from."""
    asked = node.find("questiontext")
    raw = asked.own_text() if asked else ""
    words = [
        (each.words(texts.HTML), each.text("group") or "1")
        for name in ("selectoption", "dragbox")
        for each in node.all(name)
    ]
    every = tuple(dict.fromkeys(word for word, _group in words))
    gaps: list[Gap] = []

    def take(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(words):
            raise Unkept(_("Uno de sus espacios no tiene respuesta: no la tomamos."))
        right, group = words[number - 1]
        choices = tuple(dict.fromkeys(word for word, other in words if other == group))
        if len(choices) == 1 and len(every) > 1:
            node.report.say(_("Uno de sus grupos tenía una sola palabra: se elegirá entre todas."))
            choices = every
        gaps.append(Gap(str(len(gaps) + 1), (TextAnswer(_literal(right)),), choices))
        return f"\ufdd0{len(gaps)}\ufdd0"

    text = re.sub(r"\[\[(\d{1,3})\]\]", take, re.sub("\ufdd0", "", raw))
    head = _head_with(node, text)
    is_alike = len({word.casefold() for word in every}) < len(every)
    return Gaps(**head, gaps=tuple(gaps), accents_matter=True, case_matters=is_alike)


def _head_with(node: Node, text: str) -> dict[str, Any]:
    """The head of a question whose text holds a mark for each gap, which become our places."""
    inner = node.find("questiontext")
    target = inner.find("text") if inner else None
    element = (target or inner or node).element
    element.text = text
    head = node.head()
    places = _PLACE.findall(head["text"])
    if len(places) != len(set(places)) or len(places) != text.count("\ufdd0") // 2:
        raise Unkept(_("Uno de sus espacios está donde no puede quedar: no la tomamos."))
    head["text"] = _PLACE.sub(r"[[\1]]", head["text"])
    head["name"] = node.own_name(head["text"])
    return head


def _pieces(text: str) -> Iterator[tuple[str, re.Match[str] | None, str]]:
    """What stands before each gap, how the gap begins and what is in it; at the end what is left."""
    at = 0
    for start in _START.finditer(text):
        if start.start() < at:
            continue
        inside = _INSIDE.match(text, start.end())
        if inside is None or text[inside.end() : inside.end() + 1] != "}":
            break  # nothing closes from here on
        yield text[at : start.start()], start, inside[0]
        at = inside.end() + 1
    yield text[at:], None, ""


def _sub(start: re.Match[str], inside: str, node: Node) -> _Sub:
    kind = start["kind"]
    if _SEVERAL.fullmatch(kind):
        raise Unkept(_("Uno de sus espacios pide varias respuestas a la vez: no la tomamos."))
    if kind not in _SHORT | _SHORT_CASED | _NUMERICAL and not _CHOSEN.fullmatch(kind):
        raise Unkept(_("Uno de sus espacios es de un tipo que no tenemos: no la tomamos."))
    answers: list[TextAnswer] = []
    has_margin = False
    for each in _ALTERNATIVE.findall(inside):
        made, is_wide = _answers(each, kind, node)
        answers += made
        has_margin |= is_wide
    weight = int(start["weight"] or 1) if len(start["weight"]) < _MOST_DIGITS else 1
    return _Sub(weight, kind, tuple(answers), has_margin)


def _answers(said: str, kind: str, node: Node) -> tuple[list[TextAnswer], bool]:
    weight = _WEIGHT.match(said.lstrip())
    fraction = 0.0
    if weight:
        fraction = 1.0 if weight[0] == "=" else max(-1.0, min(1.0, fraction_of(weight[1])))
        said = said.lstrip()[weight.end() :]
    words, *comments = _COMMENT.split(said, maxsplit=1)
    comment = _plain("".join(comments))
    feedback = texts.read(comment, texts.HTML, node.report, lambda _source: "")
    text = " ".join(_plain(words).split())
    if kind in _NUMERICAL:
        return _numbers(text, fraction, feedback)
    if _CHOSEN.fullmatch(kind):
        if "<img" in text.lower():
            raise Unkept(_("Uno de sus espacios se elige entre imágenes: no la tomamos."))
        text = texts.words(text, texts.HTML)
    return ([TextAnswer(text, fraction, feedback)] if text else []), False


def _numbers(text: str, fraction: float, feedback: str) -> tuple[list[TextAnswer], bool]:
    """A number as words: with a point, and with a comma."""
    if text == "*":
        return [TextAnswer("*", fraction, feedback)], False
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Unkept(_("Una de sus respuestas no es un número: no la tomamos."))
    value = found[1]
    spelt = dict.fromkeys((value, value.replace(",", "."), value.replace(".", ",")))
    is_wide = bool(found[2]) and fraction_of(found[2]) != 0
    return [TextAnswer(each, fraction, feedback) for each in spelt], is_wide


def _gap(key: str, sub: _Sub) -> Gap:
    if not _CHOSEN.fullmatch(sub.kind):
        return Gap(key, sub.answers)
    choices = tuple(dict.fromkeys(each.text for each in sub.answers))
    counted = [each for each in sub.answers if each.fraction or each.feedback] or sub.answers
    return Gap(key, tuple(_literally(each) for each in counted), choices)


def _report(report: Report, subs: list[_Sub], cased: set[bool]) -> None:
    if len({sub.weight for sub in subs}) > 1:
        report.say(_("Sus espacios valían distinto: ahora todos valen lo mismo."))
    if any(sub.has_margin for sub in subs):
        report.say(_("En un espacio numérico solo vale el número exacto: el margen no se conserva."))
    if len(cased) > 1:
        report.say(_("Las mayúsculas importaban en unos espacios sí y en otros no: ahora no importan en ninguno."))


def _literally(answer: TextAnswer) -> TextAnswer:
    return TextAnswer(_literal(answer.text), answer.fraction, answer.feedback)


def _literal(text: str) -> str:
    return text.replace("*", r"\*")


def _plain(text: str) -> str:
    return html.unescape(_UNESCAPE.sub(r"\1", text)).strip()
