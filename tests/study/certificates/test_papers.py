"""The certificate on paper, as a reader of PDF and a reader of QR codes see it."""

from __future__ import annotations

import io
import re
import zlib

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.study import certificates, papers
from lrc.study.models import Approval, Certificate
from tests.study.certificates.finishers import NAME, finisher

LINK = "https://lrc.example.edu.pe/certificados/"


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        assert len(document) == 1
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def paper(app: Flask, certificate: Certificate, language: str = "es") -> bytes:
    with app.test_request_context(headers={"Accept-Language": language}):
        return papers.to_pdf(certificate, LINK + certificate.code)


@pytest.fixture
def certificate(app: Flask, session: Session) -> Certificate:
    done = finisher(session)
    return certificates.issue(session, done.viewer, done.course.id, NAME)


@pytest.mark.parametrize("language", ["es", "en"])
def test_it_says_all_in_spanish_whatever_the_page_speaks(app: Flask, certificate: Certificate, language: str) -> None:
    said = words(paper(app, certificate, language))

    for wanted in ("Certificado", NAME, "Estadística básica", "7 horas 30 minutos", "Rosa Huamán", certificate.code):
        assert wanted in said
    assert certificate.institution_name in said


def test_it_is_tagged_titled_and_in_spanish_for_screen_readers(app: Flask, certificate: Certificate) -> None:
    pdf = paper(app, certificate)

    packed = b"".join(inflated(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL))
    everything = pdf + packed
    assert b"/MarkInfo" in everything
    assert b"/StructTreeRoot" in everything
    assert b"pdfuaid:part" in everything
    assert b"/Lang" in everything
    assert b"es-PE" in everything


def inflated(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


def test_what_people_wrote_is_never_code_to_the_typesetter(app: Flask, session: Session) -> None:
    title = '#set page(width: 1mm) $x$ #read("/etc/passwd") \\ @cita <etiqueta> *no*'
    done = finisher(session, title=title)
    certificate = certificates.issue(session, done.viewer, done.course.id, NAME)

    assert "#set page(width: 1mm)" in words(paper(app, certificate))


def test_the_longest_texts_still_fit_one_page(app: Flask, session: Session) -> None:
    done = finisher(session, title="Introducción a la comercialización responsable " * 10, name="")
    certificate = certificates.issue(session, done.viewer, done.course.id, "María Fernanda " * 8)

    assert certificate.code in words(paper(app, certificate))


def test_a_diploma_names_its_group_and_its_days(app: Flask, session: Session) -> None:
    done = finisher(session, cohort=True)
    session.add(Approval(enrolment_id=done.enrolment.id, is_approved=True))
    certificate = certificates.issue(session, done.viewer, done.course.id, NAME)

    said = words(paper(app, certificate))

    assert "Diploma" in said
    assert "Grupo de marzo, del 2 de marzo de 2026 al 30 de abril de 2026" in said


@pytest.mark.parametrize(
    ("minutes", "said"), [(60, "1 hora"), (90, "1 hora 30 minutos"), (45, "45 minutos"), (720, "12 horas")]
)
def test_hours_are_said_as_people_say_them(app: Flask, minutes: int, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "es"}):
        assert papers.hours(minutes) == said
