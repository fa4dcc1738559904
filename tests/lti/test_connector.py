"""Calls to a platform's services: with a token that is shared, to that platform only, and with troubles kept."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade
from pylti1p3.names_roles import NamesRolesProvisioningService
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import utcnow
from lrc.errors import NotFound
from lti import connector, keys
from lti.connector import Connector, ServiceTrouble, connect
from lti.models import Platform, ServiceFailure, ServiceToken, ToolKey
from lti.sealing import seal
from tests import factories
from tests.lti.servers import Asked, Reply, Server, drip, hang, says, serving

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ITEMS = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MOODLES_404 = (
    b"<!DOCTYPE html><html><head><title>Error | Moodle</title><style>p{}</style></head><body>Error</body></html>"
)


class Platformlike(Server):
    """Gives tokens as Moodle does ("token-1", "token-2", ...) and answers services with ``reply``."""

    def __init__(self) -> None:
        super().__init__(says({}))
        self.token_reply: Reply = self.give
        self.given = 0
        self.pause_s = 0.0

    def give(self, asked: Asked) -> None:
        time.sleep(self.pause_s)
        self.given += 1
        body = {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": 3600, "scope": "x"}
        says(body, Content_Type="text/html; charset=utf-8")(asked)

    def finish_request(self, request: Any, client_address: Any) -> None:
        _Asked(request, client_address, self)

    @property
    def calls(self) -> list[Asked]:
        """What was asked of the services."""
        return [asked for asked in self.asked if asked.path != "/token.php"]

    @property
    def token_calls(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == "/token.php"]


class _Asked(Asked):
    server: Platformlike

    def _answer(self) -> None:
        if self.path != "/token.php":
            return super()._answer()
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(self)
        return self.server.token_reply(self)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  named by http.server


@pytest.fixture
def moodle() -> Iterator[Platformlike]:
    server = Platformlike()
    with serving(server):
        yield server


@cache
def _sealed(secret_key: str) -> str:
    """Our key, the same in all tests of a run: making one takes a while."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return seal(pem.decode(), secret_key)


@pytest.fixture
def platform(session: Session, settings: Settings, moodle: Platformlike) -> Platform:
    made = factories.platform(session, issuer=moodle.url)
    made.auth_token_url = f"{moodle.url}/token.php"
    session.add(ToolKey(kid="ours", private_pem=_sealed(settings.secret_key)))
    session.commit()
    return made


@pytest.fixture
def ask(app: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Connector:
    monkeypatch.setattr(connector, "PAUSE_S", 0.01)
    return connect(platform.id)


def kept(session: Session) -> list[tuple[str, int | None, str]]:
    session.rollback()
    return [
        (each.service, each.status, each.said)
        for each in session.scalars(select(ServiceFailure).order_by(ServiceFailure.id))
    ]


def test_the_assertion_is_signed_by_the_key_that_we_publish(
    ask: Connector, moodle: Platformlike, platform: Platform, session: Session, settings: Settings
) -> None:
    ask.get_access_token([SCORE, ITEMS])
    [asked] = moodle.token_calls
    form = {name: value for name, [value] in parse_qs(asked.body.decode()).items()}
    assertion = form.pop("client_assertion")
    assert form == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": f"{ITEMS} {SCORE}",
    }
    published = {key["kid"]: key for key in keys.key_set(session, settings.secret_key)["keys"]}
    public = jwt.PyJWK(published[jwt.get_unverified_header(assertion)["kid"]])
    said = jwt.decode(assertion, public, algorithms=["RS256"], audience=platform.auth_token_url)
    assert said["iss"] == said["sub"] == platform.client_id
    assert said["exp"] - said["iat"] <= 300
    assert said["jti"]


def test_a_token_is_shared_by_processes_and_kept_for_its_scopes_and_platform_only(
    ask: Connector, moodle: Platformlike, platform: Platform, session: Session
) -> None:
    assert ask.get_access_token([SCORE, ITEMS]) == "token-1"
    assert connect(platform.id).get_access_token([ITEMS, SCORE]) == "token-1"
    assert ask.get_access_token([ROSTER]) == "token-2"
    other = factories.platform(session, issuer=moodle.url, client_id="other")
    other.auth_token_url = platform.auth_token_url
    session.commit()
    assert connect(other.id).get_access_token([SCORE, ITEMS]) == "token-3"


