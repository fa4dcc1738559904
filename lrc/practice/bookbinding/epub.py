"""Binds a manuscript as an EPUB 3 book: a title page, then one chapter for each section."""

from __future__ import annotations

from html import escape

from lrc.practice.bookbinding.archive import pack
from lrc.practice.bookbinding.manuscript import Heading, Manuscript
from lrc.practice.bookbinding.markup import as_xhtml

_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:lrc:{id}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>{language}</dc:language>
{repeated}
<dc:description>{description}</dc:description>
<dc:date>{date}</dc:date>
<dc:rights>{license}</dc:rights>
<meta property="dcterms:modified">{date}T00:00:00Z</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" \
xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
_STYLE = """body { font-family: serif; line-height: 1.5; margin: 1em; }
h1, h2, h3 { font-family: sans-serif; line-height: 1.25; }
h1.title { margin-top: 30%; color: #8a3b12; }
.lead, .colophon { color: #555b63; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #d9d4c8; padding: .3em .5em; text-align: left; vertical-align: top; }
"""


def bind(manuscript: Manuscript) -> bytes:
    chapters = {"title": (manuscript.title, _title_page(manuscript))}
    for number, section in enumerate(manuscript.sections, start=1):
        body = as_xhtml([Heading(1, section.title), *section.blocks])
        chapters[f"chapter-{number:02}"] = (section.title, body)
    parts = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": _CONTAINER.encode(),
        "EPUB/package.opf": _package(manuscript, list(chapters)).encode(),
        "EPUB/style.css": _STYLE.encode(),
        "EPUB/nav.xhtml": _page(manuscript, manuscript.title, _navigation(manuscript, chapters)),
    }
    parts |= {f"EPUB/{name}.xhtml": _page(manuscript, title, body) for name, (title, body) in chapters.items()}
    return pack(parts, manuscript.date)


def _title_page(manuscript: Manuscript) -> str:
    return (
        f'<h1 class="title">{escape(manuscript.title)}</h1>\n<p class="lead">{escape(manuscript.description)}</p>\n'
        f'<p class="colophon">{escape(manuscript.colophon)}</p>'
    )


def _navigation(manuscript: Manuscript, chapters: dict[str, tuple[str, str]]) -> str:
    heading = "Contents" if manuscript.language == "en" else "Contenido"
    entries = "\n".join(f'<li><a href="{name}.xhtml">{escape(title)}</a></li>' for name, (title, _) in chapters.items())
    return f'<nav epub:type="toc" id="toc"><h1>{heading}</h1>\n<ol>\n{entries}\n</ol></nav>'


def _package(manuscript: Manuscript, names: list[str]) -> str:
    repeated = [("creator", name) for name in manuscript.creators] + [("subject", name) for name in manuscript.subjects]
    return _PACKAGE.format(
        id=manuscript.id,
        title=escape(manuscript.title),
        language=manuscript.language,
        repeated="\n".join(f"<dc:{tag}>{escape(text)}</dc:{tag}>" for tag, text in repeated),
        description=escape(manuscript.description),
        date=manuscript.date.isoformat(),
        license=escape(manuscript.license),
        manifest="\n".join(
            f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names
        ),
        spine="\n".join(f'<itemref idref="{name}"/>' for name in names),
    )


def _page(manuscript: Manuscript, title: str, body: str) -> bytes:
    return _PAGE.format(language=manuscript.language, title=escape(title), body=body).encode()
