"""The pages of the practice LMS: courses, grades and the way back from the tool."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import html

from lrc.config import Settings
from lrc.practice.classroom import PEOPLE
from lrc.practice.lms import create_practice_app
from lrc.practice.site import Site
from lrc.practice.state import Column, Grade


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mode="demo", tool_url="http://127.0.0.1:8000")


@pytest.fixture
def lms(settings: Settings) -> FlaskClient:
    return create_practice_app(settings).test_client()


def site_of(lms: FlaskClient) -> Site:
    found: Site = lms.application.extensions["practice"]
    return found


def column_of(lms: FlaskClient) -> Column:
    return next(each for each in site_of(lms).store.state.columns.values() if each.course_id == "2")


def words(lms: FlaskClient, path: str) -> str:
    answer = lms.get(path)
    assert answer.status_code == 200
    return " ".join(html.fromstring(answer.text).text_content().split())


def test_the_demos_courses_have_readings_of_which_some_are_graded(lms: FlaskClient) -> None:
    page = words(lms, "/course/view.php?id=2&as=4&lang=es")
    assert "Biblioteca virtual Lectura: Estadística descriptiva" in page
    assert "Módulo: Centro y dispersión" in page
    columns = [each for each in site_of(lms).store.state.columns.values() if each.course_id == "3"]
    assert [(each.maximum, each.review_url) for each in columns] == [(20, ""), (20, "")]


def test_students_see_neither_the_forms_nor_others_grades(lms: FlaskClient) -> None:
    page = words(lms, "/course/view.php?id=2&as=4&lang=es")
    assert "Agregar actividad" not in page
    assert "Copiar este curso" not in page
    report = words(lms, "/grade/report.php?id=2&as=4&lang=es")
    assert "Estudiante de práctica" in report
    assert "Estudiante 01" not in report


def test_a_teacher_overrides_a_grade_and_takes_that_back(lms: FlaskClient) -> None:
    column = column_of(lms)
    with site_of(lms).store.changing() as state:
        state.columns[column.id].grades["21"] = Grade(raw=12.0, comment="Leído")
    assert "Leído" in words(lms, "/grade/report.php?id=2&as=5&lang=es")
    there = {"column": column.id, "student": "21"}
    for given, final in (("15,5", 15.5), ("99", 20), ("", 12)):
        answer = lms.post("/grade/report.php?id=2&as=5", data={**there, "grade": given})
        assert answer.status_code == 303
        assert column_of(lms).final("21") == final
    assert lms.post("/grade/report.php?id=2&as=5", data={**there, "grade": "x"}).status_code == 400
    assert lms.post("/grade/report.php?id=2&as=4", data={**there, "grade": "20"}).status_code == 403


def test_a_teacher_finds_the_review_beside_each_grade(lms: FlaskClient) -> None:
    page = html.fromstring(lms.get("/grade/report.php?id=2&as=5&lang=es").text)
    reading, _module = (each for each in page.iter("a") if "trabajo de Estudiante 01" in each.get("aria-label", ""))
    [frame] = html.fromstring(lms.get(reading.get("href")).text).iter("iframe")
    assert "review=21" in frame.get("src")


def test_a_teacher_switches_to_the_role_of_a_student_and_back(lms: FlaskClient) -> None:
    [there] = [each for each in links(lms, "/course/view.php?id=2&as=5&lang=es") if "role=student" in each]
    assert "Agregar actividad" not in words(lms, there)
    assert all("role=student" in each for each in frames(lms, there))
    assert "/course/view.php?id=2&as=5&lang=es" in links(lms, there)


def links(lms: FlaskClient, path: str) -> list[str]:
    return [each.get("href") for each in html.fromstring(lms.get(path).text).iter("a")]


def frames(lms: FlaskClient, path: str) -> list[str]:
    return [each.get("src") for each in html.fromstring(lms.get(path).text).iter("iframe")]


def test_the_way_back_leads_to_the_course_with_what_the_tool_says(lms: FlaskClient) -> None:
    home = site_of(lms)
    back = f"/mod/lti/return.php?course=2&sesskey={home.sesskey(PEOPLE['4'])}&lti_msg=Hecho"
    answer = lms.get(back)
    assert answer.status_code == 302
    assert "Hecho" in words(lms, answer.location)
    assert lms.get("/mod/lti/return.php?course=2&sesskey=x").location == "/"


def test_all_that_was_done_outlives_a_restart(lms: FlaskClient, settings: Settings) -> None:
    lms.post("/course/copy.php?id=2&as=5")
    lms.post("/grade/report.php?id=2&as=5", data={"column": column_of(lms).id, "student": "21", "grade": "9"})
    again = create_practice_app(settings).test_client()
    assert site_of(again).store.state == site_of(lms).store.state
    assert "Estadística aplicada (2)" in words(again, "/")


def test_a_tool_that_moved_since_the_last_start_is_found_where_it_is(lms: FlaskClient, settings: Settings) -> None:
    with site_of(lms).store.changing() as state:
        state.activities["11"].url = "http://127.0.0.1:8000/resources/1"
    again = create_practice_app(replace(settings, tool_url="http://127.0.0.1:8080")).test_client()
    state = site_of(again).store.state
    assert state.activities["11"].url == "http://127.0.0.1:8080/resources/1"
    assert state.tools["1"].login_url == "http://127.0.0.1:8080/lti/login"


def test_a_change_that_fails_changes_nothing(lms: FlaskClient) -> None:
    store = site_of(lms).store
    before = store.state
    with pytest.raises(KeyError), store.changing() as state:
        state.courses.clear()
        raise KeyError
    assert store.state is before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/mod/lti/view.php?id=3&as=4&cm=11", 404),
        ("/mod/lti/view.php?id=2&as=4&cm=9999", 404),
        ("/mod/lti/startltiadvregistration.php?as=2&update=new&url=javascript:x", 400),
        ("/mod/lti/startltiadvregistration.php?as=4&update=new&url=http://127.0.0.1", 403),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused(lms: FlaskClient, path: str, status: int) -> None:
    assert lms.get(path).status_code == status


def test_only_what_the_forms_offer_can_be_changed(lms: FlaskClient) -> None:
    assert lms.post("/course/copy.php?id=2&as=4").status_code == 403
    unknown = {"column": "9999", "student": "21", "grade": "9"}
    assert lms.post("/grade/report.php?id=2&as=5", data=unknown).status_code == 404
    assert lms.post("/mod/lti/toolconfigure.php?as=2", data={"tool": "1", "what": "id"}).status_code == 400
    lms.post("/mod/lti/toolconfigure.php?as=2", data={"what": "blocks_keys"})
    assert "no llega a las claves" in words(lms, "/mod/lti/toolconfigure.php?as=2&lang=es")
