"""Many descriptions at once: a table out and in, each cell that changes shown first, written in pieces, taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.describing import bulk, description, table
from catalog.models import BulkEdit, BulkState, ChangeState, Edit, Resource
from lrc.db import utcnow
from lrc.errors import BadFile, Conflict, NotAllowed, NotFound, TooLarge
from lrc.spreadsheets import as_csv
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories

Save = Callable[[Path, list[list[str]]], None]


class Desk:
    """A librarian, and what their university has."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.folder = session, folder
        moodle = factories.platform(session)
        self.teacher: Person = factories.person(session, of=moodle)
        self.librarian: Person = factories.person(session, of=moodle, librarian=True)
        self.viewer: Viewer = factories.viewer(session, Role.LIBRARIAN, by=self.librarian)

    def has(self, record_id: str, **columns: object) -> Resource:
        return factories.resource(self.session, by=self.teacher, record_id=record_id, **columns)

    def sends(self, *rows: list[str]) -> BulkEdit:
        path = self.folder / "t.csv"
        path.write_text(as_csv(rows), encoding="utf-8")
        return bulk.propose(self.session, self.viewer, table.read(path), "t.csv")

    def changes(self, sent: BulkEdit) -> list[tuple[str, dict[str, object], dict[str, object]]]:
        return [(each.resource.record_id, each.before, each.after) for each in self.session.scalars(bulk.changes(sent))]

    def writes(self, sent: BulkEdit) -> None:
        while bulk.write_piece(self.session, sent.id):
            pass


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Desk:
    return Desk(session, tmp_path)


def save_csv(path: Path, rows: list[list[str]]) -> None:
    path.write_text(as_csv(rows), encoding="utf-8")


def save_semicolons(path: Path, rows: list[list[str]]) -> None:
    """As Excel does in Peru."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    path.write_bytes(written.getvalue().encode("cp1252"))


def save_utf16(path: Path, rows: list[list[str]]) -> None:
    """As Excel's "Unicode text"."""
    written = io.StringIO()
    csv.writer(written, delimiter="\t").writerows(rows)
    path.write_bytes(written.getvalue().encode("utf-16"))


def save_workbook(path: Path, rows: list[list[str]]) -> None:
    workbook = openpyxl.Workbook()
    for row in rows:
        assert workbook.active is not None
        workbook.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    workbook.save(path)


@pytest.mark.parametrize("save", [save_csv, save_semicolons, save_utf16, save_workbook])
def test_a_table_is_read_however_one_saved_it(tmp_path: Path, save: Save) -> None:
    path = tmp_path / "t"
    save(path, [["id", "Title", "date", "subjects"], ["a", "Señal y «ruido»", "2015", "Física\nÓptica"]])
    [line] = table.read(path).lines
    assert (line.number, line.record_id) == (2, "a")
    assert dict(line.cells) == {"title": "Señal y «ruido»", "date": "2015", "subjects": "Física\nÓptica"}


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_table_that_comes_back_as_it_went_out_changes_nothing(desk: Desk, is_workbook: bool) -> None:
    said = {
        "title": "=SUMA(1;2)",
        "description": "- una lista\n\n- otra; =1+1",
        "creators": ["Quispe, Rosa", "@anónimo"],
        "subjects": ["Física", "Física"],
        "identifiers": ["ISBN inventado", "doi:10.1/x"],
        "date": "c. 1998",
    }
    desk.has("=a;-b", **said)
    desk.session.flush()
    lines = [table.cells(each) for each in desk.session.scalars(bulk.chosen(desk.viewer, "all"))]
    path = desk.folder / "t"
    if is_workbook:
        with path.open("wb") as stream:
            table.write_workbook(stream, iter(lines))
    else:
        path.write_text(as_csv([table.COLUMNS, *lines]), encoding="utf-8")
    sent = bulk.propose(desk.session, desk.viewer, table.read(path), "t")
    assert (sent.rows, sent.refused, desk.changes(sent)) == (1, [], [])


