"""The bad payloads of the 1EdTech certification, and more, one by one: each is refused and signs nobody in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.practice.messages import ABSENT, CLIENT_ID, SigningKey, sign
from lti.claims import (
    CLAIM,
    CONTEXT,
    CUSTOM,
    DEPLOYMENT_ID,
    MESSAGE_TYPE,
    PRESENTATION,
    RESOURCE_LINK,
    ROLES,
    TARGET_LINK_URI,
    VERSION,
)
from lti.models import Person, StoredLaunch
from tests.lti.launching import Moodle, is_signed_in
from tests.lti.reasons import (
    BAD_ALGORITHM,
    BAD_MESSAGE,
    BAD_NONCE,
    BAD_SIGNATURE,
    BAD_TIMES,
    BAD_VERSION,
    DAMAGED,
    ELSEWHERE,
    NO_KEY_ID,
    NO_PERSON,
    NO_ROLES,
    NO_TOKEN,
    NOT_YET,
    OTHER_TOOL,
    UNKNOWN_DEPLOYMENT,
    UNKNOWN_KEY,
    UNKNOWN_PLATFORM,
    assert_refused,
)

HOUR = 3600


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        pytest.param({"kid": ABSENT}, NO_KEY_ID, id="no kid"),
        pytest.param({"kid": None}, NO_KEY_ID, id="kid null"),
        pytest.param({"kid": 7}, NO_KEY_ID, id="kid a number"),
        pytest.param({"kid": "other"}, UNKNOWN_KEY, id="kid unknown"),
        pytest.param({"alg": ABSENT}, BAD_ALGORITHM, id="no alg"),
        pytest.param({"alg": "none"}, BAD_ALGORITHM, id="alg none"),
        pytest.param({"alg": "HS256"}, BAD_ALGORITHM, id="alg HS256"),
        pytest.param({"alg": "RS512"}, BAD_ALGORITHM, id="alg RS512"),
        pytest.param({"crit": ["exp"]}, BAD_SIGNATURE, id="crit that nobody knows"),
    ],
)
def test_a_token_with_a_bad_header_is_refused(moodle: Moodle, header: dict[str, Any], sentence: str) -> None:
    browser = moodle.browser()
    assert_refused(moodle.launch(browser, header=header), sentence, browser)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"iss": ABSENT}, UNKNOWN_PLATFORM, id="no iss"),
        pytest.param({"iss": "https://other.example"}, UNKNOWN_PLATFORM, id="wrong iss"),
        pytest.param({"iss": 5}, UNKNOWN_PLATFORM, id="iss a number"),
        pytest.param({"aud": ABSENT}, OTHER_TOOL, id="no aud"),
        pytest.param({"aud": "other"}, UNKNOWN_PLATFORM, id="wrong aud"),
        pytest.param({"aud": []}, OTHER_TOOL, id="aud empty"),
        pytest.param({"aud": [CLIENT_ID, "other"]}, OTHER_TOOL, id="several aud without azp"),
        pytest.param({"aud": [CLIENT_ID, "other"], "azp": "other"}, UNKNOWN_PLATFORM, id="azp is another client"),
        pytest.param({"azp": "other"}, OTHER_TOOL, id="azp not among aud"),
        pytest.param({"azp": None}, OTHER_TOOL, id="azp null"),
        pytest.param({"azp": []}, OTHER_TOOL, id="azp a list"),
        pytest.param({"nonce": ABSENT}, BAD_NONCE, id="no nonce"),
        pytest.param({"nonce": "made up"}, BAD_NONCE, id="wrong nonce"),
        pytest.param({"nonce": 1}, BAD_NONCE, id="nonce a number"),
        pytest.param({"exp": ABSENT}, BAD_TIMES, id="no exp"),
        pytest.param({"exp": 1}, BAD_TIMES, id="expired"),
        pytest.param({"exp": "tomorrow"}, BAD_TIMES, id="exp a text"),
        pytest.param({"exp": float("inf")}, BAD_TIMES, id="exp infinite"),
        pytest.param({"iat": ABSENT}, BAD_TIMES, id="no iat"),
        pytest.param({"iat": time.time() + HOUR}, BAD_TIMES, id="iat in the future"),
        pytest.param({"iat": time.time() - HOUR}, BAD_TIMES, id="iat long ago"),
        pytest.param({"iat": True}, BAD_TIMES, id="iat a boolean"),
        pytest.param({"nbf": time.time() + HOUR}, BAD_TIMES, id="nbf in the future"),
        pytest.param({VERSION: ABSENT}, BAD_VERSION, id="no version"),
        pytest.param({VERSION: "1.1"}, BAD_VERSION, id="wrong version"),
        pytest.param({VERSION: 1.3}, BAD_VERSION, id="version a number"),
        pytest.param({MESSAGE_TYPE: ABSENT}, BAD_MESSAGE, id="no message_type"),
        pytest.param({MESSAGE_TYPE: "LtiUnheardOf"}, NOT_YET, id="unknown message_type"),
        pytest.param({MESSAGE_TYPE: "LtiDeepLinkingRequest"}, BAD_MESSAGE, id="deep linking without its settings"),
        pytest.param({MESSAGE_TYPE: "LtiSubmissionReviewRequest"}, BAD_MESSAGE, id="review of nobody"),
        pytest.param({MESSAGE_TYPE: "LtiStartProctoring"}, NOT_YET, id="another message"),
        pytest.param({DEPLOYMENT_ID: ABSENT}, UNKNOWN_DEPLOYMENT, id="no deployment_id"),
        pytest.param({DEPLOYMENT_ID: "99"}, UNKNOWN_DEPLOYMENT, id="wrong deployment_id"),
        pytest.param({DEPLOYMENT_ID: 1}, UNKNOWN_DEPLOYMENT, id="deployment_id a number"),
        pytest.param({"sub": ABSENT}, NO_PERSON, id="no sub"),
        pytest.param({"sub": ""}, NO_PERSON, id="sub empty"),
        pytest.param({"sub": 4}, NO_PERSON, id="sub a number"),
        pytest.param({"sub": "a\nb"}, NO_PERSON, id="sub of two lines"),
        pytest.param({"sub": "a\x00"}, NO_PERSON, id="sub with NUL"),
        pytest.param({"sub": "\ud800"}, NO_PERSON, id="sub with half a character"),
        pytest.param({"sub": "4" * 256}, NO_PERSON, id="sub too long"),
        pytest.param({ROLES: ABSENT}, NO_ROLES, id="no roles"),
        pytest.param({ROLES: "Learner"}, NO_ROLES, id="roles a text"),
        pytest.param({ROLES: [None]}, NO_ROLES, id="roles of null"),
        pytest.param({RESOURCE_LINK: ABSENT}, BAD_MESSAGE, id="no resource_link"),
        pytest.param({RESOURCE_LINK: {}}, BAD_MESSAGE, id="no resource_link id"),
        pytest.param({RESOURCE_LINK: ["1"]}, BAD_MESSAGE, id="resource_link a list"),
        pytest.param({TARGET_LINK_URI: ABSENT}, BAD_MESSAGE, id="no target_link_uri"),
        pytest.param({TARGET_LINK_URI: "https://evil.example/"}, ELSEWHERE, id="target elsewhere"),
        pytest.param({TARGET_LINK_URI: "https://tool.example.evil.example/"}, ELSEWHERE, id="target looks alike"),
        pytest.param({TARGET_LINK_URI: "https://tool.example@evil.example/"}, ELSEWHERE, id="target with a user"),
        pytest.param({TARGET_LINK_URI: "http://tool.example/"}, ELSEWHERE, id="target without TLS"),
        pytest.param({TARGET_LINK_URI: "https://tool.example:99999/"}, ELSEWHERE, id="target port impossible"),
        pytest.param({TARGET_LINK_URI: "javascript:alert(1)"}, ELSEWHERE, id="target a script"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(
    moodle: Moodle, session: Session, changes: dict[str, Any], sentence: str
) -> None:
    browser = moodle.browser()
    assert_refused(moodle.launch(browser, changes=changes), sentence, browser)
    assert session.scalar(select(func.count()).select_from(StoredLaunch)) == 0
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_token_that_only_says_something_else_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    token = sign({"name": "badltilaunch"}, moodle.key)
    answer = browser.post("/lti/launch", data={"id_token": token, "state": asked["state"]})
    assert_refused(answer, UNKNOWN_PLATFORM, browser)


def test_a_token_signed_by_somebody_else_under_our_platforms_key_id_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    real, moodle.key = moodle.key, SigningKey.new()
    assert_refused(moodle.launch(browser, header={"kid": real.kid}), BAD_SIGNATURE, browser)


def test_a_token_whose_claims_were_altered_after_signing_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    header, body, signature = moodle.token(asked["nonce"]).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["sub"] = "2"
    altered = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    answer = browser.post("/lti/launch", data={"id_token": f"{header}.{altered}.{signature}", "state": asked["state"]})
    assert_refused(answer, BAD_SIGNATURE, browser)


@pytest.mark.parametrize("claimed", ["HS256", "RS256", "none"])
def test_a_token_sealed_with_the_public_key_as_a_shared_secret_is_refused(moodle: Moodle, claimed: str) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    signed = moodle.token(asked["nonce"], header={"alg": claimed}).rpartition(".")[0]
    secret = moodle.key.public_jwk()["n"].encode()
    seal = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
    for token in (f"{signed}.{seal}", f"{signed}."):
        answer = browser.post("/lti/launch", data={"id_token": token, "state": asked["state"]})
        assert_refused(answer, BAD_SIGNATURE if claimed == "RS256" else BAD_ALGORITHM, browser)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("x", id="no parts"),
        pytest.param("a.b.c", id="no base64"),
        pytest.param("W10.W10.W10", id="lists"),
        pytest.param("bnVsbA.bnVsbA.bnVsbA", id="null"),
        pytest.param("ñ.ñ.ñ", id="not ASCII"),
        pytest.param("a" * 300_000, id="very long"),
        pytest.param(f"{base64.b64encode(b'[' * 90_000).decode()}.e30.e30", id="very deep"),
    ],
)
def test_rubbish_instead_of_a_token_is_refused(moodle: Moodle, token: str) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    answer = browser.post("/lti/launch", data={"id_token": token, "state": asked["state"]})
    assert_refused(answer, DAMAGED, browser)


def test_a_launch_without_token_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    assert_refused(browser.post("/lti/launch", data={"state": asked["state"]}), NO_TOKEN, browser)


def test_what_the_platform_refuses_is_said(moodle: Moodle) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    fields = {"error": "access_denied", "error_description": "<b>no</b>", "state": asked["state"]}
    answer = browser.post("/lti/launch", data=fields)
    assert_refused(answer, "Moodle no quiso abrir la biblioteca", browser)
    assert "<b>no</b>" not in answer.text


@pytest.mark.parametrize("claim", [CONTEXT, CUSTOM, PRESENTATION, "name", "given_name", "email", f"{CLAIM}lis"])
def test_optional_claims_of_any_type_never_break_a_launch(moodle: Moodle, claim: str) -> None:
    browser = moodle.browser()
    for value in (None, True, 0, -1, 1.5, "", "x", "\ud800\x00", [], ["x"], [[]], {}, {"id": 1}, {"x": []}, 10**40):
        assert moodle.launch(browser, changes={claim: value}).status_code == 303, value


REQUIRED = ["iss", "aud", "nonce", "exp", "iat", "sub", ROLES, VERSION, MESSAGE_TYPE, DEPLOYMENT_ID, TARGET_LINK_URI]


@pytest.mark.parametrize("claim", [*REQUIRED, RESOURCE_LINK])
def test_required_claims_of_a_wrong_type_are_refused_and_never_an_error(moodle: Moodle, claim: str) -> None:
    browser = moodle.browser()
    for value in (None, True, 0, -1, 1.5, "", " ", [[]], {}, {"id": 1}, 10**400, float("nan"), "\ud800", "\x00"):
        assert_refused(moodle.launch(browser, changes={claim: value}), "Número de referencia", browser)


def test_a_message_of_ten_megabytes_is_refused(moodle: Moodle) -> None:
    browser = moodle.browser()
    answer = moodle.launch(browser, changes={"name": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "Número de referencia" in answer.text
    assert not is_signed_in(browser)


def test_refusals_are_logged_without_names_or_tokens(moodle: Moodle, caplog: pytest.LogCaptureFixture) -> None:
    browser = moodle.browser()
    asked = moodle.begin(browser)
    token = moodle.token(asked["nonce"], changes={DEPLOYMENT_ID: "99"})
    browser.post("/lti/launch", data={"id_token": token, "state": asked["state"]})
    assert "unknown deployment: '99'" in caplog.text
    for private in (token, asked["state"], asked["nonce"], "Estudiante", "practica.example"):
        assert private not in caplog.text
