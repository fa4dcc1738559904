"""The access right of a resource in COAR's words, which libraries share: by its audience, its embargo and its file."""

from __future__ import annotations

from catalog.availability import embargo
from catalog.models import Kind, Resource
from catalog.weblinks import addresses
from lti.viewers import EVERYONE

_RIGHTS = "http://purl.org/coar/access_right/"
OPEN, EMBARGOED, RESTRICTED, METADATA_ONLY = (_RIGHTS + code for code in ("c_abf2", "c_f1cf", "c_16ec", "c_14cb"))
"""Concepts of the vocabulary that comes with the tool as coar-access-rights."""


def right_of(resource: Resource) -> str:
    """The URI of one of them. Its file is to be loaded.

    What is for some alone is restricted, under embargo too: COAR calls embargoed what will be open to all on its day.
    """
    is_nowhere = resource.file is None and not addresses.of(resource)
    if resource.kind is Kind.MATERIAL and is_nowhere:
        return METADATA_ONLY
    if resource.audience != EVERYONE:
        return RESTRICTED
    return EMBARGOED if embargo.is_closed(resource) else OPEN
