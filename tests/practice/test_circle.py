"""Once around with the practice LMS: chosen by a teacher, read by a student, graded, looked at, copied."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.practice.state import Activity
from lti import gradetasks, rostertasks
from lti.models import Context, Membership, Pick, Platform, Score, ScoreState
from tests import factories
from tests.campus import COURSE, STUDENT, TEACHER, Campus, form_of, hidden_fields


@pytest.fixture
def reading(campus: Campus, session: Session) -> Any:
    """Something in the library."""
    platform = session.get_one(Platform, campus.platform_id)
    owner = factories.person(session, of=platform)
    made = factories.resource(session, "Texto", by=owner, record_id="riego", title="Guía de riego")
    session.commit()
    return made


@pytest.fixture
def placed(campus: Campus, session: Session, reading: Any) -> Activity:
    """The activity that a teacher makes of it with the picker, for 15 points."""
    browser = campus.choose(TEACHER)
    browser.get(browser.landed)
    browser.submit("/picker/picks", {"add": "resource:riego"})
    [pick] = session.scalars(select(Pick))
    chosen = {"do": "place", f"title-{pick.id}": "Lee sobre riego", f"graded-{pick.id}": "on"}
    page = html.fromstring(browser.submit("/picker/review", chosen | {f"maximum-{pick.id}": "15"}).text)
    [form] = [each for each in page.forms if "JWT" in each.fields]
    returned = requests.post(form.action, dict(form.fields), timeout=10).text
    filled = requests.get(campus.lms.url + form_of(returned), hidden_fields(returned), timeout=10)
    [form] = [each for each in html.fromstring(filled.text).forms if each.method == "POST"]
    saved = requests.post(campus.lms.url + form.action, dict(form.fields), timeout=10)
    assert saved.status_code == 200
    [*_, made] = campus.lms.store.state.of_course(COURSE)
    return made


def read(campus: Campus, session: Session, placed: Activity, reading: Any) -> Score:
    """A student marks it as read, and the grade is delivered."""
    browser = campus.launch(STUDENT, placed.course_id, link=placed.link_id)
    assert "Guía de riego" in browser.get(browser.landed, follow_redirects=True).text
    browser.submit(f"/resources/{reading.id}/mark")
    session.rollback()
    [*_, owed] = session.scalars(select(Score).order_by(Score.id))
    gradetasks.deliver_score(owed.id)
    session.rollback()
    return owed


def test_what_a_teacher_chose_brings_the_student_a_grade(
    campus: Campus, session: Session, placed: Activity, reading: Any
) -> None:
    assert placed.title == "Lee sobre riego"
    assert placed.icon.startswith(campus.settings.tool_url)
    owed = read(campus, session, placed, reading)
    assert owed.state is ScoreState.ACCEPTED
    assert (owed.given, owed.maximum) == (15, 15)
    assert campus.gradebook()[placed.link_id] == {STUDENT.sub: 15}


def test_the_teacher_looks_at_the_work_from_the_gradebook(
    campus: Campus, session: Session, placed: Activity, reading: Any
) -> None:
    read(campus, session, placed, reading)
    report = requests.get(f"{campus.lms.url}/grade/report.php?id=2&as=5&lang=es", timeout=10).text
    assert f"Ver el trabajo de {STUDENT.name} en Lee sobre riego" in report
    browser = campus.launch(TEACHER, link=placed.link_id, review=STUDENT.sub)
    page = browser.get(browser.landed, follow_redirects=True)
    assert page.status_code == 200
    assert STUDENT.name in page.text


def test_a_copy_of_the_course_opens_the_same_and_grades_apart(
    campus: Campus, session: Session, placed: Activity, reading: Any
) -> None:
    read(campus, session, placed, reading)
    copy = campus.copy()
    [*_, twin] = campus.lms.store.state.of_course(copy)
    assert campus.gradebook(copy) == {twin.link_id: {}}
    owed = read(campus, session, twin, reading)
    assert owed.state is ScoreState.ACCEPTED
    assert campus.gradebook(copy) == {twin.link_id: {STUDENT.sub: 15}}


def test_the_roster_comes_with_who_never_came(campus: Campus, session: Session) -> None:
    campus.launch(TEACHER)
    context = session.scalars(select(Context)).one()
    rostertasks.fetch_roster(context.id)
    session.rollback()
    found = {each.sub: each.launched_at is not None for each in session.scalars(select(Membership))}
    assert len(found) == 17
    assert [sub for sub, came in found.items() if came] == [TEACHER.sub]


def test_a_service_that_took_its_tokens_back_gives_new_ones(
    campus: Campus, session: Session, placed: Activity, reading: Any
) -> None:
    read(campus, session, placed, reading)
    campus.lms.grants.forget()
    context = session.scalars(select(Context)).one()
    rostertasks.fetch_roster(context.id)
    before = len(campus.lms.quirks.called("token"))
    campus.lms.grants.forget()
    rostertasks.fetch_roster(context.id)
    assert len(campus.lms.quirks.called("token")) == before + 1
    assert [each.status for each in campus.lms.quirks.called("memberships")][-2:] == [401, 200]
