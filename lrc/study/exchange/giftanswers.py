"""What stands between GIFT's braces, as a question of the kind that it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

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
    new_key,
)
from lrc.study.exchange import texts
from lrc.study.exchange.giftblocks import Parts, unmarked
from lrc.study.exchange.reports import Report, Unkept

_FORMAT = re.compile(r"\[(moodle|html|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-*\d{1,3}\.?\d*)%")
_ORDERING = re.compile(
    r">\s*(?P<count>\d*)\s*(?P<which>ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG)?\s*(?:HORIZONTAL|HORI|H|VERTICAL|VERT|V)?\s*"
    r"(?P<marking>[A-Z]+_[A-Z_]+|ABSOLUTE|ABS|RELATIVE|REL)?\s*(?:SHOW|TRUE|YES|HIDE|FALSE|NO)?\s*"
    r"(?:none|123|abc|ABCD|iii|IIII)?\s*\n(?P<items>.*)",
    re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,3})?")


@dataclass
class Asked:
    """A question's pieces and what its pieces have in common."""

    parts: Parts
    pool: str
    report: Report
    kind: str = texts.MOODLE
    """The format of a piece that says none of its own."""

    def markdown(self, piece: str) -> str:
        """A piece as Markdown."""
        kind, text = self._kind_of(piece)
        return texts.read(unmarked(text), kind, self.report, lambda _source: "")

    def words(self, piece: str) -> str:
        """An expected answer as Moodle keeps it: whatever stands there is meant, whatever its format."""
        return " ".join(unmarked(self._kind_of(piece)[1]).split())

    def _kind_of(self, piece: str) -> tuple[str, str]:
        piece = piece.strip()
        found = _FORMAT.match(piece)
        return (found[1], piece[found.end() :]) if found else (self.kind, piece)

    def head(self) -> dict[str, Any]:
        """What every question has; the format of its text is that of its other pieces."""
        self.kind = self._kind_of(self.parts.text)[0]
        return {
            "key": new_key(),
            "text": self.markdown(self.parts.text),
            "feedback": self.markdown(self.parts.feedback),
            "pool": self.pool,
            "name": " ".join(self.parts.name.split())[:500],
        }


def question(asked: Asked) -> Question:
    """The question that the pieces say, its kind found as Moodle finds it. Raises Unkept."""
    answers = asked.parts.answers
    if answers is None:
        raise Unkept(_("Es un texto sin pregunta (una descripción): no la tomamos."))
    if not answers:
        raise Unkept(_("Es una pregunta de ensayo, que una persona tendría que calificar: no la tomamos."))
    if answers.startswith("#"):
        return _numeric(asked, answers[1:])
    if answers.startswith(">"):
        return _ordering(asked, answers)
    if "~" in answers:
        return _choice(asked, answers)
    if "=" in answers and "->" in answers:
        return _matching(asked, answers)
    if (answers.partition("#")[0].strip().upper()) in ("T", "TRUE", "F", "FALSE"):
        return _truefalse(asked, answers)
    return _short(asked, answers)


def _weighed(asked: Asked, answer: str, otherwise: float) -> tuple[float, str]:
    """The fraction of an answer and the answer without its weight."""
    found = _WEIGHT.match(answer)
    if found is None:
        return otherwise, answer
    fraction = float(Decimal(found[1].lstrip("-")) / 100) * (-1 if found[1].startswith("-") else 1)
    if not -1 <= fraction <= 1:
        asked.report.say(_("Un peso de más de 100 por ciento quedó en 100 por ciento."))
        fraction = max(-1.0, min(1.0, fraction))
    return fraction, answer[found.end() :].strip()


def _commented(answer: str) -> tuple[str, str]:
    text, _sign, comment = answer.partition("#")
    return text.strip(), comment.strip()


