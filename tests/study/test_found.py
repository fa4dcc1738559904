"""From a draft to a hit that opens the lesson: handing in, review, the index, the search and the study room."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing, versions
from catalog.models import VersionState
from lrc.study import handingin
from lrc.study.content import Quiz
from lti.viewers import Role
from search.engine import current_index
from tests import factories
from tests.study import manuscripts


def test_what_is_handed_in_is_found_where_it_is_said_and_its_answers_nowhere(app: Flask, session: Session) -> None:
    moodle = factories.platform(session)
    author = factories.person(session, of=moodle)
    librarian = factories.person(session, of=moodle, librarian=True)
    student = factories.person(session, of=moodle)
    teacher = manuscripts.teacher(session, by=author)
    feeding = manuscripts.lesson("La comida", manuscripts.TEXT + "\n\n**Alfalfa** y chala picada, dos veces al día.")
    quiz = Quiz("repaso", "Repaso", intro="Diez minutos.", questions=(manuscripts.question(),))
    module = manuscripts.written(session, teacher, manuscripts.lesson(), feeding, quiz)
    handingin.hand_in(session, teacher, module, "")
    session.commit()
    review = f"/study/review/{module.id}"
    reviewer = factories.signed_in(app, session, Role.LIBRARIAN, by=librarian)
    assert review in reviewer.get("/review").text
    assert reviewer.submit(review, {"do": "publish", "version": "1"}).status_code == 303

    indexing.bring_up_to_date(current_index())
    reader = factories.signed_in(app, session, Role.STUDENT, by=student)
    page = reader.get("/search?q=chala+picada").text
    (hit,) = re.findall(r'<h2[^>]*><a href="([^"]+)"', page)
    lesson = reader.get(hit, follow_redirects=True)
    assert (lesson.status_code, lesson.request.path) == (200, f"/study/modules/{module.id}/{feeding.key}")
    assert "<strong>Alfalfa</strong>" in lesson.text
    assert "No encontramos nada" in reader.get("/search?q=carne").text

    session.expire_all()
    published = versions.published(session, module.id)
    assert published is not None
    assert published.state is VersionState.PUBLISHED
    assert reader.get(f"/resources/{module.id}", follow_redirects=True).status_code == 200
