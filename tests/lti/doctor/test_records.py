"""What the doctor reads out of our own records: addresses, launches seen and refused, services that failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lti.doctor import examining, grades
from lti.doctor.findings import State
from lti.grades import Reason
from lti.models import Context, Membership, Platform, ResourceLink, Score, ScoreState, ServiceFailure
from lti.refusals import Reason as Refused
from lti.sightings import Refusal, Seen
from tests import factories
from tests.lti.doctor.conftest import Load, found, states

NOW = utcnow()


def _seen(*marks: str, ago: timedelta = timedelta(), **more: Any) -> Seen:
    return Seen(dict.fromkeys(marks, NOW - ago), **more)


@pytest.mark.parametrize(
    ("changes", "code", "state"),
    [
        ({"tool_url": "http://t.example", "issuer": "https://m.example"}, "mixed-content", State.BAD),
        ({"tool_url": "http://t.example", "is_production": True}, "tool-http", State.BAD),
        ({"is_production": True}, "moodle-http", State.BETTER),
        ({"issuer": "https://m.example/"}, "issuer-slash", State.BAD),
        ({"jwks_url": "https://old.example/mod/lti/certs.php"}, "addresses-elsewhere", State.BETTER),
        ({"same_moodle": 1}, "registered-twice", State.BETTER),
    ],
)
def test_addresses_that_cannot_work_together(load: Load, changes: Any, code: str, state: State) -> None:
    seen = states(examining.known(load(**changes)))
    assert seen[code] is state
    assert "addresses" not in seen


def test_addresses_in_order_are_good(load: Load) -> None:
    assert states(examining.known(load()))["addresses"] is State.GOOD


def test_a_slash_in_the_issuer_is_right_where_launches_come_with_it(load: Load) -> None:
    case = load(issuer="https://m.example/", seen=_seen("names:yes"))
    assert "issuer-slash" not in states(examining.known(case))


def test_before_the_first_launch_little_is_known(load: Load) -> None:
    seen = states(examining.known(load()))
    assert [seen[each] for each in ("launches", "contents", "chooser", "services", "clock")] == [State.UNKNOWN] * 5
    assert found(examining.known(load()), "launches").places[0].path_en.endswith("Activate")


def test_launches_that_come_are_good(load: Load) -> None:
    case = load(seen=_seen("names:yes", "deployment:1", clock_s=-0.4))
    seen = states(examining.known(case))
    assert [seen[each] for each in ("launches", "deployment", "clock")] == [State.GOOD] * 3


def test_a_platform_without_any_deployment_lets_nobody_in(load: Load) -> None:
    assert states(examining.known(load(deployment_ids=())))["deployment-none"] is State.BAD


def test_a_parameter_that_came_last_week_and_no_longer_is_missing(load: Load) -> None:
    seen = Seen({"custom:user_groups": NOW - timedelta(days=7), "names:yes": NOW})
    assert states(examining.known(load(seen=seen)))["parameter-user_groups"] is State.BETTER


def test_a_clock_that_launches_show_to_be_wrong_is_said_without_asking(load: Load) -> None:
    assert states(examining.known(load(seen=_seen("names:yes", clock_s=-55.0))))["clock"] is State.BAD


def test_a_refused_launch_after_which_nothing_came_is_wrong(load: Load) -> None:
    refusals = {str(Refused.UNKNOWN_DEPLOYMENT): Refusal(utcnow() - timedelta(minutes=5), "'7'")}
    case = load(seen=_seen("names:yes", ago=timedelta(days=3), refusals=refusals))
    refused = found(examining.known(case), "refused-unknown-deployment")
    assert refused.state is State.BAD
    assert "Hace 5 min rechazamos una visita" in refused.sentence
    assert "'7'" in refused.detail
    assert "deployments 1" in refused.detail


def test_a_refusal_of_yesterday_is_told_in_hours(load: Load) -> None:
    refusals = {str(Refused.BAD_VERSION): Refusal(utcnow() - timedelta(hours=26), "")}
    assert "Hace 26 h" in found(examining.known(load(seen=_seen(refusals=refusals))), "refused-bad-version").sentence


def test_a_refused_launch_is_less_urgent_where_others_came_in_since(load: Load) -> None:
    refusals = {str(Refused.UNKNOWN_DEPLOYMENT): Refusal(NOW - timedelta(minutes=5), "")}
    case = load(seen=_seen("names:yes", refusals=refusals))
    assert states(examining.known(case))["refused-unknown-deployment"] is State.BETTER


def test_what_one_browser_caused_is_no_fault_of_the_registration(load: Load) -> None:
    refusals = {str(Refused.NO_COOKIES): Refusal(NOW - timedelta(minutes=5), "")}
    assert states(examining.known(load(seen=_seen(refusals=refusals))))["refused-no-cookies"] is State.BETTER


def test_refusals_of_long_ago_and_of_other_versions_are_left_out(load: Load) -> None:
    old = {str(Refused.BAD_NONCE): Refusal(NOW - timedelta(days=9), ""), "a word of another version": Refusal(NOW, "")}
    assert not [each for each in states(examining.known(load(seen=_seen(refusals=old)))) if each.startswith("refused")]


@pytest.mark.parametrize("reason", list(Refused))
def test_every_reason_to_refuse_has_words_for_the_administrator(load: Load, reason: Refused) -> None:
    case = load(seen=_seen(refusals={str(reason): Refusal(NOW, "<b>x\n</b>")}))
    [each] = [each for each in examining.known(case).findings if each.code.startswith("refused")]
    assert str(each.sentence)
    assert str(each.advice)
    assert "\n" not in each.detail


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (("names:yes", "emails:no"), {"names": State.GOOD, "emails": State.GOOD}),
        (("names:no", "emails:yes"), {"names": State.BETTER, "emails": State.GOOD}),
    ],
)
def test_privacy_is_told_and_never_called_wrong(load: Load, marks: tuple[str, ...], expected: Any) -> None:
    assert states(examining.known(load(seen=_seen(*marks)))).items() >= expected.items()


def test_names_that_are_withheld_since_yesterday_are_withheld(load: Load) -> None:
    marks = {"names:yes": NOW - timedelta(days=1), "names:no": NOW}
    assert states(examining.known(load(seen=Seen(marks))))["names"] is State.BETTER


def test_custom_parameters_are_told_with_the_line_to_add(load: Load) -> None:
    case = load(seen=_seen("names:yes", "custom:context_history", "unfilled:user_groups"))
    examination = examining.known(case)
    assert states(examination)["parameter-context_history"] is State.GOOD
    unfilled = found(examination, "parameter-user_groups")
    assert unfilled.state is State.BETTER
    assert unfilled.places[0].value == "user_groups=$Moodle.Person.userGroupIds"
    missing = found(examining.known(load(seen=_seen("names:yes"))), "parameter-context_history")
    assert "No llega" in missing.sentence
    assert "cursos copiados" in missing.advice


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (("cookies:frame",), {"cookies": State.GOOD}),
        (("cookies:storage",), {"cookies": State.GOOD}),
        (("cookies:window",), {"cookies": State.GOOD}),
        (("cookies:tab",), {"cookies": State.BETTER}),
        (("cookies:frame", "cookies:tab"), {"cookies": State.GOOD, "cookies-some": State.GOOD}),
        ((), {}),
    ],
)
def test_how_browsers_kept_our_cookies(load: Load, marks: tuple[str, ...], expected: dict[str, State]) -> None:
    seen = states(examining.known(load(seen=_seen("names:yes", *marks))))
    assert {code: state for code, state in seen.items() if code.startswith("cookies")} == expected


def test_a_teacher_who_chose_contents_shows_that_moodle_offers_the_tool(load: Load) -> None:
    case = load(seen=_seen("names:yes", "message:LtiDeepLinkingRequest"))
    assert states(examining.known(case))["chooser"] is State.GOOD
    places = found(examining.known(load()), "chooser").places
    assert "Show in activity chooser" in places[0].value


def test_services_that_failed_lately_are_told_without_anything_of_a_person(
    load: Load, session: Session, platform: Platform
) -> None:
    said = 'Incorrect score received for 1234 ana@uni.example {"userId":"77"}'
    for minutes in (1, 2, 3000):
        at = utcnow() - timedelta(minutes=minutes)
        session.add(_failure(platform, said, at))
    session.commit()
    failing = found(examining.known(load()), "failing-score")
    assert failing.state is State.BETTER
    assert "el envío de notas: 2" in failing.sentence
    assert "status 400" in failing.detail
    for personal in ("1234", "ana", "77", "userId"):
        assert personal not in failing.detail.partition("status")[2]


def _failure(platform: Platform, said: str, at: datetime) -> ServiceFailure:
    return ServiceFailure(
        platform_id=platform.id, service="score", url="https://x.example", status=400, said=said, failed_at=at
    )


def test_scores_are_counted_by_state_and_reason(load: Load, session: Session, platform: Platform) -> None:
    link = _link(session, factories.context(session, of=platform))
    elsewhere = _link(session, factories.context(session))
    _score(session, link, ScoreState.REFUSED, Reason.NOT_A_STUDENT)
    _score(session, link, ScoreState.REFUSED, Reason.NOT_A_STUDENT)
    _score(session, link, ScoreState.CREATED, Reason.TOKEN)
    _score(session, link, ScoreState.ACCEPTED, Reason.NOT_SHOWN)
    _score(session, link, ScoreState.CREATED)
    _score(session, link, ScoreState.SUPERSEDED, Reason.TOKEN)
    _score(session, link, ScoreState.REFUSED, Reason.REJECTED, ago=timedelta(days=40))
    _score(session, elsewhere, ScoreState.REFUSED, Reason.GAVE_UP)
    session.commit()
    case = load()
    assert case.has_graded_links
    examination = examining.known(case)
    assert {code for code in states(examination) if code.startswith("scores")} == {
        "scores-refused-not-a-student",
        "scores-waiting-token",
        "scores-unseen",
    }
    assert (
        "Moodle no aceptó 2 notas este mes: Moodle dice" in found(examination, "scores-refused-not-a-student").sentence
    )
    assert "1 nota espera: Moodle no nos deja entrar" in found(examination, "scores-waiting-token").sentence
    assert "Puntuación" in found(examination, "scores-unseen").advice


@pytest.mark.parametrize("reason", [*Reason, "a reason of another version"])
@pytest.mark.parametrize("state", [ScoreState.REFUSED, ScoreState.CREATED, ScoreState.ACCEPTED])
def test_every_reason_of_the_ledger_has_words(load: Load, state: ScoreState, reason: str) -> None:
    [each] = [each for each in examining.known(load(scores={(state, reason): 3})).findings if each.group == "grades"]
    assert str(each.sentence)
    assert str(each.advice)


def test_nothing_that_failed_is_good(load: Load) -> None:
    assert states(examining.known(load()))["grades"] is State.GOOD


def test_the_course_that_was_opened_last_is_the_one_to_ask(load: Load, session: Session, platform: Platform) -> None:
    for label, days in (("old", 3), ("new", 1)):
        context = factories.context(session, of=platform)
        context.lineitems_url, context.memberships_url = f"https://x.example/{label}", ""
        launched_at = utcnow() - timedelta(days=days)
        session.add(Membership(context_id=context.id, sub="4", launched_at=launched_at))
    session.commit()
    assert load().lineitems_url == "https://x.example/new"


@pytest.mark.parametrize("text", ["", "<h1>Error</h1> at 127.0.0.1", "{", "x" * 900, "<" * 900])
def test_what_a_platform_said_is_one_short_line(text: str) -> None:
    assert len(grades.said(text)) <= 110
    assert "127" not in grades.said(text)


def _link(session: Session, context: Context) -> ResourceLink:
    made = ResourceLink(context_id=context.id, resource_link_id="1", is_graded=True)
    session.add(made)
    session.flush()
    return made


def _score(
    session: Session, link: ResourceLink, state: ScoreState, reason: str = "", ago: timedelta = timedelta()
) -> None:
    made = Score(link_id=link.id, person_id=factories.person(session).id, origin="read:1", given=1.0, maximum=1.0)
    made.state, made.reason = state, reason
    made.settled_at = None if state is ScoreState.CREATED else utcnow() - ago
    session.add(made)
    session.flush()