def _choice(asked: Asked, answers: str) -> Question:
    is_single = "=" in answers
    head = asked.head()
    options = []
    for each in answers.replace("=", "~=").split("~"):
        answer = each.strip()
        if not answer:
            continue
        if answer.startswith("="):
            fraction, answer = 1.0, answer[1:].strip()
        else:
            fraction, answer = _weighed(asked, answer, 0.0)
        text, comment = _commented(answer)
        options.append(Option(new_key(), asked.markdown(text), fraction, asked.markdown(comment)))
    kind = Choice if is_single else Choices
    return kind(**head, options=tuple(options))


def _matching(asked: Asked, answers: str) -> Matching:
    head = asked.head()
    pairs, others = [], []
    for each in filter(None, (part.strip() for part in answers.split("="))):
        left, arrow, right = each.partition("->")
        if not arrow:
            raise Unkept(_("A una de sus parejas le falta la flecha: no la tomamos."))
        shown = asked.markdown(left)
        if shown:
            pairs.append(Pair(new_key(), shown, _right(right)))
        else:
            others.append(_right(right))
    return Matching(**head, pairs=tuple(pairs), others=tuple(others))


def _right(piece: str) -> str:
    """The right side of a pair, of which Moodle reads no format and shows no tags."""
    return texts.words(unmarked(piece), texts.HTML)


def _truefalse(asked: Asked, answers: str) -> TrueFalse:
    head = asked.head()
    answer, wrong, right = (*(each.strip() for each in answers.split("#", 2)), "", "")[:3]
    is_true = answer.upper() in ("T", "TRUE")
    if_true, if_false = (right, wrong) if is_true else (wrong, right)
    return TrueFalse(**head, is_true=is_true, if_true=asked.markdown(if_true), if_false=asked.markdown(if_false))


def _short(asked: Asked, answers: str) -> Short:
    head = asked.head()
    made = []
    for each in filter(None, (part.strip() for part in answers.split("="))):
        fraction, answer = _weighed(asked, each, 1.0)
        text, comment = _commented(answer)
        made.append(TextAnswer(asked.words(text), fraction, asked.markdown(comment)))
    return Short(**head, answers=tuple(made), accents_matter=True)


def _ordering(asked: Asked, answers: str) -> Ordering:
    found = _ORDERING.match(answers)
    if found is None:
        raise Unkept(_("No entendemos cómo se ordena: no la tomamos."))
    if found["which"] not in (None, "ALL"):
        asked.report.say(_("Mostraba solo algunos de sus elementos: se mostrarán todos."))
    head = asked.head()
    items = [Item(new_key(), asked.markdown(line)) for line in found["items"].split("\n") if line.strip()]
    return Ordering(**head, items=tuple(items), all_or_nothing=found["marking"] == "ALL_OR_NOTHING")


def _numeric(asked: Asked, answers: str) -> Numeric:
    head = asked.head()
    right, tilde, _wrong = answers.partition("~")
    if tilde:
        asked.report.say(_("El comentario para quien se equivoca en el número no se conserva."))
    made = []
    for each in filter(None, (part.strip() for part in right.split("="))):
        fraction, answer = _weighed(asked, each, 1.0)
        text, comment = _commented(answer)
        value, tolerance = _interval(unmarked(text))
        made.append(NumericAnswer(float(value), float(tolerance), fraction, asked.markdown(comment)))
    return Numeric(**head, answers=tuple(made))


def _interval(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        low, _dots, high = text.partition("..")
        least, most = number(low), number(high)
        return (least + most) / 2, abs(most - least) / 2
    value, _colon, tolerance = text.partition(":")
    return number(value), abs(number(tolerance)) if tolerance.strip() else Decimal(0)


def number(text: str) -> Decimal:
    """A number as people write it, with a point or a comma. Raises Unkept."""
    if not _NUMBER.fullmatch(text.strip()):
        raise Unkept(_("Una de sus respuestas no es un número: no la tomamos."))
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Unkept(_("Una de sus respuestas no es un número: no la tomamos.")) from None
