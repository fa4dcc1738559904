"""Browsers that keep nothing in a frame, not even partitioned cookies: the library opens in a tab of its own."""

from __future__ import annotations

from collections.abc import Callable

import requests
from playwright.sync_api import Route, expect

from tests.browser import Complaints, look
from tests.journeys.visit import Visit


def test_where_the_frame_keeps_no_cookie_one_button_opens_the_library_in_a_tab(visit: Callable[..., Visit]) -> None:
    student = visit()
    student.context.route(f"{student.centre.tool_url}/lti/**", _without_partitions)
    student.choose("Estudiante", "Estadística aplicada")
    button = student.tool.get_by_role("button", name="Abrir la biblioteca en otra pestaña")
    button.wait_for()
    student.look(reload=False)
    with student.context.expect_page() as opened:
        button.click()
    tab = opened.value
    expect(tab.get_by_role("combobox", name="Qué buscas")).to_be_visible()
    look(tab, Complaints(student.context))


def _without_partitions(route: Route) -> None:
    """Answer as the tool does, to a browser that does not know what Partitioned means."""
    answer = requests.request(
        route.request.method,
        route.request.url,
        headers=route.request.all_headers(),
        data=route.request.post_data_buffer,
        allow_redirects=False,
        timeout=10,
    )
    headers = dict(answer.raw.headers.items())
    cookies = [each.replace("; Partitioned", "") for each in answer.raw.headers.getlist("Set-Cookie")]
    unchanged = {
        name: value for name, value in headers.items() if name.lower() not in ("set-cookie", "content-encoding")
    }
    route.fulfill(
        status=answer.status_code, headers={**unchanged, "Set-Cookie": "\n".join(cookies)}, body=answer.content
    )
