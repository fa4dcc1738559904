"""Somebody who has a keyboard alone: the focus goes where they lead it, always seen, never lost or covered."""

from __future__ import annotations

from playwright.sync_api import Frame, Locator, Page

from tests.browser import assert_fits

_MOST_TABS = 120
_FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return {name: "", trouble: "lost"};
    const name = `${at.localName} ${at.id} ${(at.innerText || at.name || "").slice(0, 60)}`;
    const style = getComputedStyle(at);
    const shown = [at, ...(at.labels || [])].some(each => {
        const ring = getComputedStyle(each);
        return ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) > 0;
    });
    if (!shown) return {name, trouble: "unseen"};
    const box = at.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return {name, trouble: "outside of what is shown"};
    const places = [0.1, 0.5, 0.9].flatMap(x => [0.1, 0.5, 0.9].map(y => [x, y]));
    const own = places.some(([x, y]) => {
        const found = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        const its = [at, ...(at.labels || [])];
        return found && (found.contains(at) || its.some(each => each.contains(found)));
    });
    return {name, trouble: own ? "" : "covered"};
}"""
_CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(each => {
    const style = getComputedStyle(each);
    if (style.overflowX !== "hidden" && style.overflowX !== "clip") return false;
    if (style.clip !== "auto" || style.clipPath !== "none" || each.clientWidth <= 1) return false;
    return each.innerText && each.scrollWidth > each.clientWidth + 1 && style.textOverflow !== "ellipsis";
}).map(each => each.outerHTML.slice(0, 120))"""


class Keyboard:
    """The keys of a page, in which ``where`` has what is worked with."""

    def __init__(self, page: Page, where: Frame) -> None:
        self._page = page
        self._where = where
        self.passed: list[str] = []
        """What had the focus on the way, by its element and words."""

    def to(self, wanted: Locator) -> None:
        """Press the tab key until ``wanted`` has the focus; wherever it is meanwhile, it is seen."""
        for _ in range(_MOST_TABS):
            self._page.keyboard.press("Tab")
            focus = self._where.evaluate(_FOCUS)
            assert not focus["trouble"], f"the focus is {focus['trouble']} at {focus['name']!r} of {self._where.url}"
            self.passed.append(focus["name"])
            if wanted.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"not reached with {_MOST_TABS} tabs: {wanted}; {self.passed[-_MOST_TABS:]}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def type(self, words: str) -> None:
        self._page.keyboard.type(words)


def assert_nothing_is_cut_off(where: Page | Frame) -> None:
    """Nothing scrolls sideways and no words are hidden by the edge of what holds them."""
    assert_fits(where)
    hidden = where.evaluate(_CUT_OFF)
    assert hidden == [], f"cut off at {where.url}: {hidden}"
