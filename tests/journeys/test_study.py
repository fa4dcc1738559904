"""A student learns on a phone whose connection comes and goes: nothing that was answered is lost, and all that is said
of it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import utcnow
from lrc.study.models import Attempt, Entry, EntryKind
from lti.models import StoredLaunch
from tests.campus import CLASS, COURSE, STUDENT, Campus
from tests.journeys.conftest import LAPTOP, PERUVIAN
from tests.journeys.devices import OFFLINE, PHONE, Device, begin, read_the_lessons
from tests.study import learners, shelf

# The plain server of these tests leaves it to the collector to close static files that were sent compressed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*static:ResourceWarning")


@pytest.fixture
def module(campus: Campus, session: Session) -> Resource:
    return shelf.module(session)


@pytest.fixture
def devices(browser: Browser, campus: Campus, module: Resource) -> Iterator[Any]:
    custom = {"lrc_kind": "module", "lrc_id": module.record_id}
    activity = campus.place(title="Sembrar papa", custom=custom, maximum=20).id
    with ExitStack() as ending:

        def make(**options: Any) -> Device:
            wanted = {**PERUVIAN, "viewport": LAPTOP, **options}
            return Device(ending.enter_context(browser.new_context(**wanted)), campus, activity)

        yield make


def test_a_student_loses_the_connection_twice_and_finishes_on_another_device(devices: Any, session: Session) -> None:
    phone = devices(**PHONE)
    phone.launch()
    phone.look()
    read_the_lessons(phone)
    phone.press("Empezar el cuestionario")
    phone.question("una").get_by_label("La sana").check()
    phone.expect_said("una", "Guardado")
    phone.look()

    phone.lose_connection()
    phone.question("corta").get_by_label("Tu respuesta").fill("pacha mama")
    phone.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    phone.expect_said("corta", "Por enviar")
    phone.expect_page_says("Hay 1 anotación por enviar. Sin conexión: todo queda en este aparato")
    phone.complaints.pardon(OFFLINE)
    phone.look(reload=False)
    phone.find_connection()
    phone.expect_said("corta", "Guardado")

    phone.lose_connection()
    phone.question("cierto").get_by_label("Verdadero").check()
    phone.expect_said("cierto", "Por enviar")
    phone.page.close()
    phone.find_connection()
    assert "cierto" not in answered(session)
    phone.launch()
    expect(phone.page.locator("#outbox")).to_have_attribute("data-state", "saved")
    assert answered(session)["cierto"] is True

    laptop = devices()
    laptop.launch()
    laptop.press("Seguir: Repaso de la siembra")
    expect(laptop.question("una").get_by_label("La sana")).to_be_checked()
    expect(laptop.question("corta").get_by_label("Tu respuesta")).to_have_value("Pachamama")
    laptop.expect_said("cierto", "Guardado")
    laptop.press("Entregar")
    expect(laptop.page.locator("#missing")).to_contain_text("Te faltan 5 preguntas por responder.")
    laptop.press("Entregar así")
    expect(laptop.page.get_by_text("Aún sin aprobar: 3 de 8")).to_be_visible()
    laptop.look()
    laptop.page.get_by_role("link", name="Portada del módulo").click()
    expect(laptop.page.get_by_text("Nota 37.5/100")).to_be_visible()


def answered(session: Session) -> dict[str, Any]:
    """What the server has of each question, the last answer that came."""
    session.rollback()
    entries = session.scalars(select(Entry).where(Entry.kind == EntryKind.ANSWERED).order_by(Entry.sequence))
    return {each.question: each.response for each in entries}


def test_what_was_handed_in_without_connection_is_handed_in_once_it_is_back(devices: Any, session: Session) -> None:
    phone = devices(**PHONE)
    begin(phone)
    phone.lose_connection()
    phone.question("una").get_by_label("La sana").check()
    phone.press("Entregar")
    phone.press("Entregar así")
    phone.expect_page_says("Tu entrega está por enviar.")
    expect(phone.question("una").get_by_label("La sana")).to_be_disabled()
    phone.find_connection()
    expect(phone.page.get_by_text("Aún sin aprobar: 1 de 8")).to_be_visible()
    made = session.scalars(select(Attempt)).one()
    assert (made.given, made.submitted_at is not None) == (1, True)


def test_what_is_answered_before_the_script_has_come_is_kept_too(devices: Any, session: Session) -> None:
    phone = devices(**PHONE)
    held: list[Route] = []
    phone.context.route("**/attempt.js*", lambda route: held.append(route))
    begin(phone)
    phone.question("una").get_by_label("La sana").check()
    phone.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    phone.question("orden").get_by_role("combobox").first.select_option("2")
    for each in held:
        each.continue_()
    for key in ("una", "corta", "orden"):
        phone.expect_said(key, "Guardado")
    phone.expect_said("varias", "Sin responder")
    assert set(answered(session)) == {"una", "corta", "orden"}


def test_what_the_server_did_not_take_is_still_there_after_loading_the_page_anew(
    devices: Any, session: Session, app: Flask
) -> None:
    phone = devices(**PHONE)
    begin(phone)
    door = app.view_functions["study.write_journal"]
    app.view_functions["study.write_journal"] = lambda: ("", 503)
    phone.question("corta").get_by_label("Tu respuesta").fill("Mama Sara")
    phone.question("orden").get_by_role("combobox").first.select_option("2")
    phone.question("varias").get_by_label("Agua").check()
    phone.expect_said("varias", "Por enviar")
    phone.page.reload()
    expect(phone.question("corta").get_by_label("Tu respuesta")).to_have_value("Mama Sara")
    expect(phone.question("orden").get_by_role("combobox").first).to_have_value("2")
    expect(phone.question("varias").get_by_label("Agua")).to_be_checked()
    phone.expect_said("corta", "Por enviar")
    assert answered(session) == {}
    app.view_functions["study.write_journal"] = door
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.expect_said("corta", "Guardado")
    assert set(answered(session)) == {"corta", "orden", "varias"}


def test_when_the_visit_has_ended_all_is_kept_until_the_next_launch(devices: Any, session: Session) -> None:
    phone = devices(**PHONE)
    begin(phone)
    session.execute(delete(StoredLaunch))
    session.commit()
    phone.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    phone.expect_page_says("Tu visita terminó: todo queda en este aparato.")
    phone.expect_said("corta", "Por enviar")
    phone.page.close()
    phone.launch()
    expect(phone.page.locator("#outbox")).to_have_attribute("data-state", "saved")
    assert answered(session) == {"corta": "Pachamama"}


def test_without_scripts_a_quiz_is_saved_and_handed_in_by_its_buttons(devices: Any, session: Session) -> None:
    plain = devices(java_script_enabled=False)
    plain.page = plain.context.new_page()
    plain.page.goto(
        f"{plain.campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={STUDENT.sub}&lang=es&cm={plain.activity}"
    )
    plain.press("Continuar")
    plain.press("Continuar")
    plain.page.get_by_role("link", name="Repaso de la siembra").click()
    plain.press("Empezar el cuestionario")
    plain.question("una").get_by_label("La sana").check()
    plain.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    plain.press("Guardar (pregunta 1)")
    plain.expect_said("corta", "Guardado")
    plain.press("Ver una pista (pregunta 1)")
    expect(plain.page.get_by_text("No la que tiene gusanos.")).to_be_visible()
    plain.page.get_by_role("button", name=re.compile("^Entregar$")).click()
    expect(plain.page.get_by_text("Te faltan 6 preguntas por responder.")).to_be_visible()
    plain.press("Entregar así")
    expect(plain.page.get_by_text("Aún sin aprobar: 2 de 8")).to_be_visible()


def test_another_person_on_the_same_phone_sends_nothing_of_the_first(
    devices: Any, session: Session, app: Flask
) -> None:
    phone = devices(**PHONE)
    begin(phone)
    door = app.view_functions["study.write_journal"]
    app.view_functions["study.write_journal"] = lambda: ("", 503)
    phone.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    phone.expect_page_says("La biblioteca no pudo recibirlo ahora")
    first = phone.page
    app.view_functions["study.write_journal"] = door
    phone.launch(next(each for each in CLASS if each != STUDENT))
    expect(phone.page.locator("main")).to_contain_text("Empezar")
    first.evaluate("dispatchEvent(new Event('online'))")
    expect(first.locator("#outbox [data-shown]")).to_contain_text("Tu visita terminó")
    assert answered(session) == {}
    phone.launch()
    expect(phone.page.locator("#outbox")).to_have_attribute("data-state", "saved")
    assert answered(session) == {"corta": "Pachamama"}


def test_tabs_and_devices_and_a_browser_that_keeps_nothing_tell_the_truth(devices: Any, session: Session) -> None:
    laptop = devices()
    begin(laptop)
    first, second = laptop.page, laptop.context.new_page()
    second.goto(first.url)
    laptop.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    laptop.expect_said("corta", "Guardado")
    laptop.page = second
    second.evaluate("token = 'of a visit that has ended'")
    laptop.question("cierto").get_by_label("Falso").check()
    laptop.expect_said("cierto", "Guardado")
    expect(laptop.question("corta").get_by_label("Tu respuesta")).to_have_value("Pachamama")
    laptop.expect_said("corta", "Guardado")

    forgetful = devices()
    forgetful.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    forgetful.launch()
    forgetful.press("Seguir: Repaso de la siembra")
    expect(forgetful.question("corta").get_by_label("Tu respuesta")).to_have_value("Pachamama")
    forgetful.lose_connection()
    forgetful.question("una").get_by_label("La sana").check()
    forgetful.expect_page_says("no cierres la página hasta que todo esté guardado")
    forgetful.find_connection()
    forgetful.expect_said("una", "Guardado")

    # Who comes back to the first device sees what was answered on the other.
    second.evaluate("freshAt = -Infinity; document.dispatchEvent(new Event('visibilitychange'))")
    expect(laptop.question("una").get_by_label("La sana")).to_be_checked()
    laptop.expect_said("una", "Guardado")


def test_time_is_told_in_words_and_what_was_answered_is_handed_in_when_it_is_over(
    devices: Any, session: Session, module: Resource
) -> None:
    learners.version(session, module, *shelf.LESSONS, shelf.quiz(time_limit_minutes=5))
    session.commit()
    phone = devices(**PHONE)
    begin(phone)
    expect(phone.page.locator("#clock")).to_contain_text("Te quedan 5 minutos.")
    phone.look()
    phone.question("corta").get_by_label("Tu respuesta").fill("Pachamama")
    phone.expect_said("corta", "Guardado")
    running = session.scalars(select(Attempt)).one()
    running.due_at = utcnow() + timedelta(seconds=10)  # within which the page is there again
    session.commit()
    phone.page.reload()
    expect(phone.page.locator("#clock")).to_contain_text("Te queda 1 minuto.")
    expect(phone.page.get_by_text("Aún sin aprobar: 1 de 8")).to_be_visible()
