"""The walks of the tour in the library: what each person comes by, from a demo as it begins.

None changes what another needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.journeys.stops import Begin, Stop, Walk, below_the_visit
from tests.journeys.visit import Visit
from tests.lti.launching import TEACHER

_ASKED, _MANUAL = "como es el metodo cornel para tomar apunte", "Manual de estudio y trabajo universitario"
_GRADED = "Lectura: Estadística descriptiva con una cosecha de papa"
STUDIED, WRITTEN = "Buscar y citar fuentes", "Centro y dispersión"
_COURSE = f"id=2&as={TEACHER.sub}&lang=es"
_HAS_READ = "21"
"""The sub of a student who has already read what is graded."""
_TABLE = "id,title,date\nasking-for-help-by-email,Pedir ayuda por correo,2026\nnadie,x,\n"
_REGION = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:x-region> a skos:ConceptScheme ; skos:prefLabel "Temas de la región"@es .
<urn:x-puna> a skos:Concept ; skos:inScheme <urn:x-region> ; skos:prefLabel "Puna"@es ; skos:altLabel "Sallqa"@qu .
"""


def _lms(begin: Begin) -> Iterator[Stop]:
    visit = begin.fresh()
    visit.page.goto(visit.centre.lms_url)
    yield Stop("lms-choose", visit, visit.page)
    visit.choose("Docente Uno", "Estadística aplicada")
    visit.wait_for_the_library()
    yield Stop("lms-course", visit, visit.page, is_answer=True)
    visit.page.get_by_role("link", name="Calificaciones").click()
    visit.page.get_by_role("heading", name="Calificaciones").wait_for()
    yield Stop("lms-gradebook", visit, visit.page)


