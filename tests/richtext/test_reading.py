"""A lesson with everything in it, as people see it: it fits the narrowest phone; it is accessible in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from lrc.richtext import lessons
from tests.browser import assert_accessible, assert_fits
from tests.chromium import launched
from tests.richtext.scenery import Scenery

STATIC = Path(__file__).parents[2] / "lrc" / "static"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><path fill="#7a5" d="M0 0h9v9H0z"/></svg>'
LESSON = r"""
# La media y su vecina

La media, $\bar{x}$, se parece a la mediana[^1] pero no es igual[^2]. Mira **esto** en [el portal](https://www.gob.pe).

$$
\bar{x} = \frac{1}{n} \sum_{i=1}^{n} x_i = \frac{x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + \cdots + x_n}{n}
$$

Dentro de la línea una muy larga: $a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} = 0$.

$$ A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, f(x) = \begin{cases} x & x > 0 \\ -x & \text{si no} \end{cases} $$

![Un mapa de la costa norte, con Piura en rojo](image:mapa.webp "Piura")

En la línea ![decorativa](image:hoja.webp) también. ![](image:sin.webp)

[[recurso:lrc:1 pagina=3]]

[[recurso:falta]]

!!! nota
    Uno.

!!! consejo "Para pensar"
    Dos.

!!! cuidado "Con la lejía"
    Tres, con `código`.

!!! ejemplo
    - Cuatro

| | Distrito | Kilos cosechados en el año | Precio por kilo | Compradores más frecuentes |
|---|:---|---:|:---:|---|
| 1 | Uchiza | 120 | 3,50 | Cooperativas |

```python
def media(numeros: list[float]) -> float:  # una línea que es más ancha que la pantalla de un celular
    return sum(numeros) / len(numeros)
```

> Lo que dijo alguien.

## Otra sección

1. uno

    ```
    corto
    ```

2. dos https://www.example.pe/una/direccion/muy/larga/que/no/cabe/en/una/linea/de/celular/de/ninguna/manera.html

[^1]: Con *énfasis*.
[^2]: Y otra.
"""


@pytest.fixture
def page() -> Iterator[Page]:
    made = lessons.render(LESSON, Scenery({"media": "El promedio.", "mediana": "La de en medio: $x_{n/2}$"}))
    styles = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("lrc.css", "study.css"))
    body = (
        f"<!doctype html><html lang=es><title>x</title><meta name=viewport content='width=device-width'>"
        f"<style>{styles}</style><main><h1>La media</h1><article class=lesson>{made.html}</article></main>"
    )

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body=body, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(body=PICTURE, content_type="image/svg+xml")

    with launched() as browser:
        page = browser.new_page(viewport={"width": 885, "height": 650})
        page.route("**/*", answer)
        page.goto("https://tool.example/study/")
        yield page


def test_a_lesson_with_everything_fits_and_is_accessible(page: Page) -> None:
    assert_fits(page)
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 650})
    assert_accessible(page)
    scrolling = page.evaluate(
        "[...document.querySelectorAll('.formula, .table-scroll, pre')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => [e.className || e.localName, e.tabIndex])"
    )
    assert {kind for kind, _ in scrolling} == {"formula", "table-scroll", "pre"}
    assert {tab for _, tab in scrolling} == {0}
    assert page.locator("math").first.evaluate("e => e.namespaceURI") == "http://www.w3.org/1998/Math/MathML"
