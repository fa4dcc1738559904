"""An administrator's day: they make a teacher a librarian, who then sees what waits for review."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.visit import Visit


def test_an_administrator_appoints_a_teacher_who_then_sees_what_waits(visit: Callable[..., Visit]) -> None:
    teacher, administrator = visit(), visit()
    teacher.enter("Docente Dos")
    expect(teacher.tool.get_by_role("link", name="Por revisar")).to_have_count(0)
    administrator.enter("Administrador")
    administrator.go("Personas")
    administrator.tool.get_by_role("button", name=re.compile("^Nombrar para la biblioteca.*Docente Dos$")).click()
    expect(administrator.tool.get_by_text("Docente Dos ya puede revisar y publicar materiales.")).to_be_visible()
    administrator.look()
    teacher.enter("Docente Dos")
    teacher.go("Por revisar")
    teacher.tool.get_by_role("heading", level=1, name="Por revisar").wait_for()
    teacher.look()
