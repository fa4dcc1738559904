"""Where calls to a platform go: to that platform only, page after page, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from pylti1p3.names_roles import NamesRolesProvisioningService
from sqlalchemy.orm import Session

from lrc.errors import NotFound
from lti import connector
from lti.connector import Connector, ServiceTrouble, connect
from lti.models import Platform
from tests.lti.connector.platformlike import ITEMS, ROSTER, SCORE, Platformlike
from tests.lti.servers import Server, says, serving


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


def test_an_unknown_platform_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        connect(12345)
