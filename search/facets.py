"""Which facets there are and which values a document has in each; the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from search.documents import Document
from search.licenses import short_name

FACETS = ("type", "subject", "language", "level", "audience", "license", "institution", "access", "size")
"""In the order in which a page shows them. The kind and the year are apart: Query.kind and Query.years."""

ACCESS = ("here", "elsewhere", "record")
"""The whole opens here; it opens at a link elsewhere; there is only its description."""

SIZES = {"to1": 1_000_000, "to5": 5_000_000, "to20": 20_000_000, "over20": 2**63}
"""Classes of the size of a file in bytes: the value and its upper bound (excluded); without a file there is none."""

SUBJECT_SEPARATOR = " > "
"""Between a broader subject and a narrower one in the values of the facet "subject"."""
MOST_LEVELS = 12
"""Of a subject: one with hundreds of steps would make a value of each, and all of them are kept."""
_LEVELS_OF_SUBJECT = re.compile(r"\s*(?:>|--|::)\s*")
_LANGUAGE_ONLY = re.compile("[-_]")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
FIRST_YEAR, LAST_YEAR = 1400, 2200


def values_of(document: Document) -> Mapping[str, tuple[str, ...]]:
    """Facet -> values of a document, each once; facets in which it has none are left out."""
    found = {
        "type": (document.type.strip(),),
        "subject": tuple(dict.fromkeys(path for each in document.subjects for path in subject_paths(each))),
        "language": (_LANGUAGE_ONLY.split(document.language.strip().lower())[0],),
        "level": (document.level,),
        "audience": (document.audience.partition(":")[0],),
        "license": (short_name(document.license),),
        "institution": (document.institution,),
        "access": (document.access,),
        "size": (size_class(document.size_bytes),),
    }
    return {facet: kept for facet, values in found.items() if (kept := tuple(filter(None, values)))}


def subject_paths(subject: str) -> list[str]:
    """A subject with all that are broader: "Ciencias", "Ciencias > Biología" for "Ciencias -- Biología".

    What is below MOST_LEVELS is told in one with the last of them.
    """
    steps = [step for step in _LEVELS_OF_SUBJECT.split(" ".join(subject.split())) if step]
    broader = range(1, min(len(steps), MOST_LEVELS))
    return [SUBJECT_SEPARATOR.join(steps[:depth]) for depth in broader] + [SUBJECT_SEPARATOR.join(steps)] * bool(steps)


def size_class(size_bytes: int) -> str:
    """The value of the facet "size"; empty for nothing at all."""
    return next((value for value, bound in SIZES.items() if size_bytes < bound), "") if size_bytes > 0 else ""


def year_of(date: str) -> int:
    """The first year in a date as it was written ("2015-03", "c. 1998", "15/03/2015"); 0 where none is."""
    found = _YEAR.search(date)
    year = int(found.group(1)) if found else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else 0
