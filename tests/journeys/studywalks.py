"""The walks of the tour through courses and modules: who learns, who writes, and who verifies a certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit
from tests.journeys.walks import STUDIED, WRITTEN

_MODULE = "Módulo: Centro y dispersión"
_OF_A_MODULE = {
    "write-about": "Cambiar estos datos",
    "authors": "Quiénes escriben",
    "exchange": "Importar o exportar",
    "write-lesson": "Tres maneras de decir «lo normal»",
    "write-quiz": "Calcula con la cosecha",
}
"""Pages of a module's editor and the links that lead to them; the quiz last."""
_LEARNS = "31"
"""The sub of a student who has not begun the module."""


def _learning(begin: Begin) -> Iterator[Stop]:
    student = begin.at(f"/course/view.php?id=2&as={_LEARNS}&lang=es", _MODULE)
    tool = student.tool
    yield Stop("module", student)
    tool.locator("ol.steps").get_by_role("link").first.click()
    tool.locator("article.lesson").wait_for()
    yield Stop("lesson", student)
    tool.get_by_role("navigation", name="Dónde estás").get_by_role("link").click()
    tool.locator("ol.steps").get_by_role("link").last.click()
    tool.get_by_role("heading", name="Antes de empezar").wait_for()
    yield Stop("quiz", student)
    tool.get_by_role("button", name=re.compile("Empezar el cuestionario|Intentar otra vez")).click()
    tool.locator("#attempt").wait_for()
    yield Stop("attempt", student)
    tool.get_by_role("button", name="Entregar", exact=True).click()
    tool.get_by_role("button", name="Entregar así").click()
    tool.get_by_text("Aún sin aprobar").wait_for()
    yield Stop("attempt-review", student)
    student.go("Mis estudios")
    yield Stop("my-studies", student)
    student.go("Cursos")
    yield Stop("courses", student)
    tool.get_by_role("main").get_by_role("link", name=STUDIED).click()
    tool.get_by_role("heading", level=1, name=STUDIED).wait_for()
    course = tool.url
    goes_on = tool.get_by_role("link", name=re.compile("^(Empezar|Sigue):"))
    tool.get_by_role("button", name="Inscribirme").or_(goes_on).first.click()
    goes_on.or_(tool.get_by_role("heading", name="Partes")).first.wait_for()
    tool.goto(course)
    yield Stop("course", student)
    tool.goto(f"{course}/certificate")
    yield Stop("certificate-not-yet", student)


def _writing(begin: Begin) -> Iterator[Stop]:
    teacher = begin("Docente Uno")
    tool = teacher.tool
    teacher.go("Escribir")
    yield Stop("writing", teacher)
    tool.get_by_role("link", name=WRITTEN, exact=True).click()
    tool.get_by_role("heading", name="Lista de revisión").wait_for()
    yield Stop("write-module", teacher)
    module = tool.url.split("?")[0]
    for name, link in _OF_A_MODULE.items():
        tool.goto(module)
        tool.get_by_role("link", name=link, exact=True).click()
        tool.wait_for_url(re.compile(f"^(?!{re.escape(module)}$)"))
        tool.get_by_role("heading", level=1).wait_for()
        yield Stop(name, teacher)
        if name == "write-lesson":
            tool.get_by_role("link", name="Historial").click()
            tool.get_by_role("heading", level=1, name="Historial").wait_for()
            yield Stop("lesson-history", teacher)
    tool.get_by_role("region", name="Preguntas").get_by_role("heading").get_by_role("link").first.click()
    tool.get_by_role("button", name="Guardar la pregunta").wait_for()
    yield Stop("write-question", teacher)


def _writing_course(begin: Begin) -> Iterator[Stop]:
    teacher = begin("Docente Uno")
    tool = teacher.tool
    teacher.go("Escribir")
    tool.get_by_role("link", name=STUDIED, exact=True).click()
    tool.get_by_role("link", name="Grupos con tutor").wait_for()
    yield Stop("write-course", teacher)
    tool.get_by_role("link", name="Grupos con tutor").click()
    tool.get_by_label("Nombre del grupo").fill("Grupo de la gira")
    tool.get_by_role("group", name="Quién acompaña").get_by_role("radio").first.check()
    for label, day in (("Inscripciones hasta el", "2098-03-01"), ("Empieza el", "2098-03-02")):
        tool.get_by_label(label).fill(day)
    tool.get_by_label("Termina el").fill("2098-05-30")
    tool.get_by_role("button", name="Abrir el grupo").click()
    tool.get_by_role("link", name="Grupo de la gira").first.wait_for()
    yield Stop("course-groups", teacher)
    tool.goto(f"{below_the_visit(teacher)}/study/tutoring")
    yield Stop("tutoring", teacher)
    tool.get_by_role("link", name=re.compile("Grupo de la gira$")).first.click()
    tool.wait_for_url(re.compile(r"/tutoring/\d+"))
    yield Stop("tutored-group", teacher)


def _verifying(begin: Begin) -> Iterator[Stop]:
    anybody = begin.fresh()
    anybody.page.goto(f"{anybody.centre.tool_url}/certificados/")
    yield Stop("verify", anybody, anybody.page)


STUDIES: tuple[Walk, ...] = (_learning, _verifying)
STUDY_WALKS: tuple[Walk, ...] = (*STUDIES, _writing, _writing_course)