def _student(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    yield Stop("home", student)
    student.search_until_found(_ASKED, _MANUAL)
    yield Stop("results", student)
    student.search("combulsiom")
    yield Stop("no-results", student)
    root = below_the_visit(student)
    student.tool.goto(f"{root}/resources/999999")
    yield Stop("not-found", student, pardoned="404 (Not Found)")
    student.tool.goto(f"{root}/open/resource/nada")
    yield Stop("broken-link", student, pardoned="404 (Not Found)")


def _reader(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    student.search_until_found(_ASKED, _MANUAL).get_by_role("link", name=_MANUAL, exact=True).click()
    student.tool.locator("[data-drawn] canvas").wait_for()
    yield Stop("read-pages", student)
    student.tool.get_by_role("link", name="Leer como texto").click()
    student.tool.locator("article.reader").wait_for()
    yield Stop("read-text", student)
    student.tool.get_by_role("heading", level=1).get_by_role("link").click()
    student.tool.wait_for_url(re.compile(r"/resources/\d+$"))
    yield Stop("resource", student)


def _graded(begin: Begin) -> Iterator[Stop]:
    teacher = begin.at(f"/course/view.php?{_COURSE}", _GRADED)
    yield Stop("graded-teacher", teacher)
    student = begin.at("/course/view.php?id=2&as=4&lang=es", _GRADED)
    yield Stop("graded", student)
    student = begin.at(f"/course/view.php?id=2&as={_HAS_READ}&lang=es", _GRADED)
    yield Stop("graded-read", student)


def _teacher(begin: Begin) -> Iterator[Stop]:
    teacher = begin("Docente Uno")
    teacher.go("Mis materiales")
    yield Stop("mine", teacher)
    teacher.tool.get_by_role("link", name="Subir un material").click()
    teacher.tool.get_by_role("heading", name="Subir un material").wait_for()
    yield Stop("upload", teacher)
    teacher.tool.get_by_role("link", name="¿Está en la web?").click()
    teacher.tool.get_by_role("heading", name="Agregar una dirección web").wait_for()
    yield Stop("weblink-new", teacher)
    teacher.go("Mis materiales")
    failed = teacher.tool.get_by_role("listitem").filter(has_text="No se pudo leer").get_by_role("link").first
    failed.click()
    teacher.tool.get_by_role("button", name="Intentar otra vez").wait_for()
    yield Stop("resource-unread", teacher)


def _course(begin: Begin) -> Iterator[Stop]:
    teacher = begin("Docente Uno")
    teacher.go("Mi curso")
    tool = teacher.tool
    tool.get_by_text("Lista de Moodle del").wait_for()
    yield Stop("class", teacher)
    tool.get_by_role("link", name="Enlaces").click()
    tool.get_by_label(_GRADED).check()
    yield Stop("course-links", teacher)
    tool.get_by_label(_GRADED).check()
    tool.get_by_role("button", name="Abrir otro material").click()
    tool.get_by_role("searchbox").fill("presupuesto")
    tool.get_by_role("button", name="Buscar").click()
    tool.get_by_role("radio").first.wait_for()
    yield Stop("course-target", teacher)
    tool.get_by_role("link", name="Notas").click()
    tool.get_by_role("heading", level=1, name="Notas").wait_for()
    yield Stop("grades", teacher)
    tool.get_by_role("link", name="Módulos", exact=True).click()
    tool.get_by_role("link", name=WRITTEN).wait_for()
    yield Stop("class-modules", teacher)
    tool.get_by_role("link", name=WRITTEN).click()
    tool.get_by_role("rowheader").first.wait_for()
    yield Stop("class-module", teacher)
    tool.get_by_role("rowheader").get_by_role("link").first.click()
    tool.wait_for_url(re.compile(r"/people/\d+$"))
    yield Stop("class-work", teacher)
    yield Stop("work", begin.at(f"/grade/report.php?{_COURSE}", "Ver el trabajo de Estudiante 01"))


def _picker(begin: Begin) -> Iterator[Stop]:
    teacher = begin.fresh()
    path = "/mod/lti/contentitem.php?tool=1" if begin.phone else "/course/modedit.php?choosing=1&tool=1"
    teacher.page.goto(f"{teacher.centre.lms_url}{path}&{_COURSE}")
    tool = teacher.page.frames[-1]
    tool.get_by_role("heading", level=1, name=re.compile("^Elige para")).wait_for()
    tool.wait_for_load_state("load")
    yield Stop("picker-home", teacher, tool)
    counted = tool.get_by_role("status").filter(has_text="elegido")
    for number in range(2):
        tool.get_by_role("button", name="Elegir").nth(number).click()
        counted.filter(has_text=str(number + 1)).wait_for()
    yield Stop("picker-ticked", teacher, tool)
    tool.get_by_role("combobox", name="Qué buscas").fill("apuntes")
    tool.get_by_role("combobox", name="Qué buscas").press("Enter")
    tool.get_by_role("heading", name="Resultados").wait_for()
    yield Stop("picker-results", teacher, tool)
    tool.get_by_role("link", name="Revisar").click()
    tool.get_by_role("heading", name="Lo que pondrás en el curso").wait_for()
    tool.get_by_label("Con nota").first.check()
    yield Stop("picker-review", teacher, tool, is_answer=True)


def _describing(librarian: Visit) -> Iterator[Stop]:
    librarian.tool.get_by_role("link", name="Corregir los datos").click()
    librarian.tool.get_by_label("Palabras clave").wait_for()
    yield Stop("describe", librarian)
    librarian.tool.get_by_label("Palabras clave").fill("clase\nplan")
    librarian.tool.get_by_role("button", name="Guardar", exact=True).last.click()
    librarian.tool.get_by_role("link", name="Corregir los datos").click()
    librarian.tool.get_by_role("link", name="Ver los cambios").click()
    librarian.tool.get_by_role("button", name="Deshacer este cambio").wait_for()
    yield Stop("edits", librarian)
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name="Cambiar muchos").click()
    librarian.tool.get_by_role("button", name="Ver qué cambiaría").wait_for()
    yield Stop("bulk", librarian)
    librarian.tool.get_by_label("Tabla (XLSX o CSV)").set_input_files(
        {"name": "tabla.csv", "mimeType": "text/csv", "buffer": _TABLE.encode()}
    )
    librarian.tool.get_by_role("button", name="Ver qué cambiaría").click()
    librarian.tool.get_by_role("heading", name="tabla.csv").wait_for()
    yield Stop("bulk-proposed", librarian)
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name="Vocabularios").click()
    librarian.tool.get_by_role("heading", level=1, name="Vocabularios").wait_for()
    yield Stop("vocabularies", librarian)
    librarian.tool.get_by_label("Archivo SKOS").set_input_files(
        {"name": "region.ttl", "mimeType": "text/turtle", "buffer": _REGION.encode()}
    )
    librarian.tool.get_by_role("button", name="Ver qué cambiaría").click()
    librarian.tool.get_by_role("heading", name="Qué trae el archivo").wait_for()
    yield Stop("vocabulary-file", librarian)
    librarian.tool.get_by_role("link", name="Vocabularios").click()
    librarian.tool.get_by_role("link", name="Campos de la ciencia").click()
    librarian.tool.get_by_role("link", name="Ciencias naturales").click()
    librarian.tool.get_by_role("heading", level=1, name="Ciencias naturales").wait_for()
    yield Stop("concept", librarian)
    librarian.tool.goto(f"{below_the_visit(librarian)}/bulk/pick")
    yield Stop("bulk-pick", librarian)


