"""A student's browser with a module open, whose connection comes and goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from lrc.practice.classroom import Somebody
from tests.browser import Complaints, look
from tests.campus import COURSE, STUDENT, Campus
from tests.journeys.conftest import PATIENCE_MS

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
OFFLINE = "ERR_INTERNET_DISCONNECTED"


@dataclass
class Device:
    """A browser of the student's, in which the module opens from its link in the course."""

    context: BrowserContext
    campus: Campus
    activity: str
    complaints: Complaints = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.complaints = Complaints(self.context)
        self.context.set_default_timeout(PATIENCE_MS)

    def launch(self, person: Somebody = STUDENT) -> None:
        """Open the module in a new tab."""
        self.page = self.context.new_page()
        self.page.goto(
            f"{self.campus.lms.url}/mod/lti/launch.php?id={COURSE}&as={person.sub}&lang=es&cm={self.activity}"
        )
        self.page.get_by_role("heading", level=1, name="Sembrar papa").wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def question(self, key: str) -> Any:
        return self.page.locator(f"[data-question={key}]")

    def expect_said(self, key: str, words: str) -> None:
        expect(self.question(key).locator("[data-said]")).to_have_text(words)

    def expect_page_says(self, words: str) -> None:
        expect(self.page.locator("#outbox [data-shown]")).to_contain_text(words)

    def look(self, *, reload: bool = True) -> None:
        look(self.page, self.complaints, reload=reload)

    def lose_connection(self) -> None:
        self.context.set_offline(True)

    def find_connection(self) -> None:
        self.context.set_offline(False)
        self.complaints.pardon(OFFLINE)


def read_the_lessons(device: Device) -> None:
    device.press("Empezar")
    device.page.get_by_role("heading", level=1, name="La semilla").wait_for()
    device.look()
    device.press("Marcar como leída y seguir")
    device.page.get_by_role("heading", level=1, name="La siembra").wait_for()
    device.press("Marcar como leída y seguir")
    device.page.get_by_role("heading", level=1, name="Repaso de la siembra").wait_for()
    device.look()


def begin(device: Device) -> None:
    device.launch()
    device.page.get_by_role("link", name="Repaso de la siembra").click()
    device.press("Empezar el cuestionario")
    device.question("corta").wait_for()
