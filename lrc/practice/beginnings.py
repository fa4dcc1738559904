"""How the practice LMS is at its first start: the tool, two courses, and what was placed in them for the demo."""

from __future__ import annotations

from typing import NamedTuple

from lrc.config import Settings
from lrc.practice.chosen import Item, place
from lrc.practice.classroom import COURSES, GROUPS, PEOPLE
from lrc.practice.state import Activity, Course, State, Tool
from lti.registering.application import icon_url

CLIENT_ID = "biblioteca-de-practica"
DEPLOYMENT_ID = "1"

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
AGS_SCOPES = tuple(f"{_AGS}{name}" for name in ("lineitem", "lineitem.readonly", "result.readonly", "score"))
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


class _Reading(NamedTuple):
    course_id: str
    kind: str
    record_id: str
    title: str
    maximum: float | None
    """Of the grade; None for none."""


_READINGS = (
    _Reading(
        "2", "resource", "estadistica-con-papas", "Lectura: Estadística descriptiva con una cosecha de papa", 20.0
    ),
    _Reading("2", "resource", "leer-graficos", "Lectura: Leer gráficos sin dejarse engañar", None),
    _Reading("3", "resource", "citar-en-apa-7", "Lectura: Citar y hacer referencias en APA 7", 20.0),
    _Reading("3", "resource", "escribir-un-ensayo", "Lectura: Guía para escribir un ensayo académico", None),
    _Reading("2", "module", "modulo-centro-y-dispersion", "Módulo: Centro y dispersión", 20.0),
    _Reading("3", "course", "curso-buscar-y-citar-fuentes", "Curso: Buscar y citar fuentes", 20.0),
)
"""Of the demo's shelf and courses."""


def fresh(settings: Settings) -> State:
    """The library is an activity of both courses; in the demo, some of its texts are too."""
    state = State(tools={DEPLOYMENT_ID: own_tool(settings.tool_url)})
    for seed in COURSES.values():
        state.courses[seed.id] = Course(
            seed.id,
            seed.label,
            seed.title,
            enrolled={each.sub: each.enrolled_as for each in PEOPLE.values() if each.enrolled_as},
            groups={name: sorted(members) for name, members in GROUPS.items()},
        )
        state.activities[seed.activity_id] = Activity(
            seed.activity_id, seed.resource_link_id, seed.id, DEPLOYMENT_ID, "Biblioteca virtual"
        )
    if settings.mode == "demo":
        for reading in _READINGS:
            _place(state, reading)
    return state


def own_tool(tool_url: str) -> Tool:
    """Ours, registered by hand as docs/moodle.md says, with all services."""
    return Tool(
        id=DEPLOYMENT_ID,
        name="Biblioteca virtual",
        client_id=CLIENT_ID,
        url=tool_url,
        login_url=f"{tool_url}/lti/login",
        redirect_uris=[f"{tool_url}/lti/launch"],
        jwks_url=f"{tool_url}/lti/jwks.json",
        icon=icon_url(tool_url),
        custom={
            "library": "main",
            "picture": "$User.image",
            "context_history": "$Context.id.history",
            "user_groups": "$Moodle.Person.userGroupIds",
        },
        scopes=[*AGS_SCOPES, NRPS_SCOPE],
        in_chooser=True,
    )


def _place(state: State, reading: _Reading) -> None:
    """As a teacher would have with the picker."""
    item = f"practica-{reading.record_id}"
    parameters = {"lrc_kind": reading.kind, "lrc_id": reading.record_id, "lrc_item": item}
    placed = Item(
        reading.title,
        custom=parameters,
        maximum=reading.maximum,
        tag=reading.kind,
        resource_id=reading.record_id,
        review_url=None if reading.maximum is None else "",
    )
    place(state, reading.course_id, DEPLOYMENT_ID, placed)
