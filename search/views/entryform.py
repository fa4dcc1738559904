"""The form of an entry of the dictionary: what was typed, as contents, and as it is shown again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from lrc.errors import BadInput
from search.entries import MOST_RECORDS, Contents
from search.models import DictionaryEntry, EntryKind

_LISTS = (EntryKind.SYNONYM, EntryKind.VARIANT, EntryKind.STOP_WORD)
_BETWEEN = re.compile(r"[\n,;]+")


@dataclass
class EntryForm:
    """What a librarian types. ``step`` says what is asked for: "save", "find", or "up:" with a record's id."""

    kind: EntryKind
    words: str = ""
    records: list[str] = field(default_factory=list)
    facet: str = ""
    value: str = ""
    factor: str = ""
    note: str = ""
    find: str = ""
    step: str = ""

    @classmethod
    def of(cls, kind: EntryKind, typed: MultiDict[str, str]) -> EntryForm:
        """What was sent; ticks of what was found come after the records that were there."""
        records = list(dict.fromkeys(filter(None, map(_clean, typed.getlist("record")))))
        return cls(
            kind,
            records=records[: 2 * MOST_RECORDS],
            step=typed.get("step", "save"),
            **{name: _clean(typed.get(name, "")) for name in ("words", "facet", "value", "factor", "note", "find")},
        )

    @classmethod
    def showing(cls, entry: DictionaryEntry) -> EntryForm:
        words = (" " if entry.kind is EntryKind.PIN else "\n").join(entry.words)
        factor = f"{entry.factor:g}" if entry.kind is EntryKind.BOOST else ""
        return cls(entry.kind, words, list(entry.record_ids), entry.facet, entry.value, factor, entry.note)

    def contents(self) -> Contents:
        """As the rules take it. BadInput where the factor is no number."""
        if self.kind in _LISTS:
            words = tuple(filter(None, (each.strip() for each in _BETWEEN.split(self.words))))
        else:
            words = (" ".join(self.words.split()),) if self.words else ()
        if self.kind is EntryKind.PIN:
            return Contents(self.kind, words, tuple(self.records), note=self.note)
        if self.kind is EntryKind.BOOST:
            return Contents(self.kind, (), (), self.facet, self.value, self._factor(), self.note)
        return Contents(self.kind, words, note=self.note)

    def raise_record(self, record_id: str) -> None:
        """Put a record one place further up."""
        at = self.records.index(record_id) if record_id in self.records else 0
        if at:
            self.records[at - 1], self.records[at] = self.records[at], self.records[at - 1]

    def _factor(self) -> float:
        try:
            return float(self.factor.replace(",", "."))
        except ValueError as error:
            raise BadInput(_("Escribe cuántas veces debe contar, con números: 2 o 0.5.")) from error


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
