"""What walks of the tour are made of: visits that begin, and the stops where a page is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Frame, Page

from tests.journeys.visit import Visit


@dataclass(frozen=True)
class Stop:
    """A page of the tour: a name that can be a file's, who is there, and where the page is shown."""

    name: str
    visit: Visit
    shown: Page | Frame | None = None
    """Where, if not where the visit has the library."""
    is_answer: bool = False
    """It answers a form, or works once: it cannot be loaded again."""
    pardoned: str = ""
    """What the browser complains of by right."""

    @property
    def where(self) -> Page | Frame:
        return self.shown or self.visit.tool


class Begin:
    """Begins visits: in the frame of the LMS, or on a phone in a window of its own."""

    def __init__(self, fresh: Callable[[], Visit], *, phone: bool) -> None:
        self.fresh = fresh
        self.phone = phone

    def __call__(self, person: str) -> Visit:
        visit = self.fresh()
        visit.enter(person, in_frame=not self.phone)
        return visit

    def at(self, path: str, *activity: str) -> Visit:
        """In the LMS at ``path``, where links lead to the activity."""
        visit = self.fresh()
        visit.page.goto(f"{visit.centre.lms_url}{path}")
        for link in activity:
            visit.page.get_by_role("link", name=link).first.click()
        visit.wait_for_the_library()
        if self.phone:
            visit.open_in_a_window()
        return visit


def below_the_visit(visit: Visit) -> str:
    """The address below which all pages of the visit are."""
    return re.sub(r"(/v/[^/]+)/.*", r"\1", visit.tool.url)


Walk = Callable[[Begin], Iterator[Stop]]
