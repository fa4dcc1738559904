"""What authors type in a form and what it stands for: what an answer is worth, numbers, several answers in lines."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isclose

from lrc.study.content import TextAnswer
from lrc.study.questions import numbers

RIGHT, WRONG, MINUS = "right", "wrong", "minus"
"""What an answer is worth, in a word: all (or an equal share), nothing, or as much less as a right one is more."""

PERCENTS = ("90", "80", "75", "66.667", "60", "50", "40", "33.333", "30", "25", "20", "10")
MINUSES = ("-10", "-20", "-25", "-33.333", "-50", "-100")
_MOST_DIGITS = 30
_BAR = re.compile(r"(?<!\\)\|")


def worth_of(fraction: float, share: float = 1.0) -> str:
    """The word or the percentage that a fraction is shown as; ``share`` is what RIGHT stands for."""
    for word, stands_for in ((RIGHT, share), (WRONG, 0.0), (MINUS, -share)):
        if isclose(fraction, stands_for, abs_tol=1e-4):
            return word
    return percent(fraction)


def percent(fraction: float) -> str:
    return f"{fraction * 100:.8g}"


def fraction_of(worth: str, share: float = 1.0) -> float | None:
    """The fraction that a word or a percentage stands for; None for what is neither."""
    words = {RIGHT: share, WRONG: 0.0, MINUS: -share}
    if worth in words:
        return words[worth]
    written = numbers.read(worth.strip().removesuffix("%").rstrip())
    if written is None or written.unit or abs(written.values[0]) > 100:
        return None
    return round(written.values[0] / 100, 10)  # 33.333 is a third here, and never thousands


def share_of(fractions: list[float]) -> float:
    """What each right option is worth where all are worth the same; 2 (which none can be) where they are not."""
    right = [each for each in fractions if each > 0]
    is_even = right and all(isclose(each, 1 / len(right), abs_tol=1e-3) for each in right)
    return 1 / len(right) if is_even else 2.0


def number_of(text: str) -> float | None:
    """The only number that a text can be read as; None where it is none, or may be two (1,000)."""
    written = numbers.read(text)
    return written.values[0] if written and len(written.values) == 1 and not written.unit else None


def number(value: float) -> str:
    """A number as its form shows it, to be read as the same again: all its digits, and never as a thousand."""
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    if len(text) > _MOST_DIGITS:
        return repr(value)
    return f"{text}0" if is_doubtful(text) else text


def is_doubtful(text: str) -> bool:
    """Whether it may be read as two numbers."""
    written = numbers.read(text)
    return written is not None and len(written.values) > 1


def answer_line(answer: TextAnswer) -> str:
    """An expected answer in a line: its text, and where it is not all right, or says something, " | 50 % | comment"."""
    line = answer.text.replace("|", "\\|")
    if answer.fraction != 1 or answer.feedback:
        line += f" | {percent(answer.fraction)} %"
    return line + (f" | {' '.join(answer.feedback.split())}" if answer.feedback else "")


def answer_of(line: str) -> TextAnswer | None:
    """The answer that a line stands for; None where the percentage in it is none."""
    text, worth, feedback = [*(each.strip() for each in _BAR.split(line, maxsplit=2)), "", ""][:3]
    fraction = fraction_of(worth) if worth else 1.0
    return None if fraction is None else TextAnswer(text.replace("\\|", "|"), fraction, feedback)


def lines_of(text: str) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