def _librarian(begin: Begin) -> Iterator[Stop]:
    librarian = begin("Bibliotecaria")
    librarian.go("Por revisar")
    yield Stop("queue", librarian)
    librarian.tool.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    librarian.tool.get_by_role("button", name="Publicar en la biblioteca").wait_for()
    yield Stop("resource-review", librarian)
    librarian.tool.get_by_role("link", name="Cambiar quién puede verlo").click()
    librarian.tool.get_by_role("heading", name="Quién puede verlo y desde cuándo").wait_for()
    yield Stop("availability", librarian)
    librarian.tool.get_by_role("link", name="Cancelar").click()
    yield from _describing(librarian)
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name="Direcciones que fallan").click()
    librarian.tool.get_by_role("heading", name="Direcciones que no responden").wait_for()
    yield Stop("weblinks", librarian)
    librarian.go("Por revisar")
    librarian.tool.get_by_role("link", name="Certificados").click()
    librarian.tool.get_by_role("heading", name="Quién firma").wait_for()
    yield Stop("signing", librarian)
    librarian.go("Cursos")
    librarian.tool.get_by_role("main").get_by_role("link", name=STUDIED).click()
    librarian.tool.wait_for_url(re.compile(r"/study/courses/\d+$"))
    librarian.tool.goto(librarian.tool.url.replace("/courses/", "/review/"))
    yield Stop("version-review", librarian)


def _administrator(begin: Begin) -> Iterator[Stop]:
    administrator = begin("Administrador")
    administrator.go("Personas")
    yield Stop("people", administrator)
    administrator.tool.get_by_role("link", name="Conexión con Moodle").click()
    administrator.tool.get_by_role("button", name="Revisar ahora").click()
    administrator.tool.get_by_role("status").filter(has_text="preguntamos a tu Moodle").wait_for()
    yield Stop("doctor", administrator, is_answer=True)


def _registering(begin: Begin) -> Iterator[Stop]:
    administrator = begin.fresh()
    page, centre = administrator.page, administrator.centre
    page.goto(f"{centre.lms_url}/mod/lti/toolconfigure.php?as=2&lang=es")
    yield Stop("lms-tools", administrator, page)
    address = centre.command("platforms", "invite", "Universidad Nacional de la Puna")
    page.get_by_label("Dirección de la herramienta").fill(address)
    page.get_by_role("button", name="Agregar LTI Advantage").click()
    page.get_by_role("link", name="Registrar como herramienta nueva").click()
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    frame.get_by_role("heading", name="Registrar la biblioteca en tu Moodle").wait_for()
    yield Stop("register", administrator, frame, is_answer=True)
    frame.get_by_role("button", name="Registrar la biblioteca").click()
    frame.get_by_role("heading", name="La biblioteca está registrada").wait_for()
    yield Stop("registered", administrator, frame, is_answer=True)


def _operator(begin: Begin) -> Iterator[Stop]:
    operator = begin.fresh()
    page = operator.page
    page.goto(operator.centre.command("operator"))
    yield Stop("operator-enter", operator, page)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("heading", name="Plataformas").wait_for()
    yield Stop("operator", operator, page)
    page.get_by_label("Institución").fill("Universidad Nacional de la Puna")
    page.get_by_role("button", name="Crear la invitación").click()
    page.get_by_role("heading", name="Invitación lista").wait_for()
    yield Stop("operator-invited", operator, page, is_answer=True)
    page.get_by_role("link", name="Registrar a mano").click()
    page.get_by_role("heading", name="Registrar un Moodle a mano").wait_for()
    yield Stop("operator-new", operator, page)
    page.get_by_role("link", name="Plataformas").click()
    page.get_by_role("link", name="Universidad de práctica").first.click()
    page.get_by_role("heading", name="Universidad de práctica").wait_for()
    yield Stop("operator-platform", operator, page)
    page.get_by_role("link", name="Comprobar").click()
    page.get_by_role("button", name="Revisar ahora").wait_for()
    yield Stop("operator-check", operator, page)
    page.get_by_role("link", name="Archivos dañados").click()
    page.get_by_role("heading", name="Todo está intacto").wait_for()
    yield Stop("operator-files", operator, page)


def _ending(begin: Begin) -> Iterator[Stop]:
    student = begin("Estudiante")
    kept = student.tool.url
    student.tool.get_by_role("button", name="Salir").click()
    student.tool.get_by_role("heading", name="Saliste de la biblioteca").wait_for()
    yield Stop("left", student)
    page = student.context.new_page()
    page.goto(kept)
    yield Stop("ended", student, page, pardoned="401 (Unauthorized)")


READERS: tuple[Walk, ...] = (_student, _reader, _graded)
WALKS: tuple[Walk, ...] = (
    _lms,
    *READERS,
    _teacher,
    _course,
    _picker,
    _librarian,
    _administrator,
    _registering,
    _operator,
    _ending,
)