def test_no_token_lies_readable_in_the_database(ask: Connector, session: Session) -> None:
    ask.get_access_token([SCORE])
    [row] = session.scalars(select(ServiceToken))
    assert "token-1" not in row.sealed


def test_a_token_is_replaced_before_it_ends_and_after_the_secret_changed(ask: Connector, session: Session) -> None:
    ask.get_access_token([SCORE])
    [row] = session.scalars(select(ServiceToken))
    row.expires_at = utcnow()
    session.commit()
    assert ask.get_access_token([SCORE]) == "token-2"
    session.expire_all()
    row.sealed = "sealed-by-another"
    session.commit()
    assert ask.get_access_token([SCORE]) == "token-3"


@pytest.mark.parametrize("expires_in", [None, "soon", -1, 0, 10**30, True, [1]])
def test_a_token_with_an_odd_lifetime_is_used(ask: Connector, moodle: Platformlike, expires_in: Any) -> None:
    moodle.token_reply = says({"access_token": "t", "expires_in": expires_in})
    assert ask.get_access_token([SCORE]) == "t"


def test_scopes_too_long_for_the_table_are_kept_too(ask: Connector) -> None:
    many = [f"https://scopes.example/{'x' * 50}/{number}" for number in range(20)]
    assert ask.get_access_token(many) == ask.get_access_token(many[::-1]) == "token-1"


def test_a_kept_token_that_is_refused_is_replaced_once(ask: Connector, moodle: Platformlike) -> None:
    ask.get_access_token([ROSTER])
    moodle.replies = [says({}, status=401), says({"members": []})]
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == {"members": []}
    assert [asked.headers["Authorization"] for asked in moodle.calls] == ["Bearer token-1", "Bearer token-2"]
    assert ask.get_access_token([ROSTER]) == "token-2"


def test_a_platform_that_refuses_every_token_is_not_asked_again_and_again(
    ask: Connector, moodle: Platformlike, session: Session
) -> None:
    moodle.reply = says({"error": "no"}, status=401)
    for calls, given in ((1, 1), (3, 2)):
        with pytest.raises(ServiceTrouble) as trouble:
            ask.make_service_request([ROSTER], f"{moodle.url}/members")
        assert (trouble.value.status, trouble.value.advice_code) == (401, "token-refused")
        assert trouble.value.is_temporary
        assert (len(moodle.calls), moodle.given) == (calls, given)
    assert [status for _, status, _ in kept(session)] == [401, 401]


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        pytest.param(says(MOODLES_404, status=404), 404, "keys-blocked", id="moodle cannot fetch our keys"),
        pytest.param(says({"error": "invalid_scope"}, status=400), 400, "invalid_scope", id="scope"),
        pytest.param(says({"error": "invalid_client"}, status=401), 401, "invalid_client", id="client"),
        pytest.param(says({"error": "<script>"}, status=400), 400, "rejected", id="another error"),
        pytest.param(says({"error": ["invalid_scope"]}, status=400), 400, "rejected", id="an error that is no text"),
        pytest.param(says([], status=404), 404, "rejected", id="no such page"),
        pytest.param(says(b"oops", status=500), 500, "down", id="down"),
        pytest.param(says(MOODLES_404), 200, "not-json", id="a page"),
        pytest.param(says(["token"]), 200, "not-json", id="a list"),
        pytest.param(says({"access_token": ""}), 200, "bad-token", id="empty"),
        pytest.param(says({"access_token": "a\nX: y"}), 200, "bad-token", id="header injection"),
        pytest.param(says({"access_token": ["x"]}), 200, "bad-token", id="not a text"),
        pytest.param(says(b"", status=302, Location="https://login.example/"), None, "redirect", id="redirect"),
        pytest.param(lambda asked: None, None, "no-connection", id="hangs up"),
    ],
)
def test_a_token_that_cannot_be_had_is_a_temporary_trouble_with_an_advice(
    ask: Connector, moodle: Platformlike, session: Session, reply: Any, status: int | None, code: str
) -> None:
    moodle.token_reply = reply
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/1/scores", is_post=True, data="{}")
    trouble = raised.value
    assert (trouble.service, trouble.status, trouble.advice_code, trouble.is_temporary) == ("token", status, code, True)
    [(service, noted, said)] = kept(session)
    assert (service, noted, said) == ("token", status, trouble.said)
    assert "<" not in said or code == "rejected"
    assert moodle.calls == []


