"""Writes questions as Moodle XML, in the order and with the elements that Moodle's own exporter writes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from flask_babel import lazy_gettext as _

from lrc.study.content import (
    Choice,
    Choices,
    Gaps,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    Quiz,
    Short,
    TextAnswer,
    TrueFalse,
)
from lrc.study.exchange import clozewriting, gapselecting, losses, texts
from lrc.study.exchange.gapselecting import Listed
from lrc.study.exchange.naming import name_from
from lrc.study.exchange.pools import category_of
from lrc.study.exchange.reports import Exported, Report, Unkept
from lrc.study.exchange.weights import percent, plain_number

_FORMATS = {texts.HTML: "html", texts.MARKDOWN: "markdown"}
_PENALTY = "0.3333333"
_KINDS: dict[type[Question], str] = {
    Choice: "multichoice",
    Choices: "multichoice",
    TrueFalse: "truefalse",
    Short: "shortanswer",
    Numeric: "numerical",
    Matching: "matching",
    Ordering: "ordering",
    Gaps: "cloze",
}


def write(quiz: Quiz, images: Mapping[str, bytes]) -> Exported:
    """A quiz's questions as Moodle XML, in UTF-8, with those of the ``images`` (by name) that they show."""
    report = Report()
    losses.of_quiz(quiz, report)
    writer = _Writer(report, images)
    pool = ""
    for question in quiz.questions:
        report.about(question.name or question.text)
        before = len(writer.out)
        if question.pool != pool:
            writer.category(question.pool)
        try:
            writer.question(question)
            pool = question.pool
        except Unkept as reason:
            del writer.out[before:]
            report.say(reason.sentence)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>", *writer.out, "</quiz>", ""]
    return Exported("\n".join(lines).encode(), tuple(report.lines))


