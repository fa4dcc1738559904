"""Reads GIFT as Moodle's importer does (question/format/gift), with a sentence for what cannot be kept.

Essays, descriptions and whatever is no question of ours are left out and reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from lrc.study.content import Question
from lrc.study.exchange import giftanswers
from lrc.study.exchange.giftanswers import Asked
from lrc.study.exchange.giftblocks import Block, blocks, decoded, parted, unmarked
from lrc.study.exchange.pools import pool_of
from lrc.study.exchange.reports import Imported, Report, Unkept, checked, unreadable

MOST_BYTES, MOST_QUESTIONS = 5_000_000, 3_000
_TAGS = re.compile(r"\[tag:([^\]\x00-\x1f]+)\]")


@dataclass
class _Bank:
    report: Report = field(default_factory=Report)
    questions: list[Question] = field(default_factory=list)
    pool: str = ""


def read(data: bytes, name: str = "") -> Imported:
    """The questions of a GIFT file. Raises BadFile for more than MOST_BYTES or for a file without any question."""
    if len(data) > MOST_BYTES:
        raise unreadable(_("El archivo pesa demasiado para ser GIFT: divídelo en dos."), f"{name}: {len(data)} bytes")
    text = decoded(data)
    if "\x00" in text:
        raise unreadable(_("Este archivo no es de texto: GIFT es un archivo de texto."), name)
    bank = _Bank()
    for block in blocks(text):
        _take(bank, block)
        if len(bank.questions) >= MOST_QUESTIONS:
            bank.report.about("", block.line)
            bank.report.say(_("El archivo tiene demasiadas preguntas: desde aquí no las tomamos."))
            break
    if not bank.questions and not bank.report.lines:
        raise unreadable(_("No encontramos ninguna pregunta en este archivo."), name)
    return Imported(tuple(bank.questions), {}, tuple(bank.report.lines))


def _take(bank: _Bank, block: Block) -> None:
    if block.text.startswith("$CATEGORY:"):
        bank.pool = pool_of(unmarked(block.text[10:]))
        return
    report = bank.report
    report.about(_first_words(block), block.line)
    try:
        parts = parted(block)
        if parts.name:
            report.about(parts.name, block.line)
        if _TAGS.search(block.comments):
            report.say(_("Sus etiquetas no se conservan."))
        asked = Asked(parts, bank.pool, report)
        bank.questions.append(checked(giftanswers.question(asked)))
    except Unkept as reason:
        report.say(reason.sentence)


def _first_words(block: Block) -> str:
    """The title of a block, or else how it begins."""
    return unmarked(re.split(r"[{\n]|::", block.text.removeprefix("::"), maxsplit=1)[0])