@pytest.mark.parametrize(
    ("status", "code", "is_temporary"),
    [
        *((400, "rejected", False), (403, "forbidden", False), (404, "gone", False), (409, "conflict", False)),
        *((408, "rejected", True), (429, "busy", True), (500, "down", True), (503, "down", True)),
    ],
)
def test_what_a_service_says_is_kept_and_told(
    ask: Connector, moodle: Platformlike, session: Session, status: int, code: str, is_temporary: bool
) -> None:
    moodle.reply = says(b"Incorrect score  received\x00{...}", status=status)
    url = f"{moodle.url}/2/lineitems/2/lineitem/scores?type_id=1"
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], url, is_post=True, data="{}")
    trouble = raised.value
    assert (trouble.service, trouble.status, trouble.advice_code) == ("score", status, code)
    assert trouble.is_temporary is is_temporary
    assert kept(session) == [("score", status, "Incorrect score received{...}")]
    [row] = session.scalars(select(ServiceFailure))
    assert row.url == url
    assert len(moodle.calls) == 1


@pytest.mark.parametrize(
    ("scope", "path", "service"),
    [
        (SCORE, "/1/lineitem/scores?type_id=1", "score"),
        (ITEMS, "/1/lineitem/results?type_id=1", "results"),
        (ITEMS, "/2/lineitems?type_id=1", "lineitems"),
        (ROSTER, "/CourseSection/2/bindings/1/memberships", "memberships"),
        ("https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly", "/groups", "groups"),
    ],
)
def test_each_service_is_called_by_its_name(
    ask: Connector, moodle: Platformlike, session: Session, scope: str, path: str, service: str
) -> None:
    moodle.reply = says({}, status=403)
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([scope], moodle.url + path)
    assert [each[0] for each in kept(session)] == [service]


def test_a_get_that_fails_in_passing_is_tried_twice_more_and_a_post_never(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [says({}, status=502), lambda asked: None, says([1])]
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == [1]
    moodle.replies = [says({}, status=502)]
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert [asked.command for asked in moodle.calls] == ["GET", "GET", "GET", "POST"]


def test_a_server_that_stays_down_is_left_after_three_tries(
    ask: Connector, moodle: Platformlike, session: Session
) -> None:
    moodle.reply = says(b"", status=503)
    with pytest.raises(ServiceTrouble):
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert len(moodle.calls) == 3
    assert len(kept(session)) == 1


@pytest.mark.parametrize("reply", [hang, drip])
def test_a_slow_service_is_not_waited_for(
    app: Flask, settings: Settings, ask: Connector, moodle: Platformlike, reply: Any
) -> None:
    object.__setattr__(ask._peer.limits, "timeout_s", 0.3)
    moodle.reply = reply
    begun = time.monotonic()
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert (raised.value.status, raised.value.advice_code, raised.value.is_temporary) == (None, "slow", True)
    assert time.monotonic() - begun < 2


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    with serving(Server(says([]))) as running:
        yield running


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:{other}/scores", "https://127.0.0.1:{port}/scores", "http://localhost:{port}/scores"),
        *("http://127.0.0.1:{port}@127.0.0.1:{other}/", "http://127.0.0.1:{port}.evil.example/", "file:///etc/passwd"),
        *("http://[::1", "", "//127.0.0.1:{port}/", "/scores", "http://127.0.0.1:{port}\\@127.0.0.1:{other}/"),
    ],
)
def test_a_token_never_goes_to_another_server_than_its_platforms(
    ask: Connector, moodle: Platformlike, elsewhere: Server, address: str
) -> None:
    """Addresses of services come with launches, from outside."""
    url = address.format(port=moodle.server_port, other=elsewhere.server_port)
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], url)
    assert raised.value.advice_code in ("foreign-address", "bad-address")
    assert not raised.value.is_temporary
    assert elsewhere.asked == []


