"""A teacher's day: what they upload is read, reviewed, sent back, answered, published, and found by a student."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, expect

from tests.journeys import papers
from tests.journeys.visit import Visit

TITLE = "Cuidado de los cuyes"
_FILE: FilePayload = {
    "name": "cuyes.pdf",
    "mimeType": "application/pdf",
    "buffer": papers.pdf(
        TITLE,
        "Los cuyes viven en pozas limpias y secas, protegidas del viento.",
        "Conviene darles alfalfa oreada y agua fresca todas las mañanas.",
        "La sarna se cura bañando al animal con una solución preparada por el veterinario.",
    ),
}


def test_a_teacher_uploads_a_file_and_a_student_finds_it_once_a_librarian_published_it(
    visit: Callable[..., Visit],
) -> None:
    teacher, librarian, student = visit(), visit(), visit()
    upload(teacher)
    send_back(librarian)
    answer(teacher)
    publish(librarian)
    find(student)


def upload(teacher: Visit) -> None:
    teacher.enter("Docente Uno")
    teacher.look()
    teacher.go("Mis materiales")
    teacher.tool.get_by_role("link", name="Subir un material").click()
    teacher.tool.get_by_role("heading", name="Subir un material").wait_for()
    teacher.tool.get_by_label("Título").fill(TITLE)
    teacher.tool.get_by_label("Descripción").fill("Para quienes **crían** en casa.")
    teacher.tool.get_by_label("Archivo").set_input_files(_FILE)
    teacher.tool.get_by_role("button", name="Subir").click()
    # Nobody reloads: the page follows by itself what becomes of the file.
    expect(teacher.tool.get_by_text("Leímos 3 páginas")).to_be_visible()
    expect(teacher.tool.locator(".badge", has_text="Esperando revisión")).to_be_visible()
    expect(teacher.tool.locator("strong", has_text="crían")).to_be_visible()
    teacher.look()


def send_back(librarian: Visit) -> None:
    librarian.enter("Bibliotecaria")
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name=TITLE).click()
    librarian.tool.get_by_role("heading", level=1, name=TITLE).wait_for()
    librarian.look()
    librarian.tool.get_by_label("Observación").fill("¿De dónde sale la receta contra la sarna?")
    librarian.tool.get_by_role("button", name="Devolver con esta observación").click()
    expect(librarian.tool.locator(".badge", has_text="Devuelto con observaciones")).to_be_visible()
    librarian.look()


def answer(teacher: Visit) -> None:
    teacher.go("Mis materiales")
    expect(teacher.tool.get_by_text("¿De dónde sale la receta contra la sarna?")).to_be_visible()
    teacher.look()
    teacher.tool.get_by_role("link", name=TITLE).click()
    teacher.tool.get_by_role("heading", level=1, name=TITLE).wait_for()
    expect(teacher.tool.get_by_role("listitem").filter(has_text="¿De dónde sale la receta")).to_be_visible()
    teacher.look()
    teacher.tool.get_by_label("Tu respuesta").fill("De la guía del veterinario del distrito.")
    teacher.tool.get_by_role("button", name="Enviar a revisión").click()
    expect(teacher.tool.locator(".badge", has_text="Esperando revisión")).to_be_visible()


def publish(librarian: Visit) -> None:
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name=TITLE).click()
    expect(librarian.tool.get_by_text("De la guía del veterinario del distrito.")).to_be_visible()
    librarian.tool.get_by_role("button", name="Publicar en la biblioteca").click()
    expect(librarian.tool.locator(".badge", has_text="Publicado")).to_be_visible()
    librarian.look()


def find(student: Visit) -> None:
    """With a letter wrong, without accents, in another number, and in a sentence."""
    student.enter("Estudiante")
    hit = student.search_until_found("como se curan las sarnas de un cuye banando al animall", TITLE)
    expect(hit).to_contain_text("página 3")
    expect(hit.locator("mark", has_text="sarna")).to_be_visible()
    student.look()
    hit.get_by_role("link", name=TITLE, exact=True).click()
    student.tool.wait_for_url(re.compile("page=3"))
