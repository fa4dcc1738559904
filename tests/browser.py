"""What a page must be for people: accessible in light and dark, fit for a phone, light to load, without errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urldefrag, urlsplit

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIRequestContext, BrowserContext, ConsoleMessage, Frame, Page, Request, WebError

HEAVIEST_BYTES = 60_000
MOST_REQUESTS = 8
_A_CLICK_LEADS_ON_MS, _MOST_WAITS = 50, 100
# A phone, and the narrowest that WCAG 1.4.10 (reflow) asks for.
NARROW_PX = (360, 320)
_ALL_IS_STILL = "Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => null)"
_AXE = Axe()
# Only what is wrong comes back: most of what axe says of a page is what passed.
_RUN_AXE = "options => axe.run(options).then(({violations}) => ({violations}))"
_AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "iframes": False,  # what is framed is looked at by itself
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What the colours of dark can break; to the other rules it is the same page as in light.
_AXE_COLOURS = {**_AXE_OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


class Weight:
    """What one cold load took over the wire, headers included: feed it the events of DevTools' Network domain.

    ``frame`` is the id of where it is loaded, and ``earlier`` the loader of the document that it replaces: what others,
    or that one, still ask for is not counted.
    """

    def __init__(self, frame: str = "", earlier: str = "") -> None:
        self.requests = 0
        self._frame = frame
        self._earlier = earlier
        self._addresses: dict[str, str] = {}
        self._bytes: dict[str, int] = {}

    @property
    def received_bytes(self) -> int:
        return sum(self._bytes.values())

    def parts(self) -> list[tuple[int, str]]:
        """Bytes and address of each thing that was fetched."""
        return [(self._bytes.get(each, 0), address) for each, address in self._addresses.items()]

    def sent(self, event: dict[str, Any]) -> None:
        request = event["requestId"]
        is_ours = event.get("frameId", self._frame) == self._frame and event["loaderId"] != self._earlier
        if event["request"]["url"].startswith("http") and is_ours:
            self.requests += 1
            self._addresses[request] = event["request"]["url"]
            self._add(request, event.get("redirectResponse", {}).get("encodedDataLength", 0))

    def received(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._addresses:
            self._add(event["requestId"], event["encodedDataLength"])

    def complete(self, ask: APIRequestContext) -> None:
        """A worker loads its script by itself, out of sight: what the server says of its size counts."""
        for request, address in self._addresses.items():
            if not self._bytes.get(request) and urlsplit(address).path.endswith((".js", ".mjs")):
                self._add(request, int(ask.get(address).headers["content-length"]))

    def _add(self, request: str, received_bytes: int) -> None:
        self._bytes[request] = self._bytes.get(request, 0) + received_bytes

    def __str__(self) -> str:
        return f"{self.received_bytes} bytes in {self.requests} requests: {self.parts()}"


class Complaints:
    """What the browser itself held against the pages of a context: script errors, CSP violations, missing files.

    It knows, too, which of them are on their way to another page.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        self._under_way: set[Request] = set()
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._leaves)
        context.on("requestfinished", self._arrives)
        context.on("requestfailed", self._arrives)

    def _leaves(self, request: Request) -> None:
        if request.is_navigation_request():
            self._under_way.add(request)

    def _arrives(self, request: Request) -> None:
        self._under_way.discard(request)

    def wait_for_arrival(self, page: Page) -> None:
        """Let what was clicked lead to where it leads, so that it is not the page before that is loaded again."""
        page.wait_for_timeout(_A_CLICK_LEADS_ON_MS)
        for _ in range(_MOST_WAITS):
            if not self._under_way:
                return
            page.wait_for_timeout(_A_CLICK_LEADS_ON_MS)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.heard.append(f"{message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.heard.append(str(error.error))

    def pardon(self, words: str) -> None:
        """Forget those that say this: what a page on purpose does wrong."""
        self.heard = [each for each in self.heard if words not in each]

    def assert_none(self) -> None:
        assert not self.heard, "the browser complains: " + "; ".join(self.heard)


def look(
    where: Page | Frame, complaints: Complaints, *, heavy: bool = False, reload: bool = True, axe: bool = True
) -> None:
    """Assert that the page in ``where`` is as every page must be; loads it anew unless told that it cannot be.

    ``heavy`` is for the one page that may weigh more, the view of a PDF's page; ``axe`` needs scripts.
    """
    if reload:
        complaints.wait_for_arrival(_page(where))
        weight = weigh(where)
        assert heavy or weight.received_bytes <= HEAVIEST_BYTES, f"{where.url} is too heavy: {weight}"
        assert heavy or weight.requests <= MOST_REQUESTS, f"{where.url} takes too many requests: {weight}"
    assert_fits(where)
    if axe:
        assert_accessible(where)
    complaints.assert_none()


def weigh(where: Page | Frame, *, until: Literal["load", "networkidle"] = "load") -> Weight:
    """Load the page again with an empty cache and count what comes over the wire ``until`` then."""
    page = _page(where)
    cdp = page.context.new_cdp_session(page)
    told = next(_frames(cdp.send("Page.getFrameTree")["frameTree"], urldefrag(where.url).url))
    weight = Weight(told["id"], told["loaderId"])
    cdp.on("Network.requestWillBeSent", weight.sent)
    cdp.on("Network.loadingFinished", weight.received)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    where.goto(urldefrag(where.url).url, wait_until=until)
    cdp.detach()
    weight.complete(page.request)
    assert weight.received_bytes > 0, f"nothing was counted at {where.url}"
    return weight


def _frames(tree: dict[str, Any], url: str) -> Iterator[dict[str, Any]]:
    """What DevTools tells of the frames that show ``url``, the outermost first."""
    if tree["frame"]["url"] == url:
        yield tree["frame"]
    for each in tree.get("childFrames", ()):
        yield from _frames(each, url)


def assert_fits(where: Page | Frame) -> None:
    """No horizontal scrolling as it stands, on a phone, or at the narrowest."""
    page = _page(where)
    before = page.viewport_size
    assert before is not None
    for width in dict.fromkeys((before["width"], *NARROW_PX)):
        page.set_viewport_size({"width": width, "height": before["height"]})
        wide = where.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide[0] <= wide[1], f"{where.url} is {wide[0]} px wide in a window of {wide[1]} px: {_widest(where)}"
    page.set_viewport_size(before)


def assert_accessible(where: Page | Frame) -> None:
    """No violation of WCAG 2.2 AA, or of what axe calls best practice; in dark none of the rules on colours."""
    where.evaluate(_AXE.axe_script)
    for scheme, options in (("light", _AXE_OPTIONS), ("dark", _AXE_COLOURS)):
        with _colours(_page(where), scheme):
            where.evaluate(_ALL_IS_STILL)
            results = AxeResults(where.evaluate(_RUN_AXE, options))
        assert results.violations_count == 0, f"{where.url} in {scheme}: {results.generate_report()}"


@contextmanager
def _colours(page: Page, scheme: str) -> Iterator[None]:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    try:
        yield
    finally:
        page.emulate_media(color_scheme="null")


def _widest(where: Page | Frame) -> str:
    return str(
        where.evaluate(
            """() => [...document.querySelectorAll("body *")]
                .filter(each => each.getBoundingClientRect().right > window.innerWidth)
                .slice(0, 3).map(each => each.outerHTML.slice(0, 120)).join(" | ")"""
        )
    )


def _page(where: Page | Frame) -> Page:
    return where if isinstance(where, Page) else where.page
