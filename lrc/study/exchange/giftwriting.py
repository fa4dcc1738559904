"""Writes questions as GIFT, as Moodle writes and reads it; what GIFT cannot say is reported."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from lrc.study.content import (
    Choice,
    Choices,
    Gaps,
    Matching,
    Numeric,
    NumericAnswer,
    Option,
    Ordering,
    Question,
    Quiz,
    Short,
    TextAnswer,
    TrueFalse,
)
from lrc.study.exchange import losses, texts
from lrc.study.exchange.giftblocks import escaped
from lrc.study.exchange.pools import category_of
from lrc.study.exchange.reports import Exported, Report, Unkept
from lrc.study.exchange.weights import percent, plain_number


def write(quiz: Quiz) -> Exported:
    """A quiz's questions as GIFT, in UTF-8."""
    report = Report()
    losses.of_quiz(quiz, report)
    out, pool = [], ""
    for question in quiz.questions:
        report.about(question.name or question.text)
        try:
            written = _Writer(report).question(question)
        except Unkept as reason:
            report.say(reason.sentence)
            continue
        if question.pool != pool:
            pool = question.pool
            out.append(f"$CATEGORY: {category_of(pool)}\n")
        out.append(written)
    return Exported("\n".join(out).encode(), tuple(report.lines))


class _Writer:
    """Writes one question; ``kind`` is the format of its text, which its other pieces have unless they say another."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.kind = texts.MOODLE

    def question(self, question: Question) -> str:
        """The question, ended by a line feed. Raises Unkept where GIFT has none such."""
        if isinstance(question, Gaps):
            raise Unkept(_("GIFT no tiene «completar espacios»: esta no está en el archivo. Moodle XML sí."))
        losses.of_images(question, self.report)
        name = " ".join(question.name.split())
        title = f"::{escaped(name)}::" if name else ""
        body = self._text(question.text)
        answers = self._answers(question)
        feedback = f"####{self._piece(question.feedback)}" if question.feedback else ""
        if question.points != 1:
            self.report.say(_("GIFT no dice cuántos puntos vale una pregunta: valdrá lo que diga Moodle."))
        if question.hint:
            self.report.say(_("GIFT no tiene pistas: la pista se quedó aquí."))
        return f"{title}{body}{{{answers}{feedback}}}\n"

    def _text(self, markdown: str) -> str:
        said = texts.said(markdown, self.report)
        if said.is_plain and not said.words.startswith(("[", "::", "$CATEGORY", "//")):
            return escaped(said.words)
        self.kind = said.kind
        return f"[{said.kind}]{escaped(said.text)}"

    def _piece(self, markdown: str) -> str:
        said = texts.said(markdown, self.report)
        if said.is_plain and self.kind != texts.MARKDOWN and not said.words.startswith("["):
            return escaped(said.words)
        return escaped(said.text) if said.kind == self.kind else f"[{said.kind}]{escaped(said.text)}"

    def _comment(self, markdown: str) -> str:
        return f"#{self._piece(markdown)}" if markdown else ""

    def _answers(self, question: Choice | Choices | TrueFalse | Short | Numeric | Matching | Ordering) -> str:
        match question:
            case Choice():
                return self._choice(question)
            case Choices():
                return self._options(question, question.options, is_single=False)
            case TrueFalse():
                return self._truefalse(question)
            case Short():
                return self._short(question)
            case Numeric():
                return self._numeric(question)
            case Matching():
                return self._matching(question)
            case Ordering():
                return self._ordering(question)

    def _choice(self, question: Choice) -> str:
        if not any(option.fraction == 1 for option in question.options):
            self.report.say(_("Ninguna opción vale el total: en GIFT parece una pregunta de varias respuestas."))
        return self._options(question, question.options, is_single=True)

    def _options(self, question: Choice | Choices, options: Iterable[Option], *, is_single: bool) -> str:
        losses.of_weights(question, self.report)
        self._say_order(question.shuffle)
        lines: list[str] = []
        has_sign = not is_single
        for option in options:
            text = self._piece(option.text)
            has_weight = option.fraction or text.startswith("%")  # which would be read as one
            sign = f"~%{percent(option.fraction)}%" if has_weight else "~"
            if option.fraction == 1 and not has_sign:
                sign, has_sign = "=", True  # one only: without any ~ these would be short answers
            lines.append(f"\n\t{sign}{text}{self._comment(option.feedback)}")
        return "".join(lines) + "\n"

    def _truefalse(self, question: TrueFalse) -> str:
        right, wrong = question.if_true, question.if_false
        if not question.is_true:
            right, wrong = wrong, right
        said = "TRUE" if question.is_true else "FALSE"
        if wrong or right:
            said += f"#{self._piece(wrong)}"
        return said + (f"#{self._piece(right)}" if right else "")

    def _short(self, question: Short) -> str:
        losses.of_accents(question.accents_matter, question.answers, self.report)
        if question.case_matters:
            self.report.say(_("GIFT no dice que las mayúsculas importan: en Moodle no importarán."))
        lines = []
        for each in question.answers:
            words = self._words(each.text)
            weight = _weight(each) or ("%100%" if words.startswith("%") else "")
            lines.append(f"\n\t={weight}{words}{self._comment(each.feedback)}")
        said = "".join(lines)
        if "->" in said:
            raise Unkept(_("GIFT tomaría una flecha por una pregunta de emparejar: esta no está en el archivo."))
        return f"{said}\n"

    def _numeric(self, question: Numeric) -> str:
        if question.units:
            self.report.say(_("GIFT no tiene unidades: en Moodle se responderá solo con el número."))
        lines = (
            f"\n\t={_weight(each)}{plain_number(each.value)}:{plain_number(each.tolerance)}"
            f"{self._comment(each.feedback)}"
            for each in question.answers
        )
        return f"#{''.join(lines)}\n"

    def _matching(self, question: Matching) -> str:
        self._say_order(question.shuffle)
        pairs = [(self._piece(pair.left), pair.right) for pair in question.pairs]
        pairs += [("", right) for right in question.others]
        if any("->" in left for left, _right in pairs):
            raise Unkept(_("GIFT no puede decir una flecha dentro de una pareja: esta no está en el archivo."))
        return "".join(f"\n\t={left} -> {escaped(texts.as_words(right))}" for left, right in pairs) + "\n"

    def _ordering(self, question: Ordering) -> str:
        items = [texts.said(item.text, self.report) for item in question.items]
        plain = (
            item.is_plain and escaped(item.words) == item.words and not item.words.startswith(("[", "//", "$"))
            for item in items
        )
        if self.kind == texts.MARKDOWN or not all(plain):
            raise Unkept(_("GIFT no puede decir el formato de lo que se ordena: esta no está en el archivo."))
        marking = "ALL_OR_NOTHING" if question.all_or_nothing else "ABSOLUTE_POSITION"
        lines = "".join(f"\n{item.words}" for item in items)
        return f">{len(items)} ALL VERTICAL {marking} SHOW none{lines}\n"

    def _say_order(self, shuffle: bool) -> None:
        if not shuffle:
            self.report.say(_("GIFT no dice que sus opciones van siempre en el mismo orden."))

    def _words(self, text: str) -> str:
        """Plain words, of which Moodle looks for a format in brackets before them."""
        words = " ".join(text.split())
        return escaped(words) if not words.startswith("[") else f"[plain]{escaped(words)}"


def _weight(answer: TextAnswer | NumericAnswer) -> str:
    return "" if answer.fraction == 1 else f"%{percent(answer.fraction)}%"
