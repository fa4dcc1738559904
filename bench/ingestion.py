"""Pages per second of reading a file as the worker does it, against bare extraction of the text of the same file.

Run as ``python -m bench.ingestion [FILE.pdf ...]``; without files it sets some of its own. The peer is pypdfium2 in the
same process and run: open, take the text of every page, nothing else. Reading adds a process of its own with limits,
the clean-up of the text, the language, and a cover with its thumbnail.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from catalog.reading import Limits, read
from lrc import typesetting

ROUNDS = 3
SIZES = (1, 10, 50, 250, 1000)
PARAGRAPH = (
    "La papa nativa crece en la sierra del Perú desde hace más de siete mil años, y cada comunidad guarda sus propias "
    "variedades. El señor Núñez, de Ayacucho, cultiva más de cien en una sola parcela, según la altura y la lluvia. "
)
SOURCE = """#set page(width: 210mm, height: 297mm)
#set text(lang: "es", hyphenate: true)
#set par(justify: true)
#for number in range(int(sys.inputs.pages)) [
  = Capítulo #(number + 1)
  #for paragraph in range(6) [ #sys.inputs.text #parbreak() ]
  #pagebreak(weak: true)
]"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(name) for name in sys.argv[1:]] or [_typeset(Path(folder), pages) for pages in SIZES]
        read(files[0], name=files[0].name, limits=Limits(), on_progress=_quietly)  # the worker has its model loaded
        print(f"{'file':32} {'pages':>6} {'bare p/s':>9} {'read p/s':>9} {'read s':>7} {'bare/read':>9}")
        for path in files:
            _compare(path)


def _compare(path: Path) -> None:
    pages = len(pypdfium2.PdfDocument(path))
    bare, full = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds(lambda: _bare(path)))
        full.append(_seconds(lambda: read(path, name=path.name, limits=Limits(), on_progress=_quietly)))
    bare_s, full_s = statistics.median(bare), statistics.median(full)
    speeds = f"{pages / bare_s:9.0f} {pages / full_s:9.0f} {full_s:7.2f} {full_s / bare_s:8.1f}x"
    print(f"{path.name:32.32} {pages:6} {speeds}")


def _bare(path: Path) -> None:
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text_page = page.get_textpage()
        text_page.get_text_bounded()
        text_page.close()
        page.close()
    document.close()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _typeset(folder: Path, pages: int) -> Path:
    path = folder / f"typeset-{pages}.pdf"
    path.write_bytes(typesetting.to_pdf(SOURCE, {"pages": str(pages), "text": PARAGRAPH * 2}))
    return path


def _quietly(done: int, total: int) -> None:
    """Progress that nobody looks at."""


if __name__ == "__main__":
    main()
