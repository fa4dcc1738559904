"""The readings of a list as references: to be cited and exported, to be opened elsewhere, to be asked for."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.citing.exporting import year_of
from catalog.citing.names import inverted
from catalog.citing.references import Reference, reference_of
from catalog.describing.identifiers import address
from catalog.readinglists.items import Entry, Part
from catalog.wishes import LONGEST


def references(parts: Iterable[Part]) -> list[Reference]:
    """All that can be read, in order, each once; what is gone is left out."""
    made: dict[str, Reference] = {}
    for part in parts:
        for entry in part.entries:
            if not entry.is_gone:
                reference = reference_of_entry(entry)
                made.setdefault(reference["id"], reference)
    return list(made.values())


def reference_of_entry(entry: Entry) -> Reference:
    """As catalog.citing takes it."""
    if entry.resource is not None:
        return reference_of(entry.resource)
    reference = dict(entry.item.reference)
    if "DOI" in reference:
        reference["URL"] = where(reference)
    return {"type": "document", **reference, "id": f"ref{entry.item.id}"}


def where(reference: Reference) -> str:
    """Where in the web it is: its DOI, else the address that was given; "" where neither is known."""
    return address(f"doi:{reference['DOI']}") if "DOI" in reference else address(reference.get("URL", ""))


def sought(reference: Reference) -> str:
    """It as a request to the library: its title and who wrote it first."""
    first = next(iter(reference.get("author", ())), None)
    return ", ".join(each for each in (reference.get("title", ""), inverted(first) if first else "") if each)[:LONGEST]


def details(reference: Reference) -> str:
    """What helps to find it: year, where it came out, and numbers."""
    parts = (year_of(reference), reference.get("container-title", ""), reference.get("publisher", ""))
    numbers = (f"{name} {reference[name]}" for name in ("DOI", "ISBN", "ISSN") if name in reference)
    return "; ".join(each for each in (*parts, *numbers, reference.get("URL", "")) if each)
