"""Files that the journeys upload, made on the spot; their words are found nowhere else in the demo's library."""

from __future__ import annotations

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
