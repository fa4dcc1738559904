"""The accessibility check: what is found in each kind of file, the score, and sentences with the remedy."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from catalog.accessibility import checking, flaws, sentences
from catalog.accessibility.checking import Finding
from catalog.accessibility.flaws import Flaw
from catalog.extract import pdf, slides, webpage, word
from catalog.extract.contents import Contents
from catalog.extract.limits import Limits
from catalog.models import FileState, Rendition, RenditionKind
from lrc import typesetting
from lti.viewers import Role
from tests import factories
from tests.catalog.extract import samples


def flaws_of(contents: Contents) -> dict[str, list[int]]:
    assert list(contents.sections)
    return {each["code"]: each["where"] for each in contents.about().findings}


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(content, "PNG")
    content.seek(0)
    return content


def typeset(path: Path, body: str) -> Path:
    head = '#set document(title: "Guía de riego", author: "Rosa Quispe", keywords: ("agua", "riego"))\n'
    path.write_bytes(typesetting.to_pdf(head + body, {}))
    return path


DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>"
SQUARE = f'#let square = bytes("{DRAWING}")\n'


def test_a_pdf_without_tags_says_so(tmp_path: Path) -> None:
    assert flaws_of(pdf.read(samples.pdf(tmp_path / "a.pdf", ["Hola a todos"] * 21), Limits())) == {
        "untagged": [],
        "no_contents": [],
        "no_title": [],
        "no_language": [],
    }


def test_a_tagged_pdf_is_looked_at_page_by_page(tmp_path: Path) -> None:
    body = (
        '#set text(lang: "es")\n= Agua\nTexto.\n#pagebreak()\n=== Salto\n'
        + SQUARE
        + '#image(square, format: "svg")\n#pagebreak()\n#image(square, format: "svg", alt: "Un cuadrado")\n'
    )
    contents = pdf.read(typeset(tmp_path / "a.pdf", body), Limits())
    assert flaws_of(contents) == {"no_alternative": [2], "heading_skipped": [2]}
    offered = contents.about().offered
    assert offered["title"] == "Guía de riego"
    assert offered["creators"] == ["Rosa Quispe"]
    assert (offered["language"], offered["subjects"]) == ("es", ["agua", "riego"])


def test_a_word_document_is_looked_at(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = ""
    document.add_heading("Uno", 1)
    document.add_heading("Tres", 3)
    document.add_picture(picture())
    document.add_table(2, 2)
    document.add_paragraph("Pálido").runs[0].font.color.rgb = docx.shared.RGBColor(0xCC, 0xCC, 0xCC)
    document.save(str(tmp_path / "a.docx"))
    found = flaws_of(word.read(tmp_path / "a.docx", Limits()))
    assert {"no_title", "heading_skipped", "no_table_headers", "contrast"} <= set(found)
    assert found["no_alternative"] == [1]


def test_a_word_document_that_does_well_is_told_so(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Guía de riego"
    document.core_properties.author = "Rosa Quispe"
    document.add_heading("Uno", 1)
    document.add_picture(picture())
    document.element.body.iter("{*}docPr").__next__().set("descr", "Un cuadrado verde")
    document.save(str(tmp_path / "a.docx"))
    contents = word.read(tmp_path / "a.docx", Limits())
    assert flaws_of(contents) == {}
    assert contents.about().offered["creators"] == ["Rosa Quispe"]


def test_slides_are_looked_at_one_by_one(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Agua"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    second.shapes.add_textbox(0, 0, 100, 100).text_frame.text = "Sin título"
    second.shapes.add_picture(picture(), 0, 0)._element.nvPicPr.cNvPr.set("descr", "")
    deck.save(str(tmp_path / "a.pptx"))
    found = flaws_of(slides.read(tmp_path / "a.pptx", Limits()))
    assert (found["no_slide_title"], found["no_alternative"]) == ([2], [2])


PAGE = "<html{lang}><head><title>{title}</title></head><body><h1>Agua</h1><p>Hola.</p>{more}</body></html>"


@pytest.mark.parametrize(
    ("lang", "title", "more", "found"),
    [
        (' lang="es"', "Agua", '<img src="a.png" alt="Un río"><img src="b.png" alt="">', {}),
        ("", "", "", {"no_title": [], "no_language": []}),
        (' lang="es"', "Agua", "<img src=a.png><img alt='' src=b.png><img src=c.png>", {"no_alternative": [1, 3]}),
        (' lang="es"', "Agua", "<h3>Salto</h3>", {"heading_skipped": []}),
        (' lang="es"', "Agua", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", {"no_table_headers": [1]}),
        (' lang="es"', "Agua", "<table><tr><th>a<th>b<tr><td>c<td>d</table>", {}),
        (' lang="es"', "Agua", '<p style="color:#aaa">Pálido</p>', {"contrast": []}),
        (' lang="es"', "Agua", '<p style="color:#aaa;background:#000000">Claro</p>', {}),
        (' lang="es"', "Agua", '<p style="color:#aaa;background:url(x)">Quién sabe</p>', {}),
    ],
)
def test_a_web_page_is_looked_at(tmp_path: Path, lang: str, title: str, more: str, found: dict[str, list[int]]) -> None:
    (tmp_path / "a.html").write_text(PAGE.format(lang=lang, title=title, more=more))
    assert flaws_of(webpage.read(tmp_path / "a.html", Limits())) == found


@pytest.mark.parametrize(("ink", "ratio"), [("000000", 21), ("ffffff", 1), ("767676", 4.54), ("ff0000", 4.0)])
def test_contrast_is_counted_as_the_guidelines_do(ink: str, ratio: float) -> None:
    assert flaws.contrast(ink, "ffffff") == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize(
    ("columns", "captioned", "found"),
    [
        ({"media_type": "video/mp4"}, False, {Flaw.NO_CAPTIONS}),
        ({"media_type": "video/mp4"}, True, set()),
        ({"media_type": "audio/mpeg"}, False, {Flaw.NO_TRANSCRIPT}),
        ({"media_type": "image/png"}, False, {Flaw.NO_DESCRIPTION}),
        ({"media_type": "image/png", "description": "Un río"}, False, set()),
        ({"language": ""}, False, {Flaw.LANGUAGE_UNSAID}),
    ],
)
def test_what_stands_around_a_file_counts_too(
    session: Session, columns: dict[str, Any], captioned: bool, found: set[Flaw]
) -> None:
    resource = factories.resource(session, "Hola", **{"language": "es", **columns})
    assert resource.file is not None
    if captioned:
        kind, key = RenditionKind.CAPTIONS, "files/x"
        resource.file.renditions.append(Rendition(kind=kind, key=key, media_type="text/vtt", size_bytes=1))
    checked = checking.check(resource)
    assert checked is not None
    assert {each.flaw for each in checked.findings} == found


def test_a_score_falls_with_each_flaw_once_and_never_below_nothing(session: Session) -> None:
    resource = factories.resource(session, "Hola", language="es")
    assert resource.file is not None
    resource.file.findings = [{"code": "untagged", "where": []}, {"code": "no_title", "where": []}]
    resource.file.findings += [{"code": "of former times", "where": []}]
    checked = checking.check(resource)
    assert checked is not None
    assert checked.score == 75
    assert checking.Check([Finding(Flaw.NO_TEXT), Finding(Flaw.UNTAGGED)]).score == 0


def test_a_scan_without_text_is_of_no_use_and_a_file_on_its_way_is_not_judged(session: Session) -> None:
    resource = factories.resource(session)
    assert resource.file is not None
    resource.file.state, resource.file.failure = FileState.FAILED, "no_text"
    checked = checking.check(resource)
    assert checked is not None
    assert checked.score == 0
    resource.file.state = FileState.READING
    assert checking.check(resource) is None


def test_every_flaw_has_a_sentence_and_a_remedy(app: Flask) -> None:
    with app.test_request_context():
        for flaw in Flaw:
            assert all(said.endswith(".") for said in sentences.of(Finding(flaw)))
            assert sentences.SEVERITIES[Finding(flaw).severity]


def test_places_are_told_by_page_where_there_are_pages(app: Flask) -> None:
    with app.test_request_context():
        assert sentences.place(Finding(Flaw.CONTRAST, (2, 5)), "application/pdf") == "En las páginas 2, 5."
        assert sentences.place(Finding(Flaw.CONTRAST, (2,)), "text/html") == "Es la n.º 2, contando desde el principio."
        assert sentences.place(Finding(Flaw.CONTRAST, tuple(range(1, 20))), "application/pdf").endswith("9, 10….")


def test_a_teacher_reads_what_to_mend_and_a_student_does_not(app: Flask, session: Session) -> None:
    owner = factories.person(session)
    resource = factories.resource(session, "Hola", by=owner, language="es")
    assert resource.file is not None
    resource.file.findings = [{"code": "no_alternative", "where": [3]}]
    resource.file.media_type = "application/pdf"
    session.commit()
    page = factories.signed_in(app, session, Role.TEACHER, by=owner).get(f"/resources/{resource.id}").text
    assert "80 de 100" in page
    assert "Hay imágenes sin descripción" in page
    assert "En la página 3." in page
    other = factories.signed_in(app, session, Role.STUDENT).get(f"/resources/{resource.id}").text
    assert "de 100" not in other
