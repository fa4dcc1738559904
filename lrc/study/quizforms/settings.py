"""The form of what a quiz says of itself: attempts, time, what passes, what is shown, how many come of each pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.study.content import Misfit, Quiz, changed, tidied
from lrc.study.quizforms.shape import Sent

_LIMITS = {"minutes": 60_000, "attempts": 100, "time_limit_minutes": 600, "pass_percent": 100}
_CHOICES = {"counts": ("best", "last"), "shows": ("answers", "marks", "score")}
_DRAW_LIMIT = 300


@dataclass
class SettingsForm:
    fields: dict[str, str]
    shuffle: bool
    draws: dict[str, str]
    """Of each pool that the questions have, how many are asked, as it was typed; "" for all."""
    errors: dict[str, Any] = field(default_factory=dict)
    """By field; of a pool "draw-" and its name."""

    @classmethod
    def of_quiz(cls, quiz: Quiz) -> SettingsForm:
        numbers = {name: str(getattr(quiz, name) or "") for name in _LIMITS} | {"pass_percent": str(quiz.pass_percent)}
        words = {name: str(getattr(quiz, name)) for name in ("title", "intro", *_CHOICES)}
        return cls(words | numbers, quiz.shuffle, {pool: str(quiz.draws.get(pool, "")) for pool in pools(quiz)})

    @classmethod
    def of_form(cls, quiz: Quiz, sent: Sent) -> SettingsForm:
        fields = {name: sent.get(name, "").strip() for name in ("title", "intro", *_LIMITS, *_CHOICES)}
        names, counts = sent.getlist("pool"), sent.getlist("draw")
        typed = {name: count.strip() for name, count in zip(names, counts, strict=False)}
        return cls(fields, bool(sent.get("shuffle", "")), {pool: typed.get(pool, "") for pool in pools(quiz)})

    def checked(self, quiz: Quiz) -> Quiz | None:
        """The quiz with what was typed; None where the form has errors, which it then tells."""
        if not self.fields["title"]:
            self.errors["title"] = _("Escribe un título.")
        numbers = {name: self._whole(name, self.fields[name], most) for name, most in _LIMITS.items()}
        draws = {pool: self._whole(f"draw-{pool}", text, _DRAW_LIMIT) for pool, text in self.draws.items()}
        for name, choices in _CHOICES.items():
            if self.fields[name] not in choices:
                self.errors[name] = _("Elige una de las opciones.")
        if self.errors:
            return None
        words: dict[str, Any] = {name: self.fields[name] for name in ("title", "intro", *_CHOICES)}
        drawn = {pool: count for pool, count in draws.items() if count}
        try:
            return tidied(changed(quiz, **words, **numbers, shuffle=self.shuffle, draws=drawn))
        except Misfit:
            self.errors["intro"] = _("Hay un texto demasiado largo: acórtalo.")
            return None

    def _whole(self, name: str, text: str, most: int) -> int:
        if text and not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= most):
            self.errors[name] = _("Escribe un número entero de 0 a %(most)s, o déjalo vacío.", most=most)
            return 0
        return int(text or 0)


def pools(quiz: Quiz) -> list[str]:
    """The pools that a quiz's questions name, in their order."""
    return list(dict.fromkeys(question.pool for question in quiz.questions if question.pool))