def test_each_cell_that_changes_is_shown_and_nothing_is_written(desk: Desk) -> None:
    soils = desk.has("a", title="Suelos", publisher="UNSAAC")
    desk.has("b", title="Papas")
    sent = desk.sends(["id", "title", "publisher", "keywords"], ["a", "Suelos", "", "tierra\nabono"], ["b", "Papas"])
    assert desk.changes(sent) == [
        ("a", {"publisher": "UNSAAC", "keywords": []}, {"publisher": "", "keywords": ["tierra", "abono"]})
    ]
    assert (soils.publisher, sent.state) == ("UNSAAC", BulkState.PROPOSED)


def test_another_order_and_a_repetition_taken_out_count_as_changes(desk: Desk) -> None:
    desk.has("a", subjects=["Física", "Óptica"])
    desk.has("b", subjects=["Física", "Física"])
    sent = desk.sends(["id", "subjects"], ["a", "Óptica\nFísica"], ["b", "Física"])
    assert [after for _, _, after in desk.changes(sent)] == [
        {"subjects": ["Óptica", "Física"]},
        {"subjects": ["Física"]},
    ]


def test_each_line_that_cannot_be_taken_has_its_reason(desk: Desk) -> None:
    desk.has("a")
    desk.has("b")
    factories.resource(desk.session, record_id="elsewhere")
    factories.module(desk.session, by=desk.teacher, record_id="module")
    sent = desk.sends(
        ["id", "title", "identifiers", "date"],
        ["", "Sin nombre"],
        ["a", "Uno"],
        ["a", "Otro"],
        ["elsewhere", "Ajeno"],
        ["module", "Módulo"],
        ["b", "", "", "ayer"],
        ["nobody", "Nada"],
    )
    assert [(each["line"], each["record_id"]) for each in sent.refused] == [
        (2, ""),
        (3, "a"),
        (4, "a"),
        (5, "elsewhere"),
        (6, "module"),
        (7, "b"),
        (8, "nobody"),
    ]
    assert "Título: Escribe un título." in sent.refused[5]["reason"]
    assert "Fecha «ayer»: " in sent.refused[5]["reason"]
    assert desk.changes(sent) == []


def test_what_is_wrong_beside_what_was_edited_keeps_nobody_from_editing(desk: Desk) -> None:
    """Imported records may say what the form would refuse."""
    desk.has("a", date="c. 1998")
    sent = desk.sends(["id", "publisher"], ["a", "UNSAAC"])
    assert [after for _, _, after in desk.changes(sent)] == [{"publisher": "UNSAAC"}]


def test_it_is_written_in_pieces_and_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 2)
    books = [desk.has(f"r{number}", title=f"Libro {number}") for number in range(5)]
    sent = desk.sends(["id", "title"], *([f"r{number}", f"Tomo {number}"] for number in range(5)))
    before = books[0].revision
    bulk.apply(desk.session, sent)
    assert bulk.write_piece(desk.session, sent.id)
    assert [each.title for each in books] == ["Tomo 0", "Tomo 1", "Libro 2", "Libro 3", "Libro 4"]
    desk.writes(sent)
    assert {each.title for each in books} == {f"Tomo {number}" for number in range(5)}
    assert (sent.state, dict(bulk.tally(desk.session, sent))) == (BulkState.APPLIED, {ChangeState.WRITTEN: 5})
    desk.session.flush()
    assert books[0].revision > before
    bulk.undo(desk.session, sent)
    desk.writes(sent)
    assert {each.title for each in books} == {f"Libro {number}" for number in range(5)}
    assert (sent.state, dict(bulk.tally(desk.session, sent))) == (BulkState.UNDONE, {ChangeState.UNDONE: 5})
    assert len(desk.session.scalars(select(Edit).where(Edit.bulk_id == sent.id)).all()) == 10
    assert not bulk.write_piece(desk.session, sent.id)


