"""Somebody's visit: they choose who they are in the practice LMS, and the library opens in their course's frame."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Frame, Locator, Page

from tests.browser import Complaints, look
from tests.demo import Demo

_SEEN_WITHIN_S = 30


class Visit:
    """The LMS's page, and the tool in the frame that it shows, which is another site's."""

    def __init__(self, context: BrowserContext, centre: Demo) -> None:
        self.context = context
        self.complaints = Complaints(context)
        self.page: Page = context.new_page()
        self._centre = centre

    def enter(self, person: str, course: str = "Estadística aplicada", *, looking: bool = False) -> None:
        """Choose person and course, and wait until the library is there."""
        self.page.goto(self._centre.lms_url)
        if looking:
            self.look(self.page)
        self.page.get_by_role("radio", name=re.compile(f"^{person}")).check()
        self.page.get_by_role("radio", name=re.compile(f"^{course}")).check()
        self.page.get_by_role("button", name="Entrar al curso").click()
        self.tool.wait_for_url(self._is_a_page_of_the_tool)
        if looking:
            look(self.page, self.complaints, reload=False)

    @property
    def tool(self) -> Frame:
        """The frame in which the tool lives."""
        self.page.locator("iframe").wait_for()
        return self.page.frames[1]

    def _is_a_page_of_the_tool(self, url: str) -> bool:
        return url.startswith(self._centre.tool_url) and "/lti/" not in url

    def go(self, link: str) -> None:
        """Follow an entry of the tool's navigation."""
        self.tool.get_by_role("navigation", name=re.compile("Principal|Main")).get_by_role("link", name=link).click()
        self.tool.get_by_role("heading", level=1).wait_for()

    def search(self, words: str) -> None:
        """Type into the search box of the page, or of the first page where this one has none, and send it."""
        if not self.tool.get_by_role("search").is_visible():
            self.go("Buscar")
        box = self.tool.get_by_role("searchbox")
        box.fill(words)
        box.press("Enter")
        self.tool.wait_for_url(re.compile(r"/search\?"))

    def hit(self, title: str) -> Locator:
        """The hit of this title among the results."""
        return self.tool.get_by_role("article").filter(has=self.tool.get_by_role("heading", name=title))

    def search_until_found(self, words: str, title: str) -> Locator:
        """Search again until a hit of this title is there: reading and indexing happen behind the pages."""
        return self.until(lambda: self.search(words), self.hit(title))

    def until(self, act: Callable[[], None], wanted: Locator) -> Locator:
        """Act until ``wanted`` is seen."""
        deadline = time.monotonic() + _SEEN_WITHIN_S
        act()
        while not wanted.first.is_visible():
            assert time.monotonic() < deadline, f"not seen within {_SEEN_WITHIN_S} s: {wanted}"
            self.page.wait_for_timeout(300)
            act()
        return wanted

    def look(self, where: Page | Frame | None = None, *, heavy: bool = False, reload: bool = True) -> None:
        """Assert that the page in the frame (or another) is as every page must be."""
        look(where or self.tool, self.complaints, heavy=heavy, reload=reload)
