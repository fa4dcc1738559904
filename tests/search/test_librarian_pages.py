"""Librarians' pages about the search, as librarians meet them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Person
from lti.viewers import Role
from search import soughtlog
from search.documents import Document
from search.engine import current_index
from search.models import DictionaryEntry, EntryState, JudgedQuery, Judging, SearchTask, Sought
from tests import factories
from tests.factories import Browser

HOSTILE = "<script>alert(1)</script> {{7*7}} \"'"
PAGES = [
    "/library/search",
    "/library/search/report.csv",
    "/library/search/tasks",
    "/library/search/dictionary",
    "/library/search/dictionary/new/synonym",
    "/library/search/dictionary/new/pin",
    "/library/search/dictionary/new/boost",
    "/library/search/dictionary/trial",
    "/library/search/judged",
    "/library/search/judged/export.jsonl",
]


@pytest.fixture
def ana(session: Session) -> Person:
    return factories.person(session, name="Ana Quispe", librarian=True)


@pytest.fixture
def librarian(app: Flask, session: Session, ana: Person) -> Browser:
    """A librarian in a library of three."""
    for number, title in ((1, "Cultivo de la patata"), (2, "La papa nativa del Cusco"), (3, "Riego por goteo")):
        made = factories.resource(session, record_id=f"r{number}", title=title, by=ana)
        current_index().write([Document(str(made.id), f"r{number}", title, type="libro")])
    return factories.signed_in(app, session, Role.LIBRARIAN, Role.TEACHER, by=ana)


def sought(session: Session, of: Person, words: str, **columns: object) -> None:
    counts = {"times": 5, "askers": 4, "without_hits": 0, "clicks": 0, "hits": 3} | columns
    session.add(Sought(day=soughtlog.today(), institution_id=of.institution_id, words=words, typed=words, **counts))
    session.commit()


def page(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    assert len(answer.data) < 60_000
    return answer.text


def shown(text: str) -> str:
    """The words of a page, its markup left out."""
    return " ".join(re.sub("<[^>]+>", " ", text).split())


def test_only_librarians_come_in(app: Flask, session: Session) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    teacher = factories.signed_in(app, session, Role.TEACHER)
    administrator = factories.signed_in(app, session, Role.ADMINISTRATOR)
    for path in PAGES:
        assert app.test_client().get(path).status_code == 401
        for browser in (student, teacher, administrator):
            assert browser.get(path).status_code == 403, path
    posts = ["tasks", "tasks/1/take", "dictionary/publish", "dictionary/1/retire", "judged", "judged/measure"]
    for path in posts:
        assert teacher.submit(f"/library/search/{path}", {"words": "x"}).status_code == 403, path


def test_empty_pages_say_what_could_be_there(librarian: Browser) -> None:
    for path in PAGES:
        text = page(librarian, path)
        if text.startswith("<!doctype"):
            assert text.count("<h1") == 1, path
            assert " style=" not in text


def test_the_way_in_is_beside_the_review(librarian: Browser) -> None:
    assert 'href="/library/search"' in page(librarian, "/review")


def test_a_row_of_the_report_becomes_a_task_and_a_synonym(librarian: Browser, session: Session, ana: Person) -> None:
    sought(session, ana, "acso", without_hits=5, hits=0)
    text = page(librarian, "/library/search?view=in-vain")
    assert "acso" in text
    assert "5 veces sin resultados" in text
    answer = librarian.submit("/library/search/tasks", {"words": "acso", "kind": "synonym"})
    assert answer.location.endswith("/library/search/dictionary/new/synonym?words=acso")
    assert re.search(r"<textarea[^>]*>acso</textarea>", page(librarian, answer.location))
    assert "En tareas" in page(librarian, "/library/search?view=in-vain")
    assert "Ana Quispe" in page(librarian, "/library/search/tasks")


def test_a_missing_record_leads_to_the_form_with_its_title(librarian: Browser, session: Session, ana: Person) -> None:
    answer = librarian.submit("/library/search/tasks", {"words": "tesis de quinua", "kind": "record"})
    assert 'value="tesis de quinua"' in page(librarian, answer.location)


def test_a_task_leads_on_with_as_much_of_the_words_as_it_keeps(librarian: Browser) -> None:
    answer = librarian.submit("/library/search/tasks", {"words": "acso " * 2000, "kind": "synonym"})
    assert answer.status_code == 303
    assert len(answer.location) < 500


def test_a_task_is_taken_and_done_with_what_came_of_it(librarian: Browser, session: Session) -> None:
    for typed in ("Acsó", "acso "):
        librarian.submit("/library/search/tasks", {"words": typed, "kind": "purchase"})
    task = session.scalars(select(SearchTask)).one()
    assert librarian.submit(f"/library/search/tasks/{task.id}/take").status_code == 303
    assert "Se encarga Ana Quispe" in page(librarian, "/library/search/tasks?standing=mine")
    empty = librarian.submit(f"/library/search/tasks/{task.id}/done", {"outcome": "  "})
    assert empty.status_code == 422
    assert "Escribe en una frase" in empty.text
    librarian.submit(f"/library/search/tasks/{task.id}/done", {"outcome": "Pedido a la editorial"})
    done = page(librarian, "/library/search/tasks?standing=done")
    assert "Pedido a la editorial" in done
    assert "Acsó" in done
    assert "Acsó" not in page(librarian, "/library/search/tasks")
    assert librarian.submit(f"/library/search/tasks/{task.id}/done", {"outcome": "otra vez"}).status_code == 409


def test_another_institutions_tasks_and_searches_are_not_there(
    app: Flask, librarian: Browser, session: Session, ana: Person
) -> None:
    sought(session, ana, "secreto de ana")
    librarian.submit("/library/search/tasks", {"words": "acso", "kind": "purchase"})
    task = session.scalars(select(SearchTask)).one()
    other = factories.signed_in(app, session, Role.LIBRARIAN)
    assert "acso" not in page(other, "/library/search/tasks")
    for scope in ("own", "house"):
        assert "secreto" not in page(other, f"/library/search?scope={scope}")
        assert "secreto" not in page(other, f"/library/search/report.csv?scope={scope}")
    for step in ("take", "leave", "done"):
        assert other.submit(f"/library/search/tasks/{task.id}/{step}", {"outcome": "x"}).status_code == 404


def test_synonyms_are_drafted_tried_and_published(librarian: Browser, session: Session) -> None:
    answer = librarian.submit("/library/search/dictionary/new/synonym", {"words": "Papa\npatata", "note": "Perú"})
    assert answer.status_code == 303
    librarian.submit("/library/search/judged", {"q": "papa"})
    query = session.scalars(select(JudgedQuery)).one()
    librarian.submit(f"/library/search/judged/{query.id}", {"record": "r1"})
    text = page(librarian, "/library/search/dictionary/trial")
    assert "Papa = patata" in text
    assert "De 1 a 2 resultados" in shown(text)
    assert "de no está entre las 10 primeras a lugar" in shown(text)
    tried = re.search(r'name="tried" value="(\w+)"', text)
    assert tried is not None
    assert librarian.submit("/library/search/dictionary/publish", {"tried": "0" * 32}).status_code == 409
    assert librarian.submit("/library/search/dictionary/publish", {"tried": tried[1]}).status_code == 303
    text = page(librarian, "/library/search/dictionary")
    assert "En uso" in text
    assert "Cultivo de la patata" in shown(page(librarian, "/search?q=papa"))
    assert "No hay cambios por probar" in page(librarian, "/library/search/dictionary/trial")


def test_a_pin_is_chosen_by_searching_put_in_order_and_shown_by_title(librarian: Browser, session: Session) -> None:
    path = "/library/search/dictionary/new/pin"
    found = librarian.submit(path, {"words": "matrícula", "find": "riego", "step": "find"})
    assert 'name="record" value="r3"' in found.text
    form = {"words": "matrícula", "record": ["r3", "r2"]}
    moved = librarian.submit(path, {**form, "step": "up:r2"}).text
    assert moved.index('value="r2"') < moved.index('value="r3"')
    librarian.submit(path, {"words": "matrícula", "record": ["r2", "r3", "gone"], "step": "save"})
    text = shown(page(librarian, "/library/search/dictionary"))
    assert "«matrícula»: La papa nativa del Cusco; Riego por goteo; gone ya no está" in text
    entry = session.scalars(select(DictionaryEntry)).one()
    assert entry.record_ids == ["r2", "r3", "gone"]


def test_a_boost_asks_for_a_number(librarian: Browser) -> None:
    path = "/library/search/dictionary/new/boost"
    form = {"facet": "type", "value": "libro"}
    for factor in ("mucho", "", "1", "11", "nan", "-2", "inf"):
        answer = librarian.submit(path, {**form, "factor": factor})
        assert answer.status_code == 422, factor
        assert 'value="libro"' in answer.text
    assert librarian.submit(path, {**form, "factor": "1,5"}).status_code == 303
    assert "Tipo: Libro × 1.5" in shown(page(librarian, "/library/search/dictionary"))


def test_what_is_live_is_changed_by_a_draft_in_its_place(librarian: Browser, session: Session, ana: Person) -> None:
    session.add(DictionaryEntry(kind="stop_word", words=["libro"], state=EntryState.LIVE, author_id=ana.id, note=""))
    session.commit()
    entry = session.scalars(select(DictionaryEntry)).one()
    path = f"/library/search/dictionary/{entry.id}"
    assert "está en uso" in page(librarian, path)
    librarian.submit(path, {"words": "libro\ntexto"})
    assert librarian.submit(path, {"words": "libro\notro"}).status_code == 409
    text = page(librarian, "/library/search/dictionary/trial")
    assert "Cambia:" in text
    librarian.submit(path + "/retire")
    assert "Se retira:" in page(librarian, "/library/search/dictionary/trial")
    librarian.submit(path + "/keep")
    assert "No hay cambios" in page(librarian, "/library/search/dictionary/trial")


def test_answers_are_marked_and_measured(librarian: Browser, session: Session) -> None:
    answer = librarian.submit("/library/search/judged", {"q": "riego"})
    text = page(librarian, answer.location)
    assert re.search(r'value="r3"> <span>1. Riego por goteo', text)
    librarian.submit(answer.location, {"record": "r3", "others": "r9 r8"})
    assert re.search(r'value="r9" checked', page(librarian, answer.location))
    librarian.submit("/library/search/judged/import", {"lines": '{"q": "papa", "relevant": ["r1"]}\nnada\n'})
    text = page(librarian, "/library/search/judged")
    assert "Línea 2" in text
    librarian.submit("/library/search/judged/measure")
    librarian.submit("/library/search/judged/measure")
    measuring = session.scalars(select(Judging).order_by(Judging.id)).first()
    assert measuring is not None
    assert (measuring.queries, measuring.mrr, measuring.success) == (2, 0.5, 0.5)
    text = page(librarian, "/library/search/judged")
    assert "En su lugar salió: La papa nativa del Cusco" in shown(text)
    assert '<svg class="bars"' in text
    exported = librarian.get("/library/search/judged/export.jsonl").text.splitlines()
    assert len(exported) == 2
    assert librarian.submit(f"{answer.location}/remove").status_code == 303
    assert librarian.get(answer.location).status_code == 404


def test_nothing_to_measure_is_said(librarian: Browser) -> None:
    assert librarian.submit("/library/search/judged/measure").status_code == 409


def test_hostile_texts_are_texts(librarian: Browser, session: Session, ana: Person) -> None:
    sought(session, ana, HOSTILE)
    sought(session, ana, "=cmd|calc")
    librarian.submit("/library/search/tasks", {"words": HOSTILE, "kind": "answer"})
    librarian.submit("/library/search/dictionary/new/synonym", {"words": f"papa\n{HOSTILE}", "note": HOSTILE})
    librarian.submit("/library/search/dictionary/new/pin", {"words": HOSTILE, "record": HOSTILE})
    librarian.submit("/library/search/judged", {"q": HOSTILE})
    for path in [*PAGES, "/library/search/judged/1", "/library/search/dictionary/1", "/library/search/dictionary/2"]:
        text = page(librarian, path)
        assert "<script>alert" not in text or "csv" in path or "jsonl" in path
        assert "{{" in text or "49" not in shown(text)
    assert "'=cmd|calc" in page(librarian, "/library/search/report.csv")


@pytest.mark.parametrize(
    "odd", ["?page=0", "?page=99999999999999", "?days=8&view=x&scope=y", "?page=x", "?kind=x&q=%00"]
)
def test_odd_addresses_show_what_there_is(librarian: Browser, odd: str) -> None:
    for path in PAGES[:4]:
        assert librarian.get(path + odd).status_code == 200


@pytest.mark.parametrize("path", ["dictionary/999", "judged/999", "dictionary/new/other", "tasks/99999999999/take"])
def test_what_is_not_there_is_not_found(librarian: Browser, path: str) -> None:
    assert librarian.get(f"/library/search/{path}").status_code in (404, 405)
    assert librarian.submit(f"/library/search/{path}").status_code == 404


def test_a_readers_search_is_counted_but_not_what_is_chosen_among_its_results(
    app: Flask, librarian: Browser, session: Session
) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    for more in ("q=riego", "q=riego&type=libro", "q=nada&type=libro", "q=riego&page=2"):
        page(student, f"/search?{more}")
        page(librarian, f"/search?{more}")
    opened = re.search(r'href="(/resources/\d+\?q=riego[^"]*)"', page(student, "/search?q=riego"))
    assert opened is not None
    page(student, opened[1])
    page(librarian, opened[1])
    session.rollback()
    (row,) = session.scalars(select(Sought))
    assert (row.words, row.times, row.without_hits, row.clicks) == ("riego", 1, 0, 1)
