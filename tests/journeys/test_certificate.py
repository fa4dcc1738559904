"""A student finishes a course on a phone and gets its certificate; anybody verifies it, until it is revoked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm
from openbadgeslib.ob3 import OB3Verifier
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.practice.classroom import Somebody
from lrc.study.models import Signatory
from lti.models import Person
from tests import factories
from tests.browser import Complaints, look
from tests.campus import COURSE, LIBRARIAN, STUDENT, TEACHER, Campus
from tests.journeys.conftest import LAPTOP, PATIENCE_MS, PERUVIAN

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")

_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
_NAME = "Estudiante de Práctica"
_REASON = "Se emitió a nombre de otra persona."
Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open an address in a browser profile of its own."""
    with ExitStack() as ending:

        def open_(address: str, **options: Any) -> Page:
            context = ending.enter_context(browser.new_context(**{**PERUVIAN, "viewport": LAPTOP, **options}))
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(address)
            return page

        yield open_


def address_of(campus: Campus, person: Somebody, activity: str = "") -> str:
    return f"{campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={person.sub}&lang=es&cm={activity}".removesuffix("&cm=")


def placed_course(campus: Campus, session: Session) -> str:
    """A course of one lesson that certifies, in the teacher's course; answers the activity's id."""
    campus.launch(TEACHER)
    teacher = session.scalars(select(Person).where(Person.sub == TEACHER.sub)).one()
    module = factories.module(session, "La semilla|Se elige la mejor papa.", by=teacher, title="Sembrar")
    course = factories.course(session, module, by=teacher, certificate=True, title="La papa", effort_minutes=90)
    session.add(Signatory(institution_id=teacher.institution_id, name="Rosa Huamán", post="Directora del Centro"))
    session.commit()
    return campus.place(title="La papa", custom={"lrc_kind": "course", "lrc_id": course.record_id}).id


def finish(page: Page) -> None:
    """Enrol, read all there is, and come back to the course."""
    page.get_by_role("button", name="Inscribirme").click()
    page.get_by_role("link", name="Empezar: Sembrar").click()
    page.get_by_role("button", name="Empezar").click()
    page.get_by_role("button", name="Marcar como leída").click()
    page.get_by_role("link", name="Seguir: La papa").click()
    page.get_by_role("link", name="Pedir mi certificado").click()


def confirm_name(page: Page) -> None:
    page.get_by_label("Tu nombre y apellidos, como en tu documento").fill(_NAME)
    page.get_by_label("Mi nombre está bien escrito").check()
    page.get_by_role("button", name="Emitir mi certificado").click()
    page.get_by_role("heading", name="Insignia digital").wait_for()


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def key_of(badge: str) -> bytes:
    """The public key that the badge names, fetched as a stranger would."""
    found = requests.get(jwt.get_unverified_header(badge)["kid"], timeout=10).json()
    key: Any = RSAAlgorithm.from_jwk(json.dumps(found))
    return bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def revoke(page: Page) -> None:
    page.get_by_role("link", name="Por revisar").click()
    page.get_by_role("link", name="Certificados").click()
    page.get_by_text(f"Anular: {_NAME}").click()
    page.get_by_label("Motivo").fill(_REASON)
    page.get_by_role("button", name="Anular este certificado").click()
    page.get_by_text("Anulado: quien lo verifique verá el motivo.").wait_for()


def test_a_certificate_from_the_last_lesson_to_its_revocation(campus: Campus, session: Session, opened: Opened) -> None:
    phone = opened(address_of(campus, STUDENT, placed_course(campus, session)), **_PHONE)
    complaints = Complaints(phone.context)
    finish(phone)
    look(phone, complaints)
    confirm_name(phone)
    look(phone, complaints)
    assert downloaded(phone, "Descargar PDF").startswith(b"%PDF-")
    badge = OB3Verifier.extract_token_from_svg(downloaded(phone, "Descargar la insignia"))
    assert OB3Verifier(key_of(badge)).verify(badge).achievement.name == "La papa"

    stranger = opened(phone.get_by_role("link", name="Ver su página pública").get_attribute("href"))
    expect(stranger.get_by_role("main")).to_contain_text("Es auténtico y está vigente.")
    expect(stranger.get_by_role("main")).to_contain_text(_NAME)
    look(stranger, Complaints(stranger.context))

    librarian = opened(address_of(campus, LIBRARIAN))
    revoke(librarian)
    look(librarian, Complaints(librarian.context), reload=False)
    stranger.reload()
    expect(stranger.get_by_role("main")).to_contain_text("ya no vale")
    expect(stranger.get_by_role("main")).to_contain_text(_REASON)
    look(stranger, Complaints(stranger.context), reload=False)