def test_what_somebody_changed_meanwhile_stays_as_they_left_it(desk: Desk) -> None:
    soils, papas = desk.has("a", title="Suelos"), desk.has("b", title="Papas")
    sent = desk.sends(["id", "title"], ["a", "Suelos andinos"], ["b", "Papas nativas"])
    soils.title = "Suelos de altura"
    bulk.apply(desk.session, sent)
    desk.writes(sent)
    assert (soils.title, papas.title) == ("Suelos de altura", "Papas nativas")
    papas.title = "Papas de altura"
    bulk.undo(desk.session, sent)
    desk.writes(sent)
    assert (soils.title, papas.title) == ("Suelos de altura", "Papas de altura")
    assert dict(bulk.tally(desk.session, sent)) == {ChangeState.OVERTAKEN: 2}


def test_it_is_written_once_and_taken_back_within_thirty_days(desk: Desk) -> None:
    desk.has("a")
    sent = desk.sends(["id", "title"], ["a", "Nuevo"])
    with pytest.raises(Conflict):
        bulk.undo(desk.session, sent)
    bulk.apply(desk.session, sent)
    with pytest.raises(Conflict):
        bulk.apply(desk.session, sent)
    desk.writes(sent)
    sent.moved_at = utcnow() - timedelta(days=31)
    with pytest.raises(Conflict):
        bulk.undo(desk.session, sent)


def test_the_list_of_tables_does_not_load_what_was_refused(desk: Desk) -> None:
    desk.sends(["id", "title"], ["nobody", "Nada"])
    desk.session.expunge_all()
    [listed] = desk.session.scalars(bulk.all_of(desk.viewer))
    assert "refused" not in vars(listed)
    assert [each["record_id"] for each in listed.refused] == ["nobody"]


def test_one_whose_task_was_lost_is_found(desk: Desk) -> None:
    desk.has("a")
    sent = desk.sends(["id", "title"], ["a", "Nuevo"])
    bulk.apply(desk.session, sent)
    assert list(bulk.unfinished(desk.session)) == []
    sent.moved_at = utcnow() - timedelta(minutes=3)
    assert list(bulk.unfinished(desk.session)) == [sent.id]


def test_a_title_with_what_no_workbook_holds_spoils_nobodys_table(desk: Desk) -> None:
    desk.has("a", title="Suelos\x01 andinos", description="Uno\x0b\n=dos")
    written = io.BytesIO()
    table.write_workbook(written, (table.cells(each) for each in desk.session.scalars(bulk.chosen(desk.viewer, "all"))))
    sheet = openpyxl.load_workbook(written).worksheets[0]
    said = dict(zip(*sheet.iter_rows(values_only=True), strict=True))
    assert (said["title"], said["description"]) == ("Suelos andinos", "Uno\n=dos")


def test_it_is_for_librarians_of_the_same_university(desk: Desk) -> None:
    desk.has("a")
    sent = desk.sends(["id", "title"], ["a", "Nuevo"])
    with pytest.raises(NotFound):
        bulk.get(desk.session, factories.viewer(desk.session, Role.LIBRARIAN), sent.id)
    with pytest.raises(NotAllowed):
        bulk.propose(desk.session, factories.viewer(desk.session, Role.TEACHER), table.Table([], []), "t")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", BadFile),
        (b"title,date\nUno,2015\n", BadFile),
        (b"id,title,title\na,b,c\n", BadFile),
        (b"PK\x03\x04 nothing like a workbook", BadFile),
        (b"id,title\na,\0\n", BadFile),
        (b'id,title\na,"' + b"x" * 200_000 + b'"\n', BadFile),
        (b"id,title\n" + b"a,b\n" * 20_002, TooLarge),
        (b"id,title\n" + b"\n" * 1_000_000, TooLarge),
        (b"\x00" * 20_000_001, TooLarge),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "t"
    path.write_bytes(content)
    with pytest.raises(error):
        table.read(path)


