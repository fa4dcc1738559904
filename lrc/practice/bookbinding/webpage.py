"""Binds a manuscript as one HTML page that needs nothing else."""

from __future__ import annotations

from html import escape

from lrc.practice.bookbinding.manuscript import Manuscript
from lrc.practice.bookbinding.markup import as_xhtml

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
<meta name="author" content="{creators}">
<meta name="dcterms.date" content="{date}">
<meta name="dcterms.license" content="{license}">
<meta name="keywords" content="{subjects}">
<style>
body {{ font: 1.06rem/1.6 Georgia, "Liberation Serif", serif; color: #22262b; background: #fdfcf9;
  max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
h1, h2, h3 {{ font-family: system-ui, sans-serif; line-height: 1.25; }}
h2 {{ margin-top: 2.2rem; color: #8a3b12; }}
.lead, footer {{ color: #555b63; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
th, td {{ border-bottom: 1px solid #d9d4c8; padding: .4rem .6rem; text-align: left; vertical-align: top; }}
pre {{ background: #f1eee6; padding: .8rem; overflow-x: auto; }}
footer {{ border-top: 1px solid #d9d4c8; margin-top: 3rem; padding-top: 1rem; font-size: .9rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="lead">{description}</p>
{body}
</main>
<footer>{colophon}</footer>
</body>
</html>
"""


def bind(manuscript: Manuscript) -> bytes:
    page = _PAGE.format(
        language=manuscript.language,
        title=escape(manuscript.title),
        description=escape(manuscript.description),
        creators=escape("; ".join(manuscript.creators)),
        date=manuscript.date.isoformat(),
        license=escape(manuscript.license),
        subjects=escape(", ".join(manuscript.subjects)),
        body=as_xhtml(manuscript.blocks),
        colophon=escape(manuscript.colophon),
    )
    return page.encode()
