"""Badges verified by a library that is not ours (openbadgeslib), and what spoils them."""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from jwt.algorithms import RSAAlgorithm
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.study import badgekeys, badges, certificates, publicplaces
from lrc.study.models import Certificate
from tests.study.certificates.finishers import NAME, finisher

TOOL_URL = "https://lrc.example.edu.pe"


@pytest.fixture
def certificate(app: Flask, session: Session) -> Certificate:
    done = finisher(session, title='Cacao & <chocolate> "fino"')
    return certificates.issue(session, done.viewer, done.course.id, NAME)


def signed(app: Flask, session: Session, certificate: Certificate, settings: Settings) -> tuple[str, OB3Verifier]:
    signer = badgekeys.signer(session, settings.secret_key)
    with app.test_request_context():
        token = badges.signed(certificate, publicplaces.of_badge(TOOL_URL, certificate, signer.kid), signer)
    return token, OB3Verifier(pem_of(badgekeys.public_key(session, signer.kid)))


def pem_of(key: dict[str, object] | None) -> bytes:
    return RSAAlgorithm.from_jwk(json.dumps(key)).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[union-attr]


def test_another_library_verifies_it(
    app: Flask, session: Session, settings: Settings, certificate: Certificate
) -> None:
    token, verifier = signed(app, session, certificate, settings)

    found = verifier.verify(token)

    assert found.achievement.name == certificate.course_title
    assert found.issuer.id == publicplaces.issuer(TOOL_URL, certificate.institution_id)
    assert found.issuer.name == certificate.institution_name
    assert found.id == publicplaces.credential(TOOL_URL, certificate.code)
    assert found.evidence_url == publicplaces.certificate(TOOL_URL, certificate.code)
    assert [each.identity_hash for each in found.identifiers] == [NAME]
    assert jwt.get_unverified_header(token)["kid"].startswith(f"{TOOL_URL}/certificados/claves/")


def test_it_tells_no_more_of_the_person_than_the_paper(
    app: Flask, session: Session, settings: Settings, certificate: Certificate
) -> None:
    token, _ = signed(app, session, certificate, settings)

    said = json.dumps(jwt.decode(token, options={"verify_signature": False}), ensure_ascii=False)
    assert NAME in said
    assert "@" not in said.replace("@context", "")
    assert "sub" not in jwt.decode(token, options={"verify_signature": False})


def test_a_changed_badge_is_found_out(
    app: Flask, session: Session, settings: Settings, certificate: Certificate
) -> None:
    token, verifier = signed(app, session, certificate, settings)
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Otra Persona"
    changed = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")

    with pytest.raises(OB3VerificationError):
        verifier.verify(f"{head}.{changed}.{signature}")


def test_the_picture_carries_the_badge_and_shows_the_course(
    app: Flask, session: Session, settings: Settings, certificate: Certificate
) -> None:
    token, verifier = signed(app, session, certificate, settings)

    picture = badges.picture(certificate, token)

    assert verifier.verify(OB3Verifier.extract_token_from_svg(picture.encode())).name == certificate.course_title
    shown = " ".join(ElementTree.fromstring(picture).itertext())
    assert "<chocolate>" in shown


def test_what_an_old_key_signed_stays_verifiable(
    app: Flask, session: Session, settings: Settings, certificate: Certificate
) -> None:
    token, verifier = signed(app, session, certificate, settings)

    newer = badgekeys.rotate(session, settings.secret_key)

    assert verifier.verify(token).name == certificate.course_title
    assert len(badgekeys.key_set(session)["keys"]) == 2
    assert badgekeys.signer(session, settings.secret_key) == newer


def test_a_key_sealed_with_another_secret_signs_no_more_but_is_served(session: Session, settings: Settings) -> None:
    old = badgekeys.signer(session, "another secret")

    new = badgekeys.signer(session, settings.secret_key)

    assert new.kid != old.kid
    assert badgekeys.public_key(session, old.kid) is not None
    assert "private" not in json.dumps(badgekeys.key_set(session))
    assert {"d", "p", "q"}.isdisjoint(badgekeys.public_key(session, new.kid) or {})
