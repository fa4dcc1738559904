"""Reads numbers as people in Peru write them: 3,5 or 3.5, 1 000,5, 1'000,000, 2×10^3, with a unit before or after."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from lrc.study.content import Unit

_MINUS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_LOOKALIKES = _MINUS | {ord("º"): "°", ord("’"): "'", ord("´"): "'", ord("·"): "*", ord("×"): "*"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")

_BODY = r"(?:[0-9]|(?<!/)[.,](?=[0-9]))(?:[0-9.,']| (?=[0-9]{3}(?![0-9])))*"
_EXPONENT = r"(?:e *[-+]?[0-9]{1,3}(?![0-9])| *[*x] *10 *\^ *[-+]?[0-9]{1,3}(?![0-9]))"
_WRITTEN = re.compile(
    rf"(?P<before>(?:[^0-9.,+-]|(?<=/)\.)*?) *(?P<sign>[-+]?) *(?P<body>{_BODY})"
    rf"(?P<exponent>{_EXPONENT})? *(?P<after>.*)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]+|[0-9]*[.,][0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<group>[ ',.])[0-9]{3})(?:(?P=group)[0-9]{3})*(?P<decimals>[.,][0-9]+)?")
_MILLIONS = re.compile(r"[1-9][0-9]{0,2}(?:'[0-9]{3})*(?P<group>[ ,.])[0-9]{3}(?P<decimals>[.,][0-9]+)?")
_LONGEST = 100


@dataclass(frozen=True)
class Written:
    """A number that somebody wrote. ``values`` holds more than one where it can be read in two ways: 1,000 is a
    thousand to some and one to others."""

    values: tuple[float, ...]
    unit: str = ""


def read(text: str) -> Written | None:
    """What somebody wrote, if it is one number and perhaps a unit; None if not, or if it is beyond all numbers."""
    if len(text) > _LONGEST:
        return None
    found = _WRITTEN.fullmatch(_plain(text))
    if found is None or (found["before"] and found["after"]):
        return None
    power = _power(found["exponent"] or "")
    values = [float(f"{found['sign']}{digits}{power}") for digits in _readings(found["body"].rstrip(".,"))]
    if not values or not all(isfinite(value) for value in values):
        return None
    return Written(tuple(dict.fromkeys(values)), (found["before"] or found["after"]).strip())


def find_unit(units: Sequence[Unit], written: str) -> Unit | None:
    """The unit that somebody wrote; capitals are forgiven where that leaves no doubt (mg is not Mg)."""
    asked = _unit(written)
    exact = [unit for unit in units if _unit(unit.name) == asked]
    alike = exact or [unit for unit in units if _unit(unit.name).casefold() == asked.casefold()]
    return alike[0] if len(alike) == 1 or exact else None


def said(value: float) -> str:
    """A number as pages show it: "1000", "0.5"."""
    if value and not 1e-6 <= abs(value) < 1e15:
        return f"{value:.6g}"
    return format(Decimal(f"{value:.12g}"), "f")


def _plain(text: str) -> str:
    text = _POWER.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text.translate(_LOOKALIKES))
    text = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return " ".join("".join(digits).split())


def _power(exponent: str) -> str:
    return "e" + re.split(r"\^|e", exponent.replace(" ", ""), flags=re.IGNORECASE)[-1] if exponent else ""


def _readings(body: str) -> list[str]:
    """The ways to read a number without sign and exponent, as Python writes it; none if it is not one."""
    readings = [body.replace(",", ".")] if _PLAIN.fullmatch(body) else []
    for pattern in (_GROUPED, _MILLIONS):
        found = pattern.fullmatch(body)
        decimals = (found and found["decimals"]) or ""
        if found and decimals[:1] != found["group"]:
            whole = re.sub("[ ',.]", "", body.removesuffix(decimals))
            readings.append(whole + decimals.replace(",", "."))
    return readings


def _unit(name: str) -> str:
    return "".join(_plain(name).split()).rstrip(".")
