"""Saving parts without ever losing what was written; their order; deleting and putting back."""

from __future__ import annotations

import threading
import uuid

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import transaction
from lrc.errors import BadInput, Conflict, NotFound
from lrc.study import history, parts, writing
from lrc.study.content import Lesson, Quiz, changed, new_key
from lrc.study.models import Part
from lti.viewers import Viewer
from tests.study import manuscripts


@pytest.fixture
def rosa(session: Session) -> Viewer:
    return manuscripts.teacher(session)


@pytest.fixture
def module(session: Session, rosa: Viewer) -> Resource:
    return manuscripts.begun(session, rosa)


@pytest.fixture
def part(session: Session, module: Resource) -> Part:
    return session.scalars(parts.of_module(module)).one()


def uid() -> str:
    return str(uuid.uuid4())


def text_of(part: Part) -> str:
    return str(part.content["text"])


def says(part: Part, text: str) -> Lesson:
    return Lesson(part.key, "Las pozas", text)


def titles(session: Session, module: Resource) -> list[str]:
    return [each.content["title"] for each in session.scalars(parts.of_module(module))]


def kept(session: Session, part: Part) -> list[tuple[str, int | None]]:
    """What was saved, the last first, and the revision that each save made."""
    return [(each.content["text"][:20], each.revision) for each in session.scalars(history.of_part(part))]


def test_what_is_saved_is_what_the_part_says(session: Session, rosa: Viewer, part: Part) -> None:
    saved = parts.save(session, rosa, part, says(part, "Secas.\r\nLimpias."), 1, uid())
    assert (saved.revision, saved.conflict, text_of(part)) == (2, None, "Secas.\nLimpias.")
    assert part.saved_by_id == rosa.person_id


def test_a_save_that_arrives_twice_counts_once(session: Session, rosa: Viewer, part: Part) -> None:
    same = uid()
    first = parts.save(session, rosa, part, says(part, "Una"), 1, same)
    again = parts.save(session, rosa, part, says(part, "Una"), 1, same)
    assert (again.revision, again.conflict) == (first.revision, None)
    assert len(kept(session, part)) == 2  # with the first, which the part began with


def test_who_sends_a_save_again_is_told_the_revision_that_it_made_not_the_newest(
    session: Session, rosa: Viewer, part: Part
) -> None:
    same, eva = uid(), manuscripts.teacher(session, name="Eva Mamani")
    parts.save(session, rosa, part, says(part, "De Rosa"), 1, same)
    parts.save(session, eva, part, says(part, "De Eva"), 2, uid())
    again = parts.save(session, rosa, part, says(part, "De Rosa"), 1, same)
    assert (again.revision, again.conflict) == (2, None)
    # What Rosa wrote on since is not on top of Eva's text, which she has not seen.
    assert parts.save(session, rosa, part, says(part, "De Rosa, y más"), again.revision, uid()).conflict is part
    assert text_of(part) == "De Eva"


def test_a_save_on_an_older_revision_overwrites_nothing_and_is_kept(session: Session, rosa: Viewer, part: Part) -> None:
    parts.save(session, rosa, part, says(part, "De una pestaña"), 1, uid())
    saved = parts.save(session, rosa, part, says(part, "De la otra"), 1, uid())
    assert saved.conflict is part
    assert text_of(part) == "De una pestaña"
    assert kept(session, part)[:2] == [("De la otra", None), ("De una pestaña", 2)]


def test_a_conflict_that_arrives_twice_is_still_one(session: Session, rosa: Viewer, part: Part) -> None:
    parts.save(session, rosa, part, says(part, "De una pestaña"), 1, uid())
    same = uid()
    for _ in range(2):
        assert parts.save(session, rosa, part, says(part, "De la otra"), 1, same).conflict is part
    assert len(kept(session, part)) == 3


def test_saves_that_arrive_out_of_order_lose_nothing(session: Session, rosa: Viewer, part: Part) -> None:
    later = parts.save(session, rosa, part, says(part, "La segunda"), 1, uid())
    earlier = parts.save(session, rosa, part, says(part, "La primera"), 1, uid())
    assert (later.conflict, earlier.conflict) == (None, part)
    assert text_of(part) == "La segunda"
    assert ("La primera", None) in kept(session, part)