def test_a_service_may_be_where_the_platform_gives_tokens(
    ask: Connector, moodle: Platformlike, elsewhere: Server, platform: Platform, session: Session
) -> None:
    platform.issuer, platform.auth_login_url = "https://a.example", "https://b.example/auth"
    session.commit()
    assert connect(platform.id).make_service_request([ROSTER], f"{moodle.url}/members")["body"] == {}
    with pytest.raises(ServiceTrouble):
        connect(platform.id).make_service_request([ROSTER], f"{elsewhere.url}/members")


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<{url}/P?From=50&Limit=50>; rel="next"', "{url}/P?From=50&Limit=50"),
        ('<{url}/a>; rel="prev", <{url}/B>; rel=next', "{url}/B"),
        ('<{url}/a>; title="x; y"; REL="last Next"', "{url}/a"),
        ("</P?from=2>; rel=next", "{url}/P?from=2"),
        ("<{url}/2/lineitems?type_id=1&amp;from=2>; rel=“next”", None),
        ('<{url}/a>; rel="last"', None),
        ("<" * 9000, None),
        ("nonsense", None),
    ],
)
def test_the_next_page_is_read_as_it_is_written(
    ask: Connector, moodle: Platformlike, link: str, following: str | None
) -> None:
    raw = link.format(url=moodle.url).encode().decode("latin-1")
    moodle.reply = says([], Link=raw)
    found = ask.make_service_request([ITEMS], f"{moodle.url}/Path")
    assert found["next_page_url"] == (following and following.format(url=moodle.url))


def test_a_next_page_on_another_server_is_not_followed(ask: Connector, moodle: Platformlike, elsewhere: Server) -> None:
    moodle.reply = says([], Link=f'<{elsewhere.url}/>; rel="next"')
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([ITEMS], f"{moodle.url}/items")
    assert raised.value.advice_code == "foreign-address"


def test_pages_without_end_are_left(ask: Connector, moodle: Platformlike, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "MAX_PAGES", 5)
    moodle.reply = says({"members": [{"user_id": "1"}]}, Link="</members?more>; rel=next")
    roster = NamesRolesProvisioningService(ask, {"context_memberships_url": f"{moodle.url}/members"})
    with pytest.raises(ServiceTrouble) as raised:
        roster.get_members()
    assert raised.value.advice_code == "too-many-pages"


