"""Authors see their draft as a student would; nothing of what they do there is kept, and nobody else sees it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import Authorship, Resource
from lrc.study import writing
from lrc.study.content import Module
from lrc.study.models import Attempt, Entry, Study
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import shelf
from tests.study.learners import short


@pytest.fixture
def author(session: Session) -> Person:
    return factories.person(session, name="Docente")


@pytest.fixture
def teacher(app: Flask, session: Session, author: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=author)


@pytest.fixture
def draft(session: Session, author: Person) -> Resource:
    content = Module(title="Sembrar papa", parts=(*shelf.LESSONS, shelf.quiz(short("a"), *shelf.EIGHT)))
    made = writing.take_in(session, factories.viewer(session, Role.TEACHER, by=author), content, {})
    session.commit()
    return made


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def kept(session: Session) -> int:
    return sum(session.scalar(select(func.count()).select_from(each)) or 0 for each in (Study, Attempt, Entry))


def test_every_page_of_a_draft_is_shown_marked_as_a_preview_and_leads_back_to_the_editor(
    session: Session, teacher: Browser, draft: Resource
) -> None:
    for part in ("", "/semilla", "/siembra", f"/{shelf.QUIZ}", f"/{shelf.QUIZ}?questions=1"):
        page = teacher.get(f"/study/preview/modules/{draft.id}{part}").text
        assert "Vista previa" in words(page), part
        assert f'href="/study/writing/modules/{draft.id}{part.split("?")[0]}">Volver a escribir' in page, part
    assert kept(session) == 0


def test_trying_the_quiz_of_a_draft_marks_the_answers_and_keeps_nothing(
    session: Session, teacher: Browser, draft: Resource
) -> None:
    quiz = f"/study/preview/modules/{draft.id}/{shelf.QUIZ}"
    page = teacher.get(f"{quiz}?questions=1").text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    result = words(teacher.submit(quiz, hidden | {"q-a": "si", "q-corta": "Pachamama", "do": "submit"}).text)
    assert "Aún sin aprobar: 2 de 9" in result
    assert kept(session) == 0


def test_the_page_of_a_module_that_was_never_published_leads_its_author_to_the_preview(
    teacher: Browser, draft: Resource
) -> None:
    assert teacher.get(f"/study/modules/{draft.id}").location.endswith(f"/study/preview/modules/{draft.id}")


def test_whoever_writes_it_too_sees_the_preview(app: Flask, session: Session, draft: Resource) -> None:
    other = factories.person(session)
    session.add(Authorship(resource_id=draft.id, person_id=other.id))
    session.flush()
    browser = factories.signed_in(app, session, Role.TEACHER, by=other)
    assert "Vista previa" in words(browser.get(f"/study/modules/{draft.id}", follow_redirects=True).text)


def test_a_draft_is_nobody_elses(app: Flask, session: Session, draft: Resource) -> None:
    other = factories.signed_in(app, session, Role.TEACHER)
    assert other.get(f"/study/preview/modules/{draft.id}").status_code == 404
    assert other.get(f"/study/modules/{draft.id}").status_code == 404


def test_of_their_own_published_module_authors_have_a_trial(session: Session, teacher: Browser, author: Person) -> None:
    module = shelf.module(session, by=author)
    teacher.submit(f"/study/modules/{module.id}/begin")
    assert session.scalars(select(Study)).one().is_trial
    assert "Estás probando tu propio módulo" in words(teacher.get(f"/study/modules/{module.id}").text)


@pytest.mark.parametrize("seed", ["", "x", "-1", "9" * 30])
def test_a_seed_that_is_made_up_does_no_harm(teacher: Browser, draft: Resource, seed: str) -> None:
    answer = teacher.submit(f"/study/preview/modules/{draft.id}/{shelf.QUIZ}", {"seed": seed, "q-a": "si"})
    assert answer.status_code == 200