@dataclass
class _Writer:
    report: Report
    images: Mapping[str, bytes]
    out: list[str] = field(default_factory=list)

    def category(self, pool: str) -> None:
        self._line('  <question type="category">')
        self._line(f"    <category><text>{_xml(category_of(pool))}</text></category>")
        self._line('    <info format="html"><text></text></info>\n    <idnumber></idnumber>\n  </question>')

    def question(self, question: Question) -> None:
        """The lines of a question. Raises Unkept where Moodle has none such."""
        listed = gapselecting.listed(question) if isinstance(question, Gaps) else None
        kind = "gapselect" if listed else _KINDS[type(question)]
        self._line(f'  <question type="{kind}">')
        self._line(f"    <name><text>{_xml(texts.as_words(question.name or name_from(question.text)))}</text></name>")
        self._prose("questiontext", question.text, self._gaps(question, listed))
        self._prose("generalfeedback", question.feedback)
        if kind != "cloze":
            self._line(f"    <defaultgrade>{plain_number(question.points)}</defaultgrade>")
        penalty = "1" if isinstance(question, TrueFalse) else _PENALTY
        self._line(f"    <penalty>{penalty}</penalty>\n    <hidden>0</hidden>\n    <idnumber></idnumber>")
        self._body(question)
        if listed:
            self._flag("shuffleanswers", "0")
        for word, group in listed.words if listed else ():
            said_word = _xml(texts.as_words(word))
            self._line(f"    <selectoption><text>{said_word}</text><group>{group}</group></selectoption>")
        if question.hint:
            self._prose("hint", question.hint)
        self._line("  </question>")

    def _gaps(self, question: Question, listed: Listed | None) -> texts.Said | None:
        """The text of a question with gaps, in either manner; None for any other question."""
        if not isinstance(question, Gaps):
            return None
        if listed is None:
            return clozewriting.embedded(question, self.report)
        numbers = listed.numbers
        return clozewriting.placed(question, self.report, lambda key: f"[[{numbers[key]}]]")

    def _body(self, question: Question) -> None:
        match question:
            case Choice() | Choices():
                self._choice(question)
            case TrueFalse():
                self._answer("true", 1.0 if question.is_true else 0.0, question.if_true)
                self._answer("false", 0.0 if question.is_true else 1.0, question.if_false)
            case Short():
                losses.of_accents(question.accents_matter, question.answers, self.report)
                self._flag("usecase", "1" if question.case_matters else "0")
                self._answers(question.answers)
            case Numeric():
                self._numeric(question)
            case Matching():
                self._matching(question)
            case Ordering():
                self._ordering(question)

    def _choice(self, question: Choice | Choices) -> None:
        losses.of_weights(question, self.report)
        self._flag("single", "true" if isinstance(question, Choice) else "false")
        self._flag("shuffleanswers", "true" if question.shuffle else "false")
        self._flag("answernumbering", "abc")
        self._flag("showstandardinstruction", "0")
        for option in question.options:
            self._option(option)

    def _option(self, option: Option) -> None:
        said = texts.said(option.text, self.report)
        self._line(f'    <answer fraction="{percent(option.fraction)}" format="{_FORMATS[said.kind]}">')
        self._text(said, option.text)
        self._prose("feedback", option.feedback)
        self._line("    </answer>")

    def _answers(self, answers: Iterable[TextAnswer]) -> None:
        for each in answers:
            self._answer(each.text, each.fraction, each.feedback)

    def _answer(self, words: str, fraction: float, feedback: str, tolerance: str = "") -> None:
        self._line(f'    <answer fraction="{percent(fraction)}" format="moodle_auto_format">')
        self._line(f"      <text>{_xml(words)}</text>")
        self._prose("feedback", feedback)
        if tolerance:
            self._flag("tolerance", tolerance)
        self._line("    </answer>")

    def _numeric(self, question: Numeric) -> None:
        for each in question.answers:
            self._answer(plain_number(each.value), each.fraction, each.feedback, plain_number(each.tolerance))
        if question.units:
            self._line("    <units>")
            for unit in question.units:
                multiplier = plain_number(float(f"{1 / unit.factor:.15g}"))
                name = _xml(unit.name)
                self._line(f"      <unit><multiplier>{multiplier}</multiplier><unit_name>{name}</unit_name></unit>")
            self._line("    </units>")
        # A missing unit costs all points here, so it does there: graded, penalty 1, typed by hand.
        self._flag("unitgradingtype", "1" if question.needs_unit else "0")
        self._flag("unitpenalty", "1.0000000" if question.needs_unit else "0.1000000")
        self._flag("showunits", "0" if question.units else "3")
        self._flag("unitsleft", "0")

    def _matching(self, question: Matching) -> None:
        self._flag("shuffleanswers", "true" if question.shuffle else "false")
        for left, right in [(pair.left, pair.right) for pair in question.pairs] + [
            ("", each) for each in question.others
        ]:
            said = texts.said(left, self.report)
            self._line(f'    <subquestion format="{_FORMATS[said.kind]}">')
            self._text(said, left)
            self._line(f"      <answer><text>{_xml(texts.as_words(right))}</text></answer>\n    </subquestion>")

    def _ordering(self, question: Ordering) -> None:
        self.report.say(_("Moodle tiene preguntas de ordenar desde su versión 4.4; antes, con un complemento."))
        self._flag("layouttype", "VERTICAL")
        self._flag("selecttype", "ALL")
        self._flag("selectcount", "0")
        self._flag("gradingtype", "ALL_OR_NOTHING" if question.all_or_nothing else "ABSOLUTE_POSITION")
        self._flag("showgrading", "SHOW")
        self._flag("numberingstyle", "none")
        for number, item in enumerate(question.items, 1):
            said = texts.said(item.text, self.report)
            self._line(f'    <answer fraction="{number}" format="{_FORMATS[said.kind]}">')
            self._text(said, item.text)
            self._line("    </answer>")

    def _prose(self, name: str, markdown: str, said: texts.Said | None = None) -> None:
        said = said or texts.said(markdown, self.report)
        self._line(f'    <{name} format="{_FORMATS[said.kind]}">')
        self._text(said, markdown)
        self._line(f"    </{name}>")

    def _text(self, said: texts.Said, markdown: str) -> None:
        self._line(f"      <text>{_xml(said.text)}</text>")
        for name in dict.fromkeys(texts.images_in(markdown)):
            if name not in self.images:
                self.report.say(_("Una de sus imágenes no está entre las del módulo: no va en el archivo."))
                continue
            content = base64.b64encode(self.images[name]).decode()
            self._line(f'      <file name="{_xml(name)}" path="/" encoding="base64">{content}</file>')

    def _flag(self, name: str, value: str) -> None:
        self._line(f"    <{name}>{value}</{name}>")

    def _line(self, line: str) -> None:
        self.out.append(line)


def _xml(text: str) -> str:
    """Text for XML, without the few characters that XML cannot hold."""
    return escape(re.sub("[\ufffe\uffff]", "", text), quote=True)
