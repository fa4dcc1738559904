"""Somebody's visit: they choose who they are in the practice LMS, and the library opens in their course's frame."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Frame, Locator, Page

from tests.browser import Complaints, look
from tests.demo import Demo

_SEEN_WITHIN_S = 60
_MOST_TABS = 40


class Visit:
    """A page of the LMS, and ``tool``, where the library is: in a frame of that page, or in a window of its own."""

    def __init__(self, context: BrowserContext, centre: Demo, *, has_scripts: bool = True) -> None:
        self._has_scripts = has_scripts
        self.context = context
        self.centre = centre
        self.complaints = Complaints(context)
        self.page: Page = context.new_page()
        self._is_framed = True

    @property
    def tool(self) -> Frame:
        """The frame in which the library lives; the page itself where it has a window of its own."""
        if not self._is_framed:
            return self.page.main_frame
        self.page.locator("iframe").wait_for()
        return self.page.frames[1]

    def enter(self, person: str, course: str = "Estadística aplicada", *, in_frame: bool = True) -> None:
        """Choose person and course, and wait until the library is there."""
        self.choose(person, course)
        self.wait_for_the_library()
        if not in_frame:
            self.open_in_a_window()

    def choose(self, person: str, course: str) -> None:
        """Choose who one is, and go to the course, where the library begins to open."""
        self.page.goto(self.centre.lms_url)
        self.page.get_by_role("radio", name=re.compile(f"^{person}")).check()
        self.page.get_by_role("radio", name=re.compile(f"^{course}")).first.check()
        self.page.get_by_role("button", name="Entrar al curso").click()

    def open_in_a_window(self) -> None:
        """Leave the frame for a window, as on phones."""
        with self.context.expect_page() as opened:
            self.page.get_by_role("link", name="Abrir en una ventana nueva").click()
        self.page.close()
        self.page = opened.value
        self._is_framed = False
        self.wait_for_the_library()

    def wait_for_the_library(self) -> None:
        """Wait until the library is there, through all steps of its opening."""
        if not self._has_scripts:
            for step in ("launch", "auth"):
                self.tool.wait_for_url(re.compile(rf"/{step}\.php"))
                self.tool.get_by_role("button", name="Continuar").click()
        self.tool.wait_for_url(lambda url: url.startswith(self.centre.tool_url) and "/lti/" not in url)

    def go(self, link: str) -> None:
        """Follow an entry of the tool's navigation, and wait until it is the one where one is."""
        bar = self.tool.get_by_role("navigation", name=re.compile("Principal|Main"))
        with self.page.expect_event("framenavigated"):  # where one is may be marked on the page before, too
            bar.get_by_role("link", name=link).click()
        bar.locator("[aria-current]").filter(has_text=link).wait_for()
        self.tool.get_by_role("heading", level=1).wait_for()

    def search(self, words: str) -> None:
        """Type into the search box of the page, or of the first page where this one has none, and send it."""
        if not self.tool.get_by_role("search").is_visible():
            self.go("Buscar")
        box = self.tool.locator("#q")  # a searchbox without scripts, else a combobox
        box.fill(words)
        with self.page.expect_event("framenavigated"):
            box.press("Enter")
        self.tool.get_by_role("heading", level=1).wait_for()

    def hit(self, title: str) -> Locator:
        """The hit of this title among the results."""
        return self.tool.get_by_role("article").filter(has=self.tool.get_by_role("heading", name=title))

    def search_until_found(self, words: str, title: str) -> Locator:
        """Search again until a page of this title is a hit: reading and indexing happen behind the pages."""
        to_a_page = self.tool.locator("a[href*='page=']")
        return self.until(lambda: self.search(words), self.hit(title).filter(has=to_a_page))

    def until(self, act: Callable[[], None], wanted: Locator) -> Locator:
        """Act until ``wanted`` is seen."""
        deadline = time.monotonic() + _SEEN_WITHIN_S
        act()
        while not wanted.first.is_visible():
            assert time.monotonic() < deadline, f"not seen within {_SEEN_WITHIN_S} s: {wanted}"
            self.page.wait_for_timeout(300)
            act()
        return wanted

    def tab_to(self, wanted: Locator) -> None:
        """Press the tab key until ``wanted`` has the focus, and see that the focus shows."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("each => each === document.activeElement"):
                assert wanted.evaluate("each => getComputedStyle(each).outlineStyle !== 'none'"), "the focus is unseen"
                return
        raise AssertionError(f"not reached with {_MOST_TABS} tabs: {wanted}")

    def look(self, where: Page | Frame | None = None, *, heavy: bool = False, reload: bool = True) -> None:
        """Assert that the page in the frame (or another) is as every page must be."""
        look(where or self.tool, self.complaints, heavy=heavy, reload=reload, axe=self._has_scripts)
