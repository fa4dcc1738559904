"""The identifiers of publications: which kind one is, whether it can be right, and its one normal form."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

LONGEST = 500
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/|(?=10\.\d))(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)
_HANDLE = re.compile(r"(?:hdl:\s*|https?://hdl\.handle\.net/)(\d[\d.]*/\S+)\Z", re.IGNORECASE)
_ISBN = re.compile(r"(?:urn:isbn:|isbn(?:-1[03])?[:\s]*)?((?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dX])\Z", re.IGNORECASE)
_ISSN = re.compile(r"(?:urn:issn:|issn[:\s]*)(\d{4})-?(\d{3}[\dX])\Z", re.IGNORECASE)
_NAMED = re.compile(r"(doi|hdl|urn:isbn|urn:issn|isbn|issn)\b", re.IGNORECASE)
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?\Z", re.IGNORECASE)
_BLANKS = frozenset(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0")
_RESOLVERS = {"doi:": "https://doi.org/", "hdl:": "https://hdl.handle.net/"}
_ADDRESS = re.compile("https?://", re.IGNORECASE)


class BadIdentifier(ValueError):
    """An identifier that cannot be right; ``sentence`` says why."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(str(type(self).__name__))
        self.sentence = sentence


def normal(written: str) -> str:
    """The one form of an identifier: "doi:10.…", "hdl:…", "isbn:978…" (13 digits), "issn:1234-567X" or an address.

    Anything else stays as it was written, with single blanks. Raises BadIdentifier for a DOI, ISBN, ISSN or address
    that cannot be right (ISO 26324, ISO 2108, ISO 3297).
    """
    text = " ".join(written.split())
    for make in (_doi, _handle, _isbn, _issn, _address):
        if found := make(text):
            return found
    if _NAMED.match(text):
        raise BadIdentifier(_("«%(written)s» está incompleto o tiene algo de más.", written=text))
    return text


def known(written: str) -> str:
    """The normal form; "" for what cannot be right or is of no kind that we know: for comparing."""
    try:
        found = normal(written)
    except BadIdentifier:
        return ""
    return found if found.startswith(("doi:", "hdl:", "isbn:", "issn:")) or _ADDRESS.match(found) else ""


def address(identifier: str) -> str:
    """Where an identifier leads in the web; "" where it leads nowhere."""
    found = known(identifier)
    for name, resolver in _RESOLVERS.items():
        if found.startswith(name):
            return resolver + quote(found.removeprefix(name), safe="/:;()")
    return found if _ADDRESS.match(found) else ""


def orcid(written: str) -> str:
    """An ORCID iD as four groups of four; raises BadIdentifier where its check digit is wrong (ISO 7064, 11-2)."""
    found = _ORCID.match(written.strip())
    digits = "".join(found.groups()).upper() if found else ""
    if not digits or _mod_11_2(digits[:-1]) != digits[-1]:
        raise BadIdentifier(_("«%(written)s» no es un ORCID: revisa sus cifras.", written=written.strip()))
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _doi(text: str) -> str:
    found = _DOI.match(text)
    if not found:
        return ""
    plain = unquote(found[1])
    return f"doi:{(found[1] if set(plain) & _BLANKS else plain).lower()}"


def _handle(text: str) -> str:
    found = _HANDLE.match(text)
    return f"hdl:{found[1]}" if found else ""


def _isbn(text: str) -> str:
    found = _ISBN.match(text)
    if not found:
        return ""
    digits = re.sub(r"[-\s]", "", found[1]).upper()
    is_right = _isbn13_digit(digits[:12]) == digits[12] if len(digits) == 13 else _isbn10_is_right(digits)
    if not is_right:
        raise BadIdentifier(_("El ISBN «%(written)s» tiene una cifra equivocada.", written=text))
    body = digits[:12] if len(digits) == 13 else f"978{digits[:9]}"
    return f"isbn:{body}{_isbn13_digit(body)}"


def _issn(text: str) -> str:
    found = _ISSN.match(text)
    if not found:
        return ""
    digits = (found[1] + found[2]).upper()
    total = sum(_value(digit) * weight for digit, weight in zip(digits, range(8, 0, -1), strict=True))
    if total % 11:
        raise BadIdentifier(_("El ISSN «%(written)s» tiene una cifra equivocada.", written=text))
    return f"issn:{digits[:4]}-{digits[4:]}"


def _address(text: str) -> str:
    if not _ADDRESS.match(text):
        return ""
    try:
        is_whole = bool(urlsplit(text).hostname) and " " not in text
    except ValueError:
        is_whole = False
    if not is_whole:
        raise BadIdentifier(_("La dirección «%(written)s» está incompleta.", written=text))
    return text


def _isbn13_digit(body: str) -> str:
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)


def _isbn10_is_right(digits: str) -> bool:
    return sum(_value(digit) * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0


def _mod_11_2(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)
