"""Looking at a page finds what must not be; a check that passes everything would be worse than none."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser import HEAVIEST_BYTES, Complaints, look, weigh
from tests.journeys.sites import Answer, serving

_GOOD = "<main><h1>Biblioteca</h1><p>Todo está en orden.</p></main>"
_PALE_IN_THE_DARK = """<style>
    @media (prefers-color-scheme: dark) { body { background: #111; color: #333 } }
</style>"""


def _look_at(browser: Browser, body: str, headers: list[tuple[str, str]] | None = None) -> None:
    def answer(path: str, cookies: str) -> Answer:
        head = '<!doctype html><html lang="es"><head><title>Prueba</title><link rel="icon" href="data:,"></head>'
        return f"{head}<body>{body}</body></html>" if path == "/" else "", headers or []

    with serving(answer) as port, browser.new_context(viewport={"width": 900, "height": 600}) as context:
        page = context.new_page()
        complaints = Complaints(context)
        page.goto(f"http://127.0.0.1:{port}/")
        look(page, complaints)


def test_a_good_page_passes(browser: Browser) -> None:
    _look_at(browser, _GOOD)


@pytest.mark.parametrize(
    ("addition", "finding"),
    [
        ("<p>" + "ñ" * HEAVIEST_BYTES + "</p>", "too heavy"),
        ("".join(f'<img alt="" src="/{number}.png">' for number in range(8)), "too many requests"),
        ('<div style="width: 350px">Ancho</div>', "350 px wide in a window of 320 px|358 px wide"),
        ('<main><img src="data:,"></main>', "image-alt"),
        (_PALE_IN_THE_DARK, r"(?s)in dark: .*color-contrast"),
        ('<script src="/none.js"></script><script>tell()</script>', "tell is not defined"),
    ],
    ids=["heavy", "requests", "wide", "unnamed", "pale", "error"],
)
def test_a_bad_page_is_found(browser: Browser, addition: str, finding: str) -> None:
    with pytest.raises(AssertionError, match=finding):
        _look_at(browser, _GOOD + addition)


def test_what_the_page_before_still_asks_for_is_not_weighed(browser: Browser) -> None:
    asked = []

    def answer(path: str, cookies: str) -> Answer:
        asked.append(path)
        restless = "<script>setInterval(() => fetch('/more'), 1)</script>" if asked.count("/") == 1 else ""
        return (f'<!doctype html><link rel="icon" href="data:,">{restless}' if path == "/" else "más"), []

    with serving(answer) as port, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        assert weigh(page).requests == 1


def test_what_the_content_security_policy_stops_is_found(browser: Browser) -> None:
    policy = [("Content-Security-Policy", "script-src 'self'")]
    with pytest.raises(AssertionError, match=re.compile("content security policy", re.IGNORECASE)):
        _look_at(browser, _GOOD + "<script>document.title = 'x'</script>", policy)
