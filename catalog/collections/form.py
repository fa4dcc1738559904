"""What librarians type of a collection: read, checked field by field, and kept to be shown again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import lazy_gettext as _

from catalog.collections.making import AUDIENCES, Words

TITLE_LIMIT = 200
TEXT_LIMIT = 10_000
_FIELDS = ("title", "text", "audience", "state", "shown_from", "shown_until", "parent", "based_on")
_PUBLISHED = "published"


@dataclass
class CollectionForm:
    """The fields as they were typed, by name; ``errors`` by field. ``based_on``: the fingerprint of what was shown."""

    typed: dict[str, str]
    institution_ids: frozenset[int] = frozenset()
    errors: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Words, based_on: str = "") -> CollectionForm:
        """The form that shows what is said now, of what has this fingerprint; of a new one it has none."""
        return cls(
            {
                "title": said.title,
                "text": said.text,
                "audience": said.audience,
                "state": _PUBLISHED if said.is_published else "draft",
                "shown_from": said.shown_from.isoformat() if said.shown_from else "",
                "shown_until": said.shown_until.isoformat() if said.shown_until else "",
                "parent": str(said.parent_id or ""),
                "based_on": based_on,
            },
            said.institution_ids,
        )

    @classmethod
    def sent(cls, texts: Mapping[str, str], institution_ids: frozenset[int] = frozenset()) -> CollectionForm:
        """The form as it came, with the institutions that were ticked; fields that are missing count as empty."""
        return cls({name: _clean(texts.get(name, "")) for name in _FIELDS}, institution_ids)

    def words(self) -> Words | None:
        """What was typed; None, with a sentence in ``errors`` for each field, where that cannot be."""
        title = " ".join(self.typed["title"].split())
        self._check_texts(title)
        shown_from, shown_until = self._day("shown_from"), self._day("shown_until")
        if shown_from and shown_until and shown_until < shown_from:
            self.errors["shown_until"] = _("El último día no puede ser antes del primero.")
        parent = self.typed["parent"]
        if parent and not (parent.isascii() and parent.isdecimal() and len(parent) < 10):
            self.errors["parent"] = _("Elige una de las colecciones.")
        if self.errors:
            return None
        return Words(
            title=title,
            text=self.typed["text"].strip(),
            audience=self.typed["audience"],
            institution_ids=self.institution_ids,
            is_published=self.typed["state"] == _PUBLISHED,
            shown_from=shown_from,
            shown_until=shown_until,
            parent_id=int(parent) if parent else None,
        )

    def _check_texts(self, title: str) -> None:
        if not title:
            self.errors["title"] = _("Escribe un título.")
        for name, text, limit in (("title", title, TITLE_LIMIT), ("text", self.typed["text"], TEXT_LIMIT)):
            if len(text) > limit:
                self.errors[name] = _("Es demasiado largo: usa hasta %(limit)s caracteres.", limit=limit)
        if self.typed["audience"] not in AUDIENCES:
            self.errors["audience"] = _("Elige quién podrá verla.")

    def _day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.typed[name]) if self.typed[name] else None
        except ValueError:
            self.errors[name] = _("Escribe la fecha así: 2026-03-21, o déjala vacía.")
            return None


def _clean(text: str) -> str:
    """Without what databases and pages cannot hold; ends of lines stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
