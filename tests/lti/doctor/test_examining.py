"""An examination of the practice LMS, and of one that is dead or hangs."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.errors import NotFound, Unavailable
from lti.addresses import LOOPBACK
from lti.doctor import case, examining, places
from lti.doctor.asking import MEMBERS, SCORE
from lti.doctor.case import Case
from lti.doctor.findings import State
from lti.models import Institution, ServiceFailure
from lti.outgoing import Limits
from tests import factories
from tests.campus import ADMINISTRATOR, STUDENT, TEACHER, Campus
from tests.lti.doctor.conftest import Load, found, states
from tests.lti.servers import Server, hang


def _case(session: Session, campus: Campus, settings: Settings) -> Case:
    session.expire_all()
    loaded = case.load(session, campus.platform_id, settings, every_institution=True)
    session.rollback()
    return loaded


def test_a_registration_that_works_has_nothing_wrong(campus: Campus, session: Session, settings: Settings) -> None:
    campus.launch(STUDENT)
    campus.launch(TEACHER)
    seen = states(examining.examine(_case(session, campus, settings)))
    assert State.BAD not in seen.values(), seen
    for code in ("addresses", "our-key", "keys", "token", "scope-grades", "scope-roster", "lineitems", "memberships"):
        assert seen[code] is State.GOOD, seen
    assert seen["clock"] is State.GOOD


def test_nothing_is_asked_for_what_is_known_already(load: Load, server: Server) -> None:
    examination = examining.known(load())
    assert server.asked == []
    assert not examination.was_asked
    assert {examination.groups[index].name for index in range(3)} == {"addresses", "our-keys", "platform-keys"}
    assert states(examination)["keys"] is State.UNKNOWN
    assert states(examination)["token"] is State.UNKNOWN


def test_a_dead_platform_is_called_dead(load: Load, server: Server) -> None:
    server.server_close()
    examination = examining.examine(load())
    assert states(examination)["keys-unreachable"] is State.BAD
    assert states(examination)["token-unreachable"] is State.BAD
    assert "no acepta la conexión" in found(examination, "token-unreachable").sentence


def test_a_platform_that_hangs_is_left_in_time(load: Load, server: Server) -> None:
    server.reply = hang
    began = time.monotonic()
    examination = examining.examine(load())
    assert time.monotonic() - began < 15  # and not the twenty seconds that it hangs
    assert "no respondió a tiempo" in found(examination, "keys-unreachable").sentence


def test_the_whole_has_a_limit_of_its_own(load: Load, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.reply = hang
    monkeypatch.setattr("lti.doctor.asking.TIME_LIMIT_S", 0.2)
    began = time.monotonic()
    examination = examining.examine(load(limits=Limits(18.0, networks=LOOPBACK)))
    assert time.monotonic() - began < 12
    assert states(examination)["token-unreachable"] is State.BAD


def test_no_thread_is_left_behind(load: Load, server: Server) -> None:
    before = set(threading.enumerate())
    examining.examine(load())
    for _ in range(100):
        left = [each for each in set(threading.enumerate()) - before if each.name.startswith("doctor")]
        if not left:
            return
        time.sleep(0.02)
    pytest.fail(str(left))


def test_only_some_examinations_go_on_at_the_same_time(load: Load, server: Server) -> None:
    server.reply = hang
    going = [threading.Thread(target=examining.examine, args=(load(),)) for _ in range(2)]
    for each in going:
        each.start()
    while len(server.asked) < 4:
        time.sleep(0.02)
    with pytest.raises(Unavailable):
        examining.examine(load())
    for each in going:
        each.join()
    server.reply = lambda asked: asked.send_error(404)
    assert examining.examine(load()).was_asked


def test_the_most_urgent_comes_first_and_names_the_whole(load: Load, server: Server) -> None:
    examination = examining.examine(load(tool_url="http://tool.example", issuer="https://moodle.example"))
    assert examination.state is State.BAD
    assert examination.count(State.BAD) >= 2
    for group in examination.groups:
        order = [list(State).index(each.state) for each in group.findings]
        assert order == sorted(order)
        assert all(each.group == group.name for each in group.findings)


def test_every_finding_that_is_not_good_says_what_to_do_unless_it_only_waits(load: Load, server: Server) -> None:
    for each in examining.examine(load(tool_url="http://t.example", is_production=True)).findings:
        assert str(each.sentence).endswith((".", "»"))
        assert each.state in (State.GOOD, State.UNKNOWN) or str(each.advice)


def test_moodles_settings_are_named_in_both_languages() -> None:
    assert "Administrar herramientas" in places.GRADES.path_es
    assert "Manage tools" in places.GRADES.path_en
    assert "grade sync and column management" in places.GRADES.value
    assert places.redirection("https://tool.example").value == "https://tool.example/lti/launch"


def test_a_platform_that_is_not_there_is_not_found(session: Session, settings: Settings) -> None:
    with pytest.raises(NotFound):
        case.load(session, 9999, settings, every_institution=True)


def test_other_registrations_are_told_only_to_who_may_know(session: Session, settings: Settings) -> None:
    mine = factories.platform(session, issuer="https://moodle.example", client_id="a")
    factories.platform(session, issuer="https://moodle.example", client_id="b", of=mine.institution)
    factories.platform(session, issuer="https://moodle.example", client_id="c", of=Institution(name="Otra"))
    session.flush()
    counts = [
        case.load(session, mine.id, settings, every_institution=all_of_them).same_moodle
        for all_of_them in (False, True)
    ]
    assert counts == [1, 2]


def test_facts_of_one_platform_are_not_anothers(session: Session, settings: Settings) -> None:
    mine, theirs = factories.platform(session), factories.platform(session)
    session.add(ServiceFailure(platform_id=theirs.id, service="score", url="https://x.example", status=500))
    session.flush()
    assert case.load(session, mine.id, settings, every_institution=False).failures == ()
    assert len(case.load(session, theirs.id, settings, every_institution=False).failures) == 1


def test_each_scope_is_asked_for_by_itself(campus: Campus, session: Session, settings: Settings) -> None:
    with campus.lms.store.changing() as state:
        state.tools["1"].scopes = [SCORE, MEMBERS]
    examination = examining.examine(_case(session, campus, settings))
    assert states(examination)["token"] is State.GOOD
    assert states(examination)["scope-grades-only"] is State.BETTER
    assert found(examination, "scope-grades-only").places == (places.GRADES,)
    assert states(examination)["scope-roster"] is State.GOOD
    assert len(campus.lms.quirks.called("token")) == 6  # five scopes, and a request without anything


def test_a_platform_that_grants_nothing_is_told_which_services_to_allow(
    campus: Campus, session: Session, settings: Settings
) -> None:
    with campus.lms.store.changing() as state:
        state.tools["1"].scopes = []
    loaded = _case(session, campus, settings)
    examination = examining.examine(loaded)
    assert states(examination)["token"] is State.GOOD  # it could check our signature
    assert states(examination)["scope-no-grades"] is State.BETTER
    assert found(examination, "scope-no-roster").places == (places.ROSTER,)
    graded = examining.examine(replace(loaded, has_graded_links=True))
    assert states(graded)["scope-no-grades"] is State.BAD


def test_a_moodle_kept_from_our_keys_is_told_which_security_settings_to_change(
    campus: Campus, session: Session, settings: Settings
) -> None:
    campus.lms.quirks.blocks_keys = True
    examination = examining.examine(_case(session, campus, settings))
    blocked = found(examination, "token-keys-blocked")
    assert blocked.state is State.BAD
    assert [each.path_en.rpartition("(")[2] for each in blocked.places] == [
        "curlsecurityblockedhosts)",
        "curlsecurityallowedport)",
    ]
    assert blocked.places[1].value == settings.tool_url.rpartition(":")[2]
    assert f"{settings.tool_url}/lti/jwks.json" in blocked.detail


def test_a_moodle_whose_clock_is_wrong_refuses_our_tokens_and_is_told_so(
    campus: Campus, session: Session, settings: Settings
) -> None:
    campus.lms.quirks.clock_s = 400
    assert states(examining.examine(_case(session, campus, settings)))["token-clock"] is State.BAD


def test_a_client_that_moodle_does_not_know_is_named(campus: Campus, session: Session, settings: Settings) -> None:
    loaded = replace(_case(session, campus, settings), client_id="deleted")
    assert states(examining.examine(loaded))["token-client"] is State.BAD


def test_names_withheld_from_the_roster_are_optional(campus: Campus, session: Session, settings: Settings) -> None:
    campus.privacy(name=False, email=False)
    campus.launch(ADMINISTRATOR)
    examination = examining.examine(_case(session, campus, settings))
    assert found(examination, "memberships-names").places == (places.SHARE_NAME,)
    assert examination.state is not State.BAD


@pytest.mark.parametrize("service", ["lineitems", "memberships"])
@pytest.mark.parametrize(("status", "state"), [(500, State.BAD), (403, State.BAD), (404, State.BETTER)])
def test_a_service_that_fails_is_named(
    campus: Campus, session: Session, settings: Settings, service: str, status: int, state: State
) -> None:
    campus.launch(STUDENT)
    campus.lms.quirks.fail(service, status)
    assert states(examining.examine(_case(session, campus, settings)))[f"{service}-failed"] is state