def test_what_would_take_more_memory_than_it_may_ends_its_reader_and_not_us(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_text(as_csv([["id", "title"], *([str(number), "x" * 900] for number in range(19_000))]))
    with pytest.raises(TooLarge) as refused:
        table.read(path, replace(table.LIMITS, read_memory_bytes=100_000_000))
    assert "divídela" in str(refused.value.message)


def test_what_says_more_than_we_should_keep_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.write_bytes(b"id,title\n" + b"".join(b"%d,%s\n" % (number, b"\xf1" * 90_000) for number in range(60)))
    assert len(table.read(path).lines) == 60
    with pytest.raises(TooLarge) as refused:  # six bytes for each letter are 32 MB
        table.read(path, replace(table.LIMITS, read_memory_bytes=250_000_000))
    assert "too long" in (refused.value.detail or "")


def test_the_pages_send_a_table_show_it_apply_it_and_take_it_back(app: Flask, desk: Desk) -> None:
    book = desk.has("a", title="Suelos <b>")
    desk.session.commit()
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    out = browser.get("/bulk/table?which=all&as=csv")
    assert "Suelos <b>" in out.data.decode("utf-8-sig")
    workbook = openpyxl.load_workbook(io.BytesIO(browser.get("/bulk/table").data))
    assert [cell.value for cell in workbook.worksheets[0]["A"]] == ["id", "a"]
    changed = out.data.replace(b"Suelos <b>", b"Suelos <i>andinos")
    answer = browser.submit("/bulk", {"file": (io.BytesIO(changed), "tabla.csv")})
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert "<ins>Suelos &lt;i&gt;andinos</ins>" in page
    assert "Dirá" in page
    assert "lo mismo que ahora" not in page
    assert browser.submit(answer.location, {"do": "apply"}).status_code == 302
    desk.session.commit()
    sent = desk.session.scalars(select(BulkEdit)).one()
    desk.writes(sent)
    desk.session.commit()
    assert book.title == "Suelos <i>andinos"
    page = browser.get(answer.location).text
    assert "Deshacer todo" in page
    assert "Dirá" not in page
    assert browser.submit(answer.location, {"do": "undo"}).status_code == 302
    assert "<ins>Suelos &lt;b&gt;</ins>" in browser.get(answer.location).text
    assert browser.submit(answer.location, {"do": "explode"}).status_code == 422
    assert "tabla.csv" in browser.get("/bulk").text


def test_of_many_long_unknown_columns_only_a_few_are_named(app: Flask, desk: Desk) -> None:
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    heading = ",".join(["id", *(f"columna {number} {'x' * 200}" for number in range(100))])
    answer = browser.submit("/bulk", {"file": (io.BytesIO(f"{heading}\n".encode()), "tabla.csv")})
    assert all(len(each) < 4000 for each in answer.headers.getlist("Set-Cookie"))
    page = browser.get(answer.location).text
    assert "columna 9 xxx" in page
    assert "columna 10" not in page


def test_a_table_that_cannot_be_read_is_answered_beside_the_form(app: Flask, desk: Desk) -> None:
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    answer = browser.submit("/bulk", {"file": (io.BytesIO(b"nada"), "tabla.csv")})
    assert answer.status_code == 422
    assert "«id»" in answer.text
    assert browser.submit("/bulk").status_code == 422
    teacher = factories.signed_in(app, desk.session, Role.TEACHER)
    assert teacher.get("/bulk").status_code == 403
    assert teacher.get("/bulk/table").status_code == 403


def test_all_that_a_description_says_has_a_column(desk: Desk) -> None:
    assert ("id", *description.FIELDS) == table.COLUMNS
    assert len(table.cells(desk.has("a"))) == len(table.COLUMNS)
