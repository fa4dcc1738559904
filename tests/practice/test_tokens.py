"""The token endpoint of the practice LMS behaves as Moodle's."""

from __future__ import annotations

import time

import jwt
import pytest
import requests

from lrc.practice.signing import SigningKey
from tests.campus import Campus
from tests.practice.calling import ITEMS, LINEITEM, ROSTER, SCORE, Caller


@pytest.fixture
def caller(campus: Campus) -> Caller:
    return Caller(campus)


def test_a_token_is_opaque_and_its_json_is_called_html(caller: Caller) -> None:
    answer = caller.ask(SCORE, "https://example.org/unknown", ROSTER)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    given = answer.json()
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("Bearer", 3600, f"{SCORE} {ROSTER}")
    assert "." not in given["access_token"]


def test_scopes_that_are_all_unknown_are_refused(caller: Caller) -> None:
    answer = caller.ask("https://example.org/unknown")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


def test_a_scope_that_the_tool_may_not_use_is_refused(campus: Campus, caller: Caller) -> None:
    with campus.lms.store.changing() as state:
        state.tools["1"].scopes.remove(ROSTER)
    assert caller.ask(ROSTER).json() == {"error": "invalid_scope"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": ""}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "unsupported_grant_type"),
        ({"client_assertion": "x"}, "invalid_client"),
    ],
)
def test_a_wrong_request_is_refused(caller: Caller, changes: dict[str, str], error: str) -> None:
    answer = caller.ask(SCORE, **changes)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_an_assertion_must_be_signed_with_a_key_of_the_tools_key_set(caller: Caller) -> None:
    kid = jwt.get_unverified_header(caller.assertion())["kid"]
    forged = jwt.encode({"sub": "biblioteca-de-practica"}, SigningKey.new().private, "RS256", {"kid": kid})
    assert caller.ask(SCORE, client_assertion=forged).status_code == 400
    unknown = jwt.encode({"sub": "biblioteca-de-practica"}, SigningKey.new().private, "RS256", {"kid": "other"})
    assert caller.ask(SCORE, client_assertion=unknown).status_code == 400


def test_an_assertion_that_has_ended_is_refused(campus: Campus, caller: Caller) -> None:
    assert caller.ask(SCORE, client_assertion=caller.assertion(exp=int(time.time()) - 90)).status_code == 400
    campus.lms.quirks.clock_s = 300
    assert caller.ask(SCORE).status_code == 400


def test_a_platform_that_may_not_reach_the_key_set_answers_a_page(campus: Campus, caller: Caller) -> None:
    campus.lms.quirks.blocks_keys = True
    answer = caller.ask(SCORE)
    assert answer.status_code == 404
    assert "<h1>Error</h1>" in answer.text
    campus.lms.quirks.recover()
    assert caller.ask(SCORE).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer nothing", "Basic x"])
def test_services_want_a_token(campus: Campus, caller: Caller, header: str) -> None:
    address = caller.services("2/lineitems")
    answer = requests.get(address, headers={"Authorization": header, "Accept": ITEMS}, timeout=10)
    assert answer.status_code == 401


def test_services_want_a_token_for_their_scope_that_has_not_ended(campus: Campus, caller: Caller) -> None:
    address = caller.services("2/lineitems")
    assert caller.call("GET", address, SCORE, accept=ITEMS).status_code == 401
    headers = {"Authorization": f"Bearer {caller.ask(LINEITEM).json()['access_token']}", "Accept": ITEMS}
    assert requests.get(address, headers=headers, timeout=10).status_code == 200
    campus.lms.quirks.clock_s = 3601
    assert requests.get(address, headers=headers, timeout=10).status_code == 401


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/jwks", "{lms}/", "{lms}/mod/lti/certs.php"])
def test_a_key_set_that_cannot_be_had_or_lacks_the_key_is_no_proof(
    campus: Campus, caller: Caller, address: str
) -> None:
    with campus.lms.store.changing() as state:
        state.tools["1"].jwks_url = address.format(lms=campus.lms.url)
    assert caller.ask(SCORE).status_code == 400
