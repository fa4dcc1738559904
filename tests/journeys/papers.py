"""Files that the journeys upload, made on the spot; their words are found nowhere else in the demo's library."""

from __future__ import annotations

import random

from lrc import typesetting

_SHEETS = """
#set document(title: sys.inputs.title)
#set page("a5", numbering: "1")
#set text(lang: "es")
= #sys.inputs.title
#for (number, sheet) in sys.inputs.text.split("\\n").enumerate() {
  if number > 0 { pagebreak() }
  par(sheet)
}
"""


def pdf(title: str, *pages: str) -> bytes:
    """A PDF with a page for each text; the title stands on the first."""
    return typesetting.to_pdf(_SHEETS, {"title": title, "text": "\n".join(pages)})


def book(title: str, pages: int, answer: str, answer_page: int) -> bytes:
    """A long PDF of words without sense, with ``answer`` on one of its pages."""
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    sheets = [" ".join("".join(dice.choices(letters, k=7)) for _ in range(160)) for _ in range(pages)]
    sheets[answer_page - 1] = answer
    return pdf(title, *sheets)
