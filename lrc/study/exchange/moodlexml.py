"""Reads Moodle XML as Moodle's importer does (question/format/xml), with a sentence for what cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from catalog.extract.markup import Element, local, parse_xml
from catalog.extract.refusal import Unreadable
from lrc.study.content import Question
from lrc.study.exchange import moodleanswers, moodlegaps
from lrc.study.exchange.moodlefiles import Files
from lrc.study.exchange.moodlenodes import Node, line_of
from lrc.study.exchange.pools import pool_of
from lrc.study.exchange.reports import Imported, Report, Unkept, checked, unreadable

MOST_BYTES, MOST_QUESTIONS = 40_000_000, 3_000
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?\?>")
_READERS: dict[str, Callable[[Node], Question]] = {
    "multichoice": moodleanswers.choice,
    "multichoiceset": moodleanswers.choice_set,
    "truefalse": moodleanswers.truefalse,
    "shortanswer": moodleanswers.short,
    "numerical": moodleanswers.numeric,
    "matching": moodleanswers.matching,
    "match": moodleanswers.matching,
    "ordering": moodleanswers.ordering,
    "cloze": moodlegaps.cloze,
    "multianswer": moodlegaps.cloze,
    "gapselect": moodlegaps.chosen,
    "ddwtos": moodlegaps.chosen,
}
_KINDS = {
    "description": _("Es un texto sin pregunta (una descripción): no la tomamos."),
    "essay": _("Es una pregunta de ensayo, que una persona tendría que calificar: no la tomamos."),
    "random": _("Sacaba una pregunta al azar de una categoría: usa los grupos del cuestionario."),
    "randomsamatch": _("Sacaba preguntas al azar de una categoría: no la tomamos."),
}
_CALCULATED = _("Es una pregunta calculada, con números que cambian: no la tomamos.")


@dataclass
class _Bank:
    report: Report = field(default_factory=Report)
    files: Files = field(default_factory=Files)
    questions: list[Question] = field(default_factory=list)
    pool: str = ""


def read(data: bytes, name: str = "") -> Imported:
    """The questions of a Moodle XML file and their images.

    Raises BadFile for more than MOST_BYTES, for what is no XML, or for a file without any question.
    """
    if len(data) > MOST_BYTES:
        raise unreadable(_("El archivo pesa demasiado: expórtalo por partes."), f"{name}: {len(data)} bytes")
    root = _root(data, name)
    bank = _Bank()
    for element in _questions(root):
        _take(bank, element)
        if len(bank.questions) >= MOST_QUESTIONS:
            bank.report.about("", line_of(element))
            bank.report.say(_("El archivo tiene demasiadas preguntas: desde aquí no las tomamos."))
            break
    if not bank.questions and not bank.report.lines:
        raise unreadable(_("No encontramos ninguna pregunta en este archivo."), name)
    return Imported(tuple(bank.questions), bank.files.shown_in(bank.questions), tuple(bank.report.lines))


def _root(data: bytes, name: str) -> Element:
    """The file's root; a file that says it is UTF-8 and is not is read as Windows' Latin letters."""
    trouble = None
    for content in (data, _as_utf8(data)):
        try:
            return parse_xml(content)
        except Unreadable as error:
            trouble = trouble or error
    raise unreadable(_("Este archivo no es XML bien formado: expórtalo otra vez desde Moodle."), f"{name}: {trouble}")


def _as_utf8(data: bytes) -> bytes:
    body = _DECLARED.sub(b"", data)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    # Control characters, which old exports hold here and there, are in no XML.
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text.strip()).encode("utf-8", "replace")


def _questions(root: Element) -> Iterator[Element]:
    return (each for each in root.iter() if local(each) == "question" and each.get("type"))


def _take(bank: _Bank, element: Element) -> None:
    kind = (element.get("type") or "").strip().lower()
    node = Node(element, bank.report, bank.files, bank.pool)
    if kind == "category":
        bank.pool = pool_of(node.text("category"))
        return
    bank.report.about(node.name() or node.first_words(), line_of(element))
    bank.files.lift(element, bank.report)
    try:
        if kind not in _READERS:
            raise Unkept(_refusal(kind))
        bank.questions.append(checked(_READERS[kind](node)))
    except Unkept as reason:
        bank.report.say(reason.sentence)


def _refusal(kind: str) -> object:
    if kind.startswith("calculated"):
        return _CALCULATED
    known = _KINDS.get(kind)
    return known or _("Es de un tipo que no tenemos (%(kind)s): no la tomamos.", kind=kind[:40])
