"""Binds a manuscript as an OpenDocument text. The only module here that knows odfpy."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lxml import etree
from odf import dc, meta
from odf.opendocument import OpenDocumentText
from odf.style import (
    ListLevelLabelAlignment,
    ListLevelProperties,
    ParagraphProperties,
    Style,
    TableCellProperties,
    TextProperties,
)
from odf.table import Table as OdfTable
from odf.table import TableCell, TableColumn, TableHeaderRows, TableRow
from odf.text import H, List, ListItem, ListLevelStyleBullet, ListLevelStyleNumber, ListStyle, P
from odf.text import Span as OdfSpan

from lrc.practice.bookbinding.archive import pack, unpack
from lrc.practice.bookbinding.manuscript import (
    Block,
    Code,
    Heading,
    Listing,
    Manuscript,
    Paragraph,
    Quote,
    Spans,
    Table,
)

_COUNTRIES = {"es": "PE", "en": "GB"}


def bind(manuscript: Manuscript) -> bytes:
    document = OpenDocumentText()
    _describe(document, manuscript)
    _styles(document, manuscript.language)
    add = document.text.addElement
    add(P(stylename="Title", text=manuscript.title))
    add(P(stylename="Subtitle", text=manuscript.description))
    for block in manuscript.blocks:
        for element in _elements(block):
            add(element)
    add(P(stylename="Colophon", text=manuscript.colophon))
    buffer = BytesIO()
    document.save(buffer)
    return pack(
        {name: _tidied(content) if name.endswith(".xml") else content for name, content in unpack(buffer.getvalue())},
        manuscript.date,
    )


def _tidied(part: bytes) -> bytes:
    """The library declares every namespace that its process ever met; only those in use may tell files apart."""
    root = etree.fromstring(part)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, method="c14n"))


def _describe(document: Any, manuscript: Manuscript) -> None:
    creators, day = "; ".join(manuscript.creators), f"{manuscript.date.isoformat()}T00:00:00"
    add = document.meta.addElement
    for element, text in (
        (dc.Title, manuscript.title),
        (dc.Description, manuscript.description),
        (dc.Language, f"{manuscript.language}-{_COUNTRIES[manuscript.language]}"),
        (meta.InitialCreator, creators),
        (dc.Creator, creators),
        (meta.CreationDate, day),
        (dc.Date, day),
    ):
        add(element(text=text))
    for subject in manuscript.subjects:
        add(meta.Keyword(text=subject))


def _styles(document: Any, language: str) -> None:
    spoken = {"language": language, "country": _COUNTRIES[language]}
    for name, look, space in (
        ("Standard", {"fontsize": "11pt", "fontfamily": "Liberation Serif", **spoken}, ("0cm", "0.25cm")),
        ("Title", {"fontsize": "24pt", "fontweight": "bold"}, ("0cm", "0.3cm")),
        ("Subtitle", {"fontsize": "12pt", "color": "#555b63"}, ("0cm", "0.6cm")),
        ("Heading_20_1", {"fontsize": "15pt", "fontweight": "bold", "color": "#8a3b12"}, ("0.6cm", "0.25cm")),
        ("Heading_20_2", {"fontsize": "12.5pt", "fontweight": "bold"}, ("0.4cm", "0.2cm")),
        ("Table_20_Heading", {"fontweight": "bold"}, ("0cm", "0cm")),
        ("Quotations", {"fontstyle": "italic"}, ("0.1cm", "0.25cm")),
        ("Preformatted_20_Text", {"fontfamily": "Liberation Mono"}, ("0cm", "0.25cm")),
        ("Colophon", {"fontsize": "9pt", "color": "#555b63"}, ("0.8cm", "0cm")),
    ):
        parent = {} if name == "Standard" else {"parentstylename": "Standard"}
        style = Style(name=name, displayname=name.replace("_20_", " "), family="paragraph", **parent)
        keep = {"keepwithnext": "always"} if name.startswith("Heading") else {}
        style.addElement(ParagraphProperties(margintop=space[0], marginbottom=space[1], **keep))
        style.addElement(TextProperties(**look))
        document.styles.addElement(style)
    for name, look in (("bold", {"fontweight": "bold"}), ("italic", {"fontstyle": "italic"})):
        style = Style(name=name, family="text")
        style.addElement(TextProperties(**look))
        document.automaticstyles.addElement(style)
    cell = Style(name="cell", family="table-cell")
    cell.addElement(TableCellProperties(padding="0.12cm", borderbottom="0.5pt solid #d9d4c8"))
    document.automaticstyles.addElement(cell)
    _list_styles(document)


def _list_styles(document: Any) -> None:
    for name, level in (
        ("bulleted", ListLevelStyleBullet(level=1, bulletchar="•")),
        ("numbered", ListLevelStyleNumber(level=1, numformat="1", numsuffix=".")),
    ):
        place = ListLevelProperties(listlevelpositionandspacemode="label-alignment")
        place.addElement(ListLevelLabelAlignment(labelfollowedby="listtab", textindent="-0.6cm", marginleft="1cm"))
        level.addElement(place)
        marks = ListStyle(name=name)
        marks.addElement(level)
        document.automaticstyles.addElement(marks)


def _elements(block: Block) -> list[Any]:
    match block:
        case Heading(level, text):
            return [H(outlinelevel=level - 1, stylename=f"Heading_20_{level - 1}", text=text)]
        case Paragraph(spans):
            return [_written(spans)]
        case Listing(items, numbered):
            return [_list(items, "numbered" if numbered else "bulleted")]
        case Table(rows):
            return [_table(rows), P(stylename="Standard")]
        case Quote(paragraphs):
            return [_written(spans, "Quotations") for spans in paragraphs]
        case Code(text):
            return [P(stylename="Preformatted_20_Text", text=line) for line in text.splitlines()]


def _written(spans: Spans, style: str = "Standard") -> Any:
    paragraph = P(stylename=style)
    for span in spans:
        if span.style:
            paragraph.addElement(OdfSpan(stylename=span.style, text=span.text))
        else:
            paragraph.addText(span.text)
    return paragraph


def _list(items: tuple[Spans, ...], style: str) -> Any:
    element = List(stylename=style)
    for item in items:
        entry = ListItem()
        entry.addElement(_written(item))
        element.addElement(entry)
    return element


def _table(rows: tuple[tuple[Spans, ...], ...]) -> Any:
    table = OdfTable()
    table.addElement(TableColumn(numbercolumnsrepeated=len(rows[0])))
    header = TableHeaderRows()
    header.addElement(_row(rows[0], "Table_20_Heading"))
    table.addElement(header)
    for cells in rows[1:]:
        table.addElement(_row(cells, "Standard"))
    return table


def _row(cells: tuple[Spans, ...], style: str) -> Any:
    row = TableRow()
    for spans in cells:
        cell = TableCell(stylename="cell", valuetype="string")
        cell.addElement(_written(spans, style))
        row.addElement(cell)
    return row
