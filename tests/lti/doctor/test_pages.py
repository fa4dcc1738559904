"""The doctor's pages and command: who may see which platform, and what is shown."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import engine_of
from lti.commands import platforms as platforms_command
from lti.doctor import examining
from lti.models import Context, Institution, Platform
from lti.viewers import Role
from tests import factories
from tests.campus import ADMINISTRATOR, STUDENT, TEACHER, Campus
from tests.factories import Browser
from tests.lti.servers import Server, says
from tests.lti.test_operating import entered


@pytest.fixture
def administrator(app: Flask, session: Session, platform: Platform) -> Browser:
    return factories.signed_in(app, session, Role.ADMINISTRATOR, by=factories.person(session, of=platform))


def test_an_administrator_sees_what_is_known_and_nobody_is_asked(administrator: Browser, server: Server) -> None:
    answer = administrator.get("/platform")
    assert answer.status_code == 200
    assert server.url in answer.text
    assert "no se sabe todavía" in answer.text
    assert "sin preguntar a tu Moodle" in answer.text
    assert server.asked == []


def test_the_button_asks_and_shows_what_was_found(administrator: Browser, server: Server) -> None:
    server.reply = says(b"<h1>Error</h1>", 404)
    answer = administrator.submit("/platform")
    assert answer.status_code == 200
    text = unescape(answer.text)
    assert "En la dirección registrada para pedir permisos (token) no responde Moodle." in text
    assert "Ver detalles de configuración" in text
    assert "View configuration details" in text
    assert "<details>" in text
    assert len(server.asked) == 7


def test_states_are_told_in_words_beside_their_icons(administrator: Browser) -> None:
    found = re.findall(r'<span class="badge [^"]*"><svg.*?</svg> ([^<]+)</span>', administrator.get("/platform").text)
    assert set(found) >= {"bien", "no se sabe todavía"}


def test_a_page_is_light_and_has_no_script_or_style_in_it(administrator: Browser) -> None:
    page = administrator.submit("/platform").text
    assert len(page.encode()) < 40_000
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.LIBRARIAN])
def test_only_administrators_see_it(app: Flask, session: Session, role: Role, server: Server) -> None:
    browser = factories.signed_in(app, session, role)
    assert browser.get("/platform").status_code == 403
    assert browser.submit("/platform").status_code == 403
    assert Browser(app, app.response_class).get("/platform").status_code == 401


def test_an_administrator_sees_only_the_platform_of_their_launch(
    app: Flask, session: Session, administrator: Browser, platform: Platform
) -> None:
    other = factories.platform(session, issuer="https://other.example", of=Institution(name="Universidad ajena"))
    twin = factories.platform(session, issuer=platform.issuer, client_id="twin", of=Institution(name="Otra más"))
    session.commit()
    page = unescape(administrator.submit("/platform").text)
    assert platform.institution.name in page
    for theirs in (other.issuer, "Universidad ajena", "Otra más", "twin", "más de un registro"):
        assert theirs not in page
    own = factories.signed_in(app, session, Role.ADMINISTRATOR, by=factories.person(session, of=other))
    assert "other.example" in own.get("/platform").text
    assert administrator.get(f"/operator/platforms/{twin.id}/check").status_code == 401


def test_the_operator_sees_any_platform(app: Flask, session: Session, platform: Platform) -> None:
    factories.platform(session, issuer=platform.issuer, client_id="twin", of=Institution(name="Otra más"))
    operator = entered(app, session)
    address = f"/operator/platforms/{platform.id}/check"
    assert "más de un registro" in operator.get(address).text
    assert "preguntamos a tu Moodle" in operator.submit(address).text
    assert operator.get("/operator/platforms/9999/check").status_code == 404
    assert Browser(app, app.response_class).submit(address).status_code == 401


def test_no_transaction_is_held_while_the_platform_is_asked(
    app: Flask, administrator: Browser, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ones: list[int] = []
    counted = {"open": 0}
    engine = engine_of(app)
    event.listen(engine, "begin", lambda _c: counted.update(open=counted["open"] + 1))
    event.listen(engine, "commit", lambda _c: counted.update(open=counted["open"] - 1))
    event.listen(engine, "rollback", lambda _c: counted.update(open=counted["open"] - 1))
    server.reply = lambda asked: (open_ones.append(counted["open"]), says(b"", 404)(asked))[1]
    administrator.submit("/platform")
    assert set(open_ones) == {0}


def test_pages_make_few_queries_whatever_was_seen(
    app: Flask, session: Session, administrator: Browser, platform: Platform
) -> None:
    def count() -> int:
        made: list[str] = []

        def heard(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            made.append(statement)

        event.listen(engine_of(app), "before_cursor_execute", heard)
        administrator.get("/platform")
        event.remove(engine_of(app), "before_cursor_execute", heard)
        return len(made)

    count()  # the first also reads what is then kept for all
    before = count()
    for number in range(30):
        session.add(Context(platform_id=platform.id, context_id=str(number), lineitems_url="https://x.example"))
        factories.person(session, of=platform)
    session.commit()
    assert count() == before <= 25


def test_the_page_of_a_real_launch_tells_what_it_brought(campus: Campus, session: Session, settings: Settings) -> None:
    campus.launch(STUDENT)
    campus.choose(TEACHER)
    browser = campus.launch(ADMINISTRATOR)
    page = unescape(browser.submit("/platform").text)
    for sentence in (
        "La biblioteca se abre desde tu Moodle.",
        "Tu Moodle envía los nombres de las personas.",
        "Los docentes ya eligen materiales",
        "La lista del último curso que se abrió responde.",
        "El reloj de tu Moodle y el nuestro coinciden.",
        "Llega el parámetro «context_history».",
        "La biblioteca se abre dentro de Moodle.",
    ):
        assert sentence in page, sentence
    assert "mal</span>" not in page


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(platforms_command, ["check", *words], obj=lambda: app, catch_exceptions=False)


def test_the_command_ends_with_one_where_something_is_wrong(app: Flask, platform: Platform, server: Server) -> None:
    outcome = run(app, platform.issuer)
    assert outcome.exit_code == 1
    assert "[wrong] token-address" in outcome.output
    assert "Site administration › Plugins" in outcome.output
    assert "seen: POST" in outcome.output
    assert "[good] addresses" in outcome.output


def test_the_command_speaks_json(app: Flask, platform: Platform, server: Server) -> None:
    outcome = run(app, str(platform.id), "--json")
    assert outcome.exit_code == 1
    [told] = json.loads(outcome.output)
    assert (told["issuer"], told["state"]) == (platform.issuer, "bad")
    finding = next(each for each in told["findings"] if each["code"] == "token-address")
    assert set(finding) == {"group", "code", "state", "sentence", "advice", "settings", "detail"}
    assert finding["group"] == "tokens"


def test_the_command_looks_at_all_where_none_is_named(app: Flask, session: Session, platform: Platform) -> None:
    factories.platform(session, issuer="https://other.invalid", client_id="x")
    session.commit()
    outcome = run(app)
    assert platform.issuer in outcome.output
    assert "https://other.invalid" in outcome.output


def test_the_command_ends_with_nought_where_nothing_is_wrong(campus: Campus, app: Flask) -> None:
    outcome = run(app, campus.lms.url)
    assert outcome.exit_code == 0, outcome.output


def test_the_command_refuses_what_is_not_registered(app: Flask) -> None:
    outcome = CliRunner().invoke(platforms_command, ["check", "https://nobody.example"], obj=lambda: app)
    assert outcome.exit_code == 2
    assert "No Moodle 'https://nobody.example' is registered" in outcome.output


def test_too_many_examinations_end_in_a_page_that_says_so(
    administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        assert examining._AT_ONCE.acquire(blocking=False)
    try:
        answer = administrator.submit("/platform")
    finally:
        examining._AT_ONCE.release(2)
    assert answer.status_code == 503
    assert "Ya hay otras revisiones en curso." in answer.text