def test_pylti1p3_clients_work_over_it(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [
        says({"members": [{"user_id": "4"}]}, Link="</Members?from=1>; rel=next"),
        says({"members": [{"user_id": "5"}]}),
        says(b"", Content_Length="0"),
    ]
    roster = NamesRolesProvisioningService(ask, {"context_memberships_url": f"{moodle.url}/Members"})
    assert [member["user_id"] for member in roster.get_members()] == ["4", "5"]
    grades = AssignmentsGradesService(ask, {"scope": [SCORE, ITEMS], "lineitem": f"{moodle.url}/1/lineitem?type_id=1"})
    grade = Grade().set_user_id("4").set_score_given(5).set_score_maximum(10)
    assert grades.put_grade(grade)["body"] is None
    *_, posted = moodle.calls
    assert (posted.command, posted.path) == ("POST", "/1/lineitem/scores?type_id=1")
    assert posted.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert [asked.path for asked in moodle.calls][1] == "/Members?from=1"


def test_a_large_course_comes_whole_and_an_endless_answer_does_not(ask: Connector, moodle: Platformlike) -> None:
    crowd = [{"user_id": str(number), "name": "x" * 300} for number in range(5000)]
    moodle.reply = says({"members": crowd})
    assert ask.make_service_request([ROSTER], f"{moodle.url}/members")["body"] == {"members": crowd}
    moodle.reply = says(b"[" + b" " * connector.MAX_BYTES + b"]")
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert raised.value.advice_code == "too-large"


def test_other_methods_are_sent(ask: Connector, moodle: Platformlike) -> None:
    moodle.replies = [says({"id": 1}), says(b"", status=204)]
    put = ask.make_service_request([ITEMS], f"{moodle.url}/1", data="{}", content_type="a/b", method="PUT")
    deleted = ask.make_service_request([ITEMS], f"{moodle.url}/1", method="DELETE")
    assert (put["body"], deleted["body"]) == ({"id": 1}, None)
    assert [(asked.command, asked.headers["Content-Type"]) for asked in moodle.calls] == [
        ("PUT", "a/b"),
        ("DELETE", None),
    ]


def test_words_instead_of_json_are_a_trouble_to_who_asked_and_none_to_who_gave(
    ask: Connector, moodle: Platformlike
) -> None:
    """Else a score that arrived would be sent again for the words that thanked for it."""
    moodle.reply = says(b"Thank you")
    assert ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")["body"] is None
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([ROSTER], f"{moodle.url}/members")
    assert (raised.value.advice_code, raised.value.said, raised.value.is_temporary) == ("not-json", "Thank you", True)


def test_a_page_in_the_place_of_a_service_is_a_trouble_to_everyone(ask: Connector, moodle: Platformlike) -> None:
    """A proxy's page, or that of a portal to log in at: the service has taken nothing."""
    moodle.reply = says(b" <h1>Log in</h1>")
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert (raised.value.advice_code, raised.value.said, raised.value.is_temporary) == ("not-json", "Log in", True)


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120), (" 5 ", 5), ("Fri, 31 Dec 2027 23:59:59 GMT", 0), ("-1", 0), ("9" * 50, 0)]
)
def test_how_long_a_platform_asks_to_wait_is_told(
    ask: Connector, moodle: Platformlike, said: str, seconds: float
) -> None:
    moodle.reply = says({}, status=429, Retry_After=said)
    with pytest.raises(ServiceTrouble) as raised:
        ask.make_service_request([SCORE], f"{moodle.url}/scores", is_post=True, data="{}")
    assert raised.value.retry_after_s == seconds


def test_no_token_or_assertion_is_logged_or_kept(
    ask: Connector, moodle: Platformlike, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[str] = []

    def echo(asked: Asked) -> None:
        heard.append(parse_qs(asked.body.decode()).get("client_assertion", ["-"])[0])
        said = {"you": asked.headers.get("Authorization"), "sent": asked.body.decode(), "access_token": "s3cr3t value"}
        says(said, status=400)(asked)

    ask.get_access_token([SCORE])
    moodle.reply = moodle.token_reply = echo
    troubles = []
    for scope in (SCORE, ROSTER):
        with pytest.raises(ServiceTrouble) as raised:
            ask.make_service_request([scope], f"{moodle.url}/scores", is_post=True, data="{}")
        troubles.append(raised.value)
    everything = caplog.text + repr(kept(session)) + repr([(each, vars(each)) for each in troubles]) + repr(vars(ask))
    assert len(heard) == 2
    assert heard[1].count(".") == 2
    for secret in ("token-1", "s3cr3t", heard[1], heard[1].split(".")[2], "PRIVATE KEY", "test-secret-key"):
        assert secret not in everything


def test_an_unknown_platform_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        connect(12345)


def test_many_at_once_share_the_tables(app: Flask, moodle: Platformlike, platform: Platform, session: Session) -> None:
    """Four threads of the worker, each with an application context of its own, as tasks have."""
    moodle.pause_s = 0.1
    moodle.reply = says({}, status=403)
    outcomes: list[Any] = []

    def work() -> None:
        with app.app_context():
            for _ in range(5):
                try:
                    connect(platform.id).make_service_request([ROSTER], f"{moodle.url}/members")
                except Exception as error:
                    outcomes.append(getattr(error, "status", error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [403] * 20
    assert moodle.given <= 4
    assert len(kept(session)) == 20
    assert len(session.scalars(select(ServiceToken)).all()) == 1