def test_another_text_under_an_old_id_is_kept_too(session: Session, rosa: Viewer, part: Part) -> None:
    same = uid()
    parts.save(session, rosa, part, says(part, "Antes de Atrás"), 1, same)
    for _ in range(2):  # the same form sent twice
        assert parts.save(session, rosa, part, says(part, "Después de Atrás"), 1, same).conflict is part
    assert kept(session, part)[:2] == [("Después de Atrás", None), ("Antes de Atrás", 2)]


def test_saving_what_it_says_already_makes_no_save(session: Session, rosa: Viewer, part: Part) -> None:
    parts.save(session, rosa, part, says(part, "Una"), 1, uid())
    assert parts.save(session, rosa, part, says(part, "Una"), 1, uid()).revision == 2
    assert len(kept(session, part)) == 2


def test_what_is_saved_of_a_deleted_part_is_kept(session: Session, rosa: Viewer, part: Part) -> None:
    parts.delete(session, rosa, part)
    saved = parts.save(session, rosa, part, says(part, "Escrito mientras se borraba"), 1, uid())
    assert saved.conflict is part
    assert saved.save is not None
    parts.restore(session, rosa, part)
    history.restore(session, rosa, part, saved.save, uid())
    assert text_of(part) == "Escrito mientras se borraba"


@pytest.mark.parametrize("based_on", [-1, 2, 10**9])
def test_a_revision_that_never_was_is_refused(session: Session, rosa: Viewer, part: Part, based_on: int) -> None:
    with pytest.raises(BadInput):
        parts.save(session, rosa, part, says(part, "x"), based_on, uid())


@pytest.mark.parametrize("bad", ["", "short", "x" * 37, "con espacio", "né" * 8, None, 7])
def test_an_id_that_cannot_be_is_refused(session: Session, rosa: Viewer, part: Part, bad: str) -> None:
    with pytest.raises(BadInput):
        parts.save(session, rosa, part, says(part, "x"), 1, bad)


def test_a_lesson_of_the_greatest_length_is_kept_and_a_longer_one_refused(
    session: Session, rosa: Viewer, part: Part
) -> None:
    parts.save(session, rosa, part, says(part, "ñ" * 60_000), 1, uid())
    with pytest.raises(BadInput) as refused:
        parts.save(session, rosa, part, says(part, "ñ" * 60_001), 2, uid())
    assert "demasiado larga" in str(refused.value.message)
    assert len(text_of(part)) == 60_000


def test_what_no_database_keeps_is_left_out(session: Session, rosa: Viewer, part: Part) -> None:
    parts.save(session, rosa, part, says(part, "a\0b\ud800c\x1bd\te"), 1, uid())
    session.commit()
    assert text_of(part) == "abcd\te"


def test_contents_of_another_part_or_kind_are_refused(session: Session, rosa: Viewer, part: Part) -> None:
    for wrong in (Lesson("other", "Otra"), Quiz(part.key, "Ahora un cuestionario")):
        with pytest.raises(BadInput):
            parts.save(session, rosa, part, wrong, 1, uid())


def test_the_wrong_types_are_refused(session: Session, rosa: Viewer, part: Part) -> None:
    for wrong in ({"title": 7}, {"text": None}, {"minutes": -1}, {"minutes": "x"}, {"title": "x" * 501}):
        with pytest.raises(BadInput):
            parts.save(session, rosa, part, changed(says(part, "x"), **wrong), 1, uid())


def test_a_part_of_another_module_is_not_found(session: Session, rosa: Viewer, part: Part) -> None:
    with pytest.raises(NotFound):
        parts.get(session, manuscripts.begun(session, rosa), part.key)


def test_parts_keep_their_order(session: Session, rosa: Viewer, module: Resource) -> None:
    for title in ("B", "C", "D"):
        parts.add(session, rosa, module, manuscripts.lesson(title))
    last = session.scalars(parts.of_module(module)).all()[-1]
    parts.move(session, rosa, last, 2)
    assert titles(session, module) == ["Primera lección", "D", "B", "C"]
    parts.move(session, rosa, last, 99)
    assert titles(session, module) == ["Primera lección", "B", "C", "D"]
    parts.move(session, rosa, last, -5)
    assert titles(session, module) == ["D", "Primera lección", "B", "C"]


