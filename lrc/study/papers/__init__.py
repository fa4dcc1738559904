"""A certificate on paper: an accessible PDF (PDF/UA-1) in Spanish, with a QR code that leads to its public page."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from importlib import resources

import segno
from flask_babel import force_locale, format_date, to_user_timezone
from flask_babel import gettext as _

from lrc import typesetting
from lrc.study.models import Certificate

_MINUTES_AN_HOUR = 60


def to_pdf(certificate: Certificate, link: str) -> bytes:
    """The certificate as a PDF, in Spanish whatever the page's language. ``link`` is its public address."""
    with force_locale("es"):
        said = _said(certificate, link)
    return typesetting.to_accessible_pdf(_template(), {"data": json.dumps(said)})


@cache
def _template() -> str:
    return (resources.files(__package__) / "certificate.typ").read_text(encoding="utf-8")


def _said(certificate: Certificate, link: str) -> dict[str, object]:
    issued = to_user_timezone(certificate.issued_at).date()
    is_diploma = certificate.is_diploma
    heading = _("Diploma") if is_diploma else _("Certificado")
    address = link.removeprefix("https://").removeprefix("http://")
    return {
        "heading": heading,
        "institution": certificate.institution_name,
        "given": _("Se otorga a"),
        "name": certificate.name,
        "finished": _("por haber aprobado el curso"),
        "course": certificate.course_title,
        "facts": _facts(certificate, issued),
        "signatory": certificate.signatory_name,
        "post": certificate.signatory_post,
        "issued": [issued.year, issued.month, issued.day],
        "code": certificate.code,
        "verify": _("Verifica este documento en"),
        "link": link,
        "address": address.rpartition("/")[0],
        "qr": _qr(link),
        "qr_alt": _("Código QR que lleva a %(address)s", address=address),
        "description": _("%(heading)s otorgado a %(name)s", heading=heading, name=certificate.name),
    }


def _facts(certificate: Certificate, issued: date) -> list[str]:
    facts = []
    if certificate.starts_and_ends:
        first, last = (format_date(date.fromisoformat(each), "long") for each in certificate.starts_and_ends)
        facts.append(
            _("%(cohort)s, del %(first)s al %(last)s", cohort=certificate.cohort_title, first=first, last=last)
        )
    if certificate.effort_minutes:
        facts.append(_("Duración: %(hours)s", hours=hours(certificate.effort_minutes)))
    facts.append(_("Fecha de emisión: %(day)s", day=format_date(issued, "long")))
    return facts


def hours(minutes: int) -> str:
    """Minutes as a certificate says them: "12 horas", "1 hora 30 minutos"."""
    whole, rest = divmod(minutes, _MINUTES_AN_HOUR)
    said = []
    if whole:
        said.append(_("1 hora") if whole == 1 else _("%(count)s horas", count=whole))
    if rest:
        said.append(_("1 minuto") if rest == 1 else _("%(count)s minutos", count=rest))
    return " ".join(said)


def _qr(link: str) -> str:
    kept = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        kept, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    return kept.getvalue().decode()
