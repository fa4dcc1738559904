"""The small library that the demo brings: which texts it holds and how each becomes a real file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from lrc.practice.bookbinding import epub, opendocument, pdf, sheets, slides, text, webpage, word
from lrc.practice.bookbinding.manuscript import Manuscript, parse

# The format that a manuscript names in its front matter: what makes the file, and how its name ends.
_BINDERS: dict[str, tuple[Callable[[Manuscript], bytes], str]] = {
    "pdf": (pdf.bind, "pdf"),
    "manual": (pdf.bind_manual, "pdf"),
    "damaged": (pdf.bind_damaged, "pdf"),
    "docx": (word.bind, "docx"),
    "pptx": (slides.bind, "pptx"),
    "xlsx": (sheets.bind, "xlsx"),
    "odt": (opendocument.bind, "odt"),
    "epub": (epub.bind, "epub"),
    "html": (webpage.bind, "html"),
    "md": (text.bind_markdown, "md"),
    "txt": (text.bind_plain, "txt"),
}


@dataclass(frozen=True)
class ShelfItem:
    """A file of the library, described in Dublin Core's words; ``damaged`` where it cannot be read, on purpose."""

    id: str
    path: Path
    title: str
    creators: tuple[str, ...]
    description: str
    language: str
    subjects: tuple[str, ...]
    type: str
    date: str
    license: str
    damaged: bool


def build(folder: Path) -> list[ShelfItem]:
    """Make every file of the library in ``folder`` (created if absent); the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_bound(manuscript, folder) for manuscript in manuscripts()]


def manuscripts() -> list[Manuscript]:
    """The sources, in the order of their names."""
    shelf = resources.files(__package__) / "library"
    sources = sorted((entry for entry in shelf.iterdir() if entry.name.endswith(".md")), key=lambda entry: entry.name)
    return [parse(source.read_text(encoding="utf-8")) for source in sources]


def _bound(manuscript: Manuscript, folder: Path) -> ShelfItem:
    bind, ending = _BINDERS[manuscript.format]
    path = folder / f"{manuscript.id}.{ending}"
    path.write_bytes(bind(manuscript))
    return ShelfItem(
        id=manuscript.id,
        path=path,
        title=manuscript.title,
        creators=manuscript.creators,
        description=manuscript.description,
        language=manuscript.language,
        subjects=manuscript.subjects,
        type=manuscript.type,
        date=manuscript.date.isoformat(),
        license=manuscript.license,
        damaged=manuscript.format == "damaged",
    )
