"""Asking a platform for a course's people and groups: whatever it sends, what is usable is taken and asking ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti import connector, memberships, rosters
from lti.connector import Connector, connect
from lti.models import Context, Membership, Platform, RosterState
from lti.rosters import Roster, Shortfall
from lti.rostertasks import fetch_roster
from lti.viewers import Role
from tests import factories
from tests.lti.servers import Asked, Reply, Server, says, serving

PATH = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
GROUPS = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"


class Moodle(Server):
    """Gives a token, and to all else answers what is next in ``pages``; the last one again and again."""

    def __init__(self) -> None:
        super().__init__(self.answer)
        self.pages: list[Reply] = []
        self.tokens_for: list[str] = []

    def answer(self, asked: Asked) -> None:
        if asked.path == "/token.php":
            self.tokens_for.append(parse_qs(asked.body.decode())["scope"][0])
            says({"access_token": "token", "expires_in": 3600})(asked)
        else:
            (self.pages.pop(0) if len(self.pages) > 1 else self.pages[0])(asked)

    @property
    def services_asked(self) -> list[Asked]:
        return [each for each in self.asked if each.path != "/token.php"]


@pytest.fixture
def moodle() -> Iterator[Moodle]:
    server = Moodle()
    with serving(server):
        yield server


@pytest.fixture
def platform(app: Flask, session: Session, moodle: Moodle, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(connector, "PAUSE_S", 0.01)
    made = factories.platform(session, issuer=moodle.url)
    made.auth_token_url = f"{moodle.url}/token.php"
    session.commit()
    return made


@pytest.fixture
def calls(platform: Platform) -> Connector:
    return connect(platform.id)


@pytest.fixture
def fetch(calls: Connector, moodle: Moodle) -> Callable[..., Roster]:
    def fetch(*pages: Reply, query: str = "", with_groups: bool = False) -> Roster:
        moodle.pages = list(pages)
        return rosters.fetch(calls, f"{moodle.url}{PATH}{query}", with_groups=with_groups)

    return fetch


def member(sub: str = "4", **more: Any) -> dict[str, Any]:
    return {"status": "Active", "user_id": sub, "name": f"Persona {sub}", "roles": ["Learner"], **more}


def page(*members: Any, following: str = "") -> Reply:
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return says({"id": "x", "members": list(members)}, **headers)


Fetch = Callable[..., Roster]


def test_pages_are_followed_as_they_are_written(fetch: Fetch, moodle: Moodle) -> None:
    following = f"{moodle.url}{PATH}?limit=2&from=2&Case=Kept"
    roster = fetch(page(member("4"), member("5"), following=following), page(member("6")))
    assert list(roster.members) == ["4", "5", "6"]
    assert roster.shortfall is None
    first, second = moodle.services_asked
    assert first.path == f"{PATH}?limit=200"
    assert second.path == f"{PATH}?limit=2&from=2&Case=Kept"
    assert {each.headers["Accept"] for each in (first, second)} == {MEMBERS}


def test_an_address_keeps_its_own_parameters(fetch: Fetch, moodle: Moodle) -> None:
    fetch(page(member()), query="?limit=7&rlid=a%26b")
    assert parse_qs(urlsplit(moodle.services_asked[0].path).query) == {"limit": ["7"], "rlid": ["a&b"]}


def test_groups_are_asked_for_only_where_the_platform_has_them(fetch: Fetch, moodle: Moodle) -> None:
    without = fetch(page(member()))
    enrolled = [{"group_id": "12"}, {"group_id": 7}, {"group_id": True}, "rubbish", {}]
    with_ = fetch(page(member(group_enrollments=enrolled)), with_groups=True)
    assert without.members["4"].groups is None
    assert with_.members["4"].groups == ("12", "7")
    assert "groups=true" in moodle.services_asked[1].path
    assert [each.count("contextgroup.readonly") for each in moodle.tokens_for] == [0, 1]


@pytest.mark.parametrize(
    ("roles", "ours"),
    [
        (["Learner"], (Role.STUDENT,)),
        (["Instructor"], (Role.TEACHER,)),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"], (Role.TEACHER,)),
        (["http://example.org/made-up#Instructor", 7, None], ()),
        ("Learner", ()),
    ],
)
def test_short_and_full_roles_are_known(fetch: Fetch, roles: Any, ours: tuple[Role, ...]) -> None:
    assert fetch(page(member(roles=roles))).members["4"].roles == ours


@pytest.mark.parametrize(
    "rubbish", [None, "4", [], {}, {"user_id": 4}, {"user_id": ""}, {"user_id": " 4"}, {"user_id": "x" * 256}]
)
def test_rubbish_is_passed_over_and_counted(fetch: Fetch, rubbish: Any) -> None:
    roster = fetch(page(rubbish, member("5"), rubbish))
    assert (list(roster.members), roster.passed_over, roster.shortfall) == (["5"], 2, None)


def test_nothing_is_kept_of_an_email_and_names_may_be_withheld(fetch: Fetch) -> None:
    private = {"status": "Active", "user_id": "4", "roles": ["Learner"], "lis_person_sourcedid": "E-1"}
    parts = member("5", name="", given_name="Rosa ", family_name="Quispe", email="rosa@example.org")
    found = fetch(page(private, parts, member("6", name="a\u202e\n" + "b" * 400))).members
    assert found["4"].name == ""
    assert found["5"].name == "Rosa Quispe"
    assert "rosa@example.org" not in repr(found["5"])
    assert found["6"].name.startswith("a b")
    assert len(found["6"].name) == 255


def test_only_active_people_are_active(fetch: Fetch) -> None:
    unsaid = {"user_id": "7", "roles": ["Learner"]}
    found = fetch(page(member("4"), member("5", status="Inactive"), member("6", status="Deleted"), unsaid)).members
    assert {sub: each.is_active for sub, each in found.items()} == {"4": True, "5": False, "6": False, "7": True}


def test_what_came_before_a_failure_is_kept_and_said_to_be_part(fetch: Fetch, moodle: Moodle) -> None:
    roster = fetch(page(member("4"), following=f"{moodle.url}/more"), says({"error": "no"}, 403))
    assert list(roster.members) == ["4"]
    assert roster.shortfall is not None
    assert roster.shortfall.code == "forbidden"


@pytest.mark.parametrize("body", [{}, {"members": {}}, [], "text", 7, {"members": None}])
def test_an_answer_that_is_no_list_is_none(fetch: Fetch, body: Any) -> None:
    roster = fetch(says(json.dumps(body).encode()))
    assert roster.members == {}
    assert roster.shortfall is not None
    assert roster.shortfall.code == rosters.NOT_A_LIST


def test_a_page_that_leads_back_ends_it(fetch: Fetch, moodle: Moodle) -> None:
    back = f"{moodle.url}{PATH}?limit=200"
    roster = fetch(page(member("4"), following=back))
    assert (list(roster.members), roster.shortfall and roster.shortfall.code) == (["4"], rosters.ENDLESS)
    assert len(moodle.services_asked) == 1


def test_pages_that_bring_nobody_new_end_it(fetch: Fetch, moodle: Moodle) -> None:
    roster = fetch(page(member(), following=f"{moodle.url}/a"), page(member(), following=f"{moodle.url}/b"))
    assert roster.shortfall is not None
    assert roster.shortfall.code == rosters.ENDLESS
    assert len(moodle.services_asked) == 2


def test_too_many_people_pages_or_seconds_end_it(fetch: Fetch, moodle: Moodle, monkeypatch: pytest.MonkeyPatch) -> None:
    count = iter(range(10**6))

    def endless(asked: Asked) -> None:
        number = next(count)
        page(*(member(f"{number}-{each}") for each in range(10)), following=f"{moodle.url}/{number}")(asked)

    codes = []
    for limit, value in (("MAX_PEOPLE", 45), ("MAX_PAGES", 3), ("MAX_S", -1.0)):
        with monkeypatch.context() as patch:
            patch.setattr(rosters, limit, value)
            roster = fetch(endless)
        codes.append((len(roster.members), roster.shortfall and roster.shortfall.code))
    assert codes == [(50, rosters.TOO_LONG), (30, rosters.TOO_LONG), (0, rosters.TOO_SLOW)]


def test_a_page_of_another_server_is_not_asked_for(fetch: Fetch) -> None:
    roster = fetch(page(member("4"), following="https://elsewhere.example/members"))
    assert roster.shortfall is not None
    assert roster.shortfall.code == "foreign-address"


def test_names_of_groups_come_by_their_ids(calls: Connector, moodle: Moodle) -> None:
    more = {"Link": f'<{moodle.url}/groups?page=2>; rel="next"'}
    sent = [{"id": 12, "name": "Sección A"}, {"id": "7"}, "rubbish", {"name": "of nobody"}]
    moodle.pages = [says({"groups": sent}, **more), says({"groups": [{"id": "8", "name": "Sección B"}]})]
    assert rosters.fetch_groups(calls, f"{moodle.url}/groups") == {"12": "Sección A", "7": "7", "8": "Sección B"}
    assert moodle.services_asked[0].headers["Accept"] == GROUPS
    moodle.pages = [says({"groups": "none"})]
    with pytest.raises(Shortfall):
        rosters.fetch_groups(calls, f"{moodle.url}/groups")


@pytest.fixture
def course(session: Session, platform: Platform, moodle: Moodle) -> Context:
    """A course whose platform tells people and groups."""
    made = factories.context(session, of=platform)
    made.memberships_url, made.groups_url = f"{moodle.url}{PATH}", f"{moodle.url}/groups"
    session.commit()
    return made


def groups_of(session: Session, course: Context) -> tuple[dict[str, Any], list[list[str]]]:
    session.rollback()
    session.refresh(course)
    return course.groups, list(session.scalars(select(Membership.groups)))


def test_names_and_members_of_groups_are_kept(session: Session, course: Context, moodle: Moodle) -> None:
    enrolled = page(member(group_enrollments=[{"group_id": "12"}]))
    moodle.pages = [enrolled, says({"groups": [{"id": "12", "name": "Sección A"}]})]
    fetch_roster(course.id)
    assert groups_of(session, course) == ({"12": "Sección A"}, [["12"]])
    moodle.pages = [enrolled, says({}, 403)]
    fetch_roster(course.id)
    assert groups_of(session, course) == ({"12": "Sección A"}, [["12"]])
    assert course.roster_state is RosterState.READY


def test_a_launch_in_the_same_moment_does_not_lose_the_list(
    session: Session, course: Context, moodle: Moodle, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in, tries = memberships.take_in, []

    def meet(*given: Any) -> None:
        tries.append(given)
        if len(tries) == 1:
            raise IntegrityError("insert", {}, Exception("somebody launched for the first time"))
        take_in(*given)

    monkeypatch.setattr(memberships, "take_in", meet)
    moodle.pages = [page(member("4"))]
    fetch_roster(course.id)
    assert (len(tries), len(groups_of(session, course)[1])) == (2, 1)
