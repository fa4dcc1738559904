"""Sets pages from a template and data. The only module that knows typst.

Data goes in as inputs and is never read as markup, so whatever people wrote cannot become code. Only the fonts that
typst brings are used: the same page comes out on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping

import typst


def to_pdf(template: str, inputs: Mapping[str, str]) -> bytes:
    """A PDF of the typst source ``template``, which reads the data from ``sys.inputs``."""
    return bytes(typst.compile(template.encode(), format="pdf", sys_inputs=dict(inputs), ignore_system_fonts=True))


def to_accessible_pdf(template: str, inputs: Mapping[str, str]) -> bytes:
    """The same, tagged as PDF/UA-1 asks; raises where the template leaves out what that needs (a title, a text)."""
    made = typst.compile(
        template.encode(), format="pdf", sys_inputs=dict(inputs), ignore_system_fonts=True, pdf_standards=["ua-1"]
    )
    return bytes(made)


def to_png(template: str, inputs: Mapping[str, str], *, pixels_per_inch: float = 144) -> bytes:
    """The first page of the same, as a picture."""
    pages = typst.compile(
        template.encode(), format="png", ppi=pixels_per_inch, sys_inputs=dict(inputs), ignore_system_fonts=True
    )
    return bytes(pages[0] if isinstance(pages, list) else pages)
