"""What a hostile or broken platform, or whoever holds an invitation, tries: each is refused with a page saying so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lrc.config import Settings
from lrc.db import utcnow
from lti.lines import Unreachable
from lti.outgoing import limits_of
from lti.registering import discovery, joining, tickets
from lti.registering.discovery import limits_for
from lti.registering.refusals import RegistrationRefused
from lti.registering.tickets import Ticket
from tests.lti.registering.conftest import CONFIGURATION, PLATFORM, SECRET, TOOL, Administrator, moodle_configuration
from tests.lti.servers import Reply, Server, drip, drip_headers, flood, hang, says, serving

pytestmark = pytest.mark.usefixtures("nothing_is_kept")

HASTE_S = 0.5
ELSEWHERE = "https://evil.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, http_timeout_s=HASTE_S)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://moodle.example/",
        "javascript:alert(1)",
        "https://user:password@moodle.example/",
        "https://moodle.example/#fragment",
        "https://moodle.example:port/",
        "//moodle.example/",
        "not an address",
        "https://moodle.example/\u0000",
        "https://" + "a" * 600 + ".example/",
    ],
)
def test_what_is_no_address_is_not_asked(administrator: Administrator, url: str) -> None:
    answer = administrator.paste(url)
    assert (answer.status_code, "no se puede usar" in answer.text) == (422, True)
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url",
    [
        "https://10.1.2.3/configuration",
        "https://192.168.1.1/configuration",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/configuration",
        "https://[::ffff:10.0.0.1]/configuration",
        "https://0x0a.1/configuration",
    ],
)
def test_private_addresses_are_not_reached(administrator: Administrator, url: str) -> None:
    answer = administrator.paste(url)
    assert (answer.status_code, "no se puede usar" in answer.text) == (422, True)


def test_in_real_use_this_machine_is_not_reached_and_plain_http_only_where_let_in(
    server: Server, settings: Settings
) -> None:
    real = limits_of(replace(settings, mode="production"))
    for url in (server.url, server.url.replace("http:", "https:"), "http://8.8.8.8"):
        with pytest.raises(RegistrationRefused, match="may be asked"):
            discovery.discover(url + CONFIGURATION, real)
    assert server.asked == []
    assert limits_for("http://moodle.example/c", real).is_private
    assert not limits_for("https://moodle.example/c", real).is_private


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(administrator: Administrator, status: int) -> None:
    with serving(Server(says({}))) as inner:
        administrator.server.reply = says(b"", status, Location=inner.url)
        answer = administrator.paste()
        assert (answer.status_code, "no se puede usar" in answer.text) == (422, True)
        assert inner.asked == []


@pytest.mark.parametrize(
    ("reply", "status", "words"),
    [
        (says(b"<html>not found</html>", 404), 502, "No pudimos leer la configuración"),
        (says({}, 500), 502, "No pudimos leer la configuración"),
        (says(b"<html>not JSON</html>"), 422, "no está bien escrita"),
        (says(b"[" * 100_000), 422, "no está bien escrita"),
        (says([]), 422, "no está bien escrita"),
        (says("text"), 422, "no está bien escrita"),
        (says(None), 422, "no está bien escrita"),
        (says(b"{" + b" " * 600_000 + b"}"), 422, "no está bien escrita"),
        (flood, 422, "no está bien escrita"),
        (hang, 502, "No pudimos leer la configuración"),
        (drip, 502, "No pudimos leer la configuración"),
        (drip_headers, 502, "No pudimos leer la configuración"),
    ],
)
def test_a_bad_answer_is_not_waited_for_nor_believed(
    administrator: Administrator, reply: Reply, status: int, words: str
) -> None:
    administrator.server.reply = reply
    begun = utcnow()
    answer = administrator.paste()
    assert (answer.status_code, words in answer.text) == (status, True)
    assert utcnow() - begun < timedelta(seconds=HASTE_S + 8)  # it would be eighteen
    assert "Número de referencia" in answer.text


@pytest.mark.parametrize(
    "issuer", [ELSEWHERE, "http://localhost:1", "{url}.evil.example", "{url}/neighbour", "{url}?tenant=1", "{url}:1"]
)
def test_an_issuer_of_another_place_is_refused(administrator: Administrator, issuer: str) -> None:
    administrator.configuration["issuer"] = issuer.replace("{url}", administrator.server.url)
    answer = administrator.paste()
    assert answer.status_code == 422
    assert "distinto del que la envía" in answer.text or "no está bien escrita" in answer.text


ENDPOINTS = ("registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri")


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("url", [f"{ELSEWHERE}/x", "http://127.0.0.1:1/x", "http://169.254.169.254/x"])
def test_endpoints_of_other_places_are_refused(administrator: Administrator, name: str, url: str) -> None:
    administrator.configuration[name] = url
    answer = administrator.paste()
    assert (answer.status_code, "direcciones de otro sitio" in answer.text) == (422, True)


@pytest.mark.parametrize("name", ["issuer", *ENDPOINTS])
@pytest.mark.parametrize("value", [None, 7, [], {}, "", "javascript:alert(1)", "/relative", "https://a b/", "x" * 2000])
def test_values_of_other_types_are_refused(administrator: Administrator, name: str, value: object) -> None:
    administrator.configuration[name] = value
    answer = administrator.paste()
    assert (answer.status_code, "no está bien escrita" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response_types_supported", ["code"]),
        ("id_token_signing_alg_values_supported", ["none", "HS256"]),
        ("token_endpoint_auth_methods_supported", ["client_secret_post"]),
        ("token_endpoint_auth_signing_alg_values_supported", None),
        ("scopes_supported", "openid"),
        ("scopes_supported", {"openid": True}),
        ("claims_supported", [7, None, {}]),
        (PLATFORM, []),
        (PLATFORM, {"messages_supported": "LtiResourceLinkRequest"}),
        (PLATFORM, {"messages_supported": [{"type": "LtiDeepLinkingRequest"}, "LtiResourceLinkRequest"]}),
    ],
)
def test_a_platform_that_lacks_what_lti_needs_is_refused(
    administrator: Administrator, name: str, value: object
) -> None:
    administrator.configuration[name] = value
    answer = administrator.paste()
    assert (answer.status_code, "le falta algo" in answer.text) == (422, True)


@pytest.mark.parametrize("secret", ["a b", "ñ", "line\r\nX-Evil: 1", "x" * 9000])
def test_a_token_that_could_not_go_into_a_header_is_refused(administrator: Administrator, secret: str) -> None:
    assert administrator.paste(secret=secret).status_code == 400
    assert administrator.server.asked == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({}, 200),
        ([], 200),
        ("client", 200),
        (b"<html>", 200),
        ({"client_id": 7}, 200),
        ({"client_id": ""}, 200),
        ({"client_id": " x"}, 200),
        ({"client_id": "x" * 300}, 200),
        ({"client_id": "x\ny"}, 200),
        ({"client_id": "c", TOOL: {"deployment_id": ""}}, 200),
        ({"client_id": "c", TOOL: {"deployment_id": ["1"]}}, 200),
        ({"client_id": "c", TOOL: {"deployment_id": True}}, 200),
        (b"x" * 600_000, 200),
    ],
)
def test_an_answer_that_grants_nothing_usable_is_refused(
    administrator: Administrator, answer: object, status: int
) -> None:
    administrator.answer, administrator.status = answer, status
    refused = administrator.register()
    assert (refused.status_code, "algo que no entendemos" in refused.text) == (502, True)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"token_already_used", "Dijo: «token_already_used»."),
        (b"<script>alert(1)</script>", "Dijo: «&lt;script&gt;alert(1)&lt;/script&gt;»."),
        (b"<!DOCTYPE html><html><body>Error</body></html>", "no aceptó el registro."),
        (b"\xff\x00\x1b[31m", "no aceptó el registro."),
        (b"x" * 5000, "x" * 300 + "…»"),
    ],
)
def test_what_the_platform_said_is_shown_as_text(administrator: Administrator, said: bytes, shown: str) -> None:
    administrator.answer, administrator.status = said, 401
    refused = administrator.register()
    assert refused.status_code == 502
    assert shown in refused.text
    assert "<script>alert" not in refused.text
    assert "\x1b" not in refused.text


@pytest.mark.parametrize(
    ("reply", "words"),
    [(hang, "no respondió"), (drip, "no respondió"), (says(b"", 307, Location="/x"), "no respondió")],
)
def test_a_registration_that_is_not_answered_is_refused_in_time(
    administrator: Administrator, reply: Reply, words: str
) -> None:
    page = administrator.paste()
    administrator.server.reply = reply
    begun = utcnow()
    refused = administrator.press(page)
    assert (refused.status_code, words in refused.text) == (502, True)
    assert utcnow() - begun < timedelta(seconds=HASTE_S + 8)  # it would be eighteen


def test_many_long_lists_are_cut_to_what_is_looked_at() -> None:
    url = "https://moodle.example"
    body = moodle_configuration(url, claims_supported=["sub", "iss", *(f"claim{n}" for n in range(5000)), "x" * 5000])
    found = discovery.configuration_of(body, url + CONFIGURATION)
    assert len(found.claims) <= 200
    sealed = tickets.seal(Ticket(1, found, SECRET), "a secret key that is long enough for it")
    assert len(sealed) < tickets.MAX_CHARACTERS


def test_the_registration_goes_to_no_private_place_even_with_a_ticket_of_ours(settings: Settings) -> None:
    url = "https://10.0.0.1"
    configuration = discovery.configuration_of(moodle_configuration(url), url + CONFIGURATION)
    with pytest.raises(RegistrationRefused) as refused:
        joining.apply(configuration, SECRET, settings.tool_url, limits_of(settings))
    assert isinstance(refused.value.__cause__, Unreachable)
    assert refused.value.__cause__.code == "private-address"