def test_a_deleted_part_is_put_back_at_the_end(session: Session, rosa: Viewer, module: Resource, part: Part) -> None:
    parts.add(session, rosa, module, manuscripts.lesson("B"))
    parts.delete(session, rosa, part)
    parts.delete(session, rosa, part)
    assert titles(session, module) == ["B"]
    assert session.scalars(parts.deleted_of(module)).all() == [part]
    with pytest.raises(Conflict):
        parts.move(session, rosa, part, 1)
    parts.restore(session, rosa, part)
    parts.restore(session, rosa, part)
    assert titles(session, module) == ["B", "Primera lección"]
    assert [each.position for each in session.scalars(parts.of_module(module))] == [1, 2]


def test_a_module_holds_so_many_parts(session: Session, rosa: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)
    module = manuscripts.begun(session, rosa)
    first = session.scalars(parts.of_module(module)).one()
    parts.add(session, rosa, module, manuscripts.lesson())
    with pytest.raises(Conflict):
        parts.add(session, rosa, module, manuscripts.lesson())
    parts.delete(session, rosa, first)
    parts.add(session, rosa, module, manuscripts.lesson())
    with pytest.raises(Conflict):
        parts.restore(session, rosa, first)


def test_of_what_was_saved_while_typing_the_last_before_each_pause_is_shown(
    session: Session, rosa: Viewer, part: Part
) -> None:
    eva = manuscripts.teacher(session, name="Eva Mamani")
    writers = (rosa, rosa, rosa, eva, rosa, rosa)
    for revision, (viewer, text) in enumerate(zip(writers, "abcdef", strict=True), 1):
        parts.save(session, viewer, part, says(part, text), revision, uid())
    parts.save(session, rosa, part, says(part, "aside"), 3, uid())
    saves = session.scalars(history.of_part(part)).all()
    for each in saves:
        if each.content["text"] not in ("f", "aside"):
            each.saved_at -= history.PAUSE + history.PAUSE
    session.flush()
    shown = history.stops(session, part)
    assert [each.content["text"] for each in saves if each.id in shown] == ["aside", "e", "d", "c"]


def test_of_many_saves_at_once_one_wins_and_all_are_kept(app: Flask, session: Session, rosa: Viewer) -> None:
    module = manuscripts.begun(session, rosa)
    session.commit()
    conflicts: list[bool] = []

    def save(number: int) -> None:
        with app.app_context(), transaction() as own:
            part = own.scalars(parts.of_module(module)).one()
            saved = parts.save(own, rosa, part, says(part, f"Texto {number}"), 1, uid())
            conflicts.append(saved.conflict is not None)

    together(save, 5)
    session.expire_all()
    part = session.scalars(parts.of_module(module)).one()
    assert sorted(conflicts) == [False, True, True, True, True]
    assert {text for text, _revision in kept(session, part)} >= {f"Texto {number}" for number in range(5)}
    assert (part.revision, len(kept(session, part))) == (2, 6)


def test_authors_who_move_add_and_save_at_once_wait_for_one_another(app: Flask, session: Session, rosa: Viewer) -> None:
    module = manuscripts.begun(session, rosa)
    for _ in range(3):
        parts.add(session, rosa, module, manuscripts.lesson(new_key()))
    session.commit()

    def act(number: int) -> None:
        with app.app_context(), transaction() as own:
            held = own.scalars(parts.of_module(module)).all()
            match number % 3:
                case 0:
                    parts.move(own, rosa, held[number % 4], 1 + number % 4)
                case 1:
                    parts.add(own, rosa, module, manuscripts.lesson(f"Nueva {number}"))
                case _:
                    parts.save(own, rosa, held[0], says(held[0], f"Texto {number}"), held[0].revision, uid())

    together(act, 9)
    session.expire_all()
    positions = [each.position for each in session.scalars(parts.of_module(module))]
    assert positions == list(range(1, 8))
    assert writing.manuscript(session, module).title == "Crianza de cuyes"


def together(act: object, count: int) -> None:
    """Do something in so many threads at once; fails where one of them did."""
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            act(number)  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
