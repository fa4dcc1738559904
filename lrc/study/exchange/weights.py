"""Fractions and numbers as Moodle's files write them: exactly, and without an exponent."""

from __future__ import annotations

from decimal import Decimal

# What Moodle lets a choice be worth, in percent (question/engine/bank.php); it refuses others when it imports.
_ALLOWED = (
    100,
    90,
    80,
    75,
    70,
    60,
    50,
    40,
    30,
    25,
    20,
    12.5,
    10,
    5,
    0,
    250 / 3,
    200 / 3,
    100 / 3,
    50 / 3,
    100 / 7,
    100 / 9,
)
_CLOSE = 0.001


def percent(fraction: float) -> str:
    """A fraction as percent: "33.33333", "-50"."""
    return _written(Decimal(repr(fraction)) * 100)


def plain_number(value: float) -> str:
    """A number that reads back as the very same."""
    return _written(Decimal(repr(value)))


def fraction_of(text: str) -> float:
    """The fraction for a percentage; 0 where it is none."""
    try:
        value = Decimal(text.strip().replace(",", ".") or "0") / 100
    except ArithmeticError:
        return 0.0
    return float(value) if value.is_finite() else 0.0


def is_known_to_moodle(fraction: float) -> bool:
    """Whether Moodle takes this weight of a choice when it imports."""
    return any(abs(abs(fraction) * 100 - each) < _CLOSE for each in _ALLOWED)


def _written(value: Decimal) -> str:
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
