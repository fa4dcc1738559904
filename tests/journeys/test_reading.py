"""Reading on a phone as one likes: settings, listening, films with what is said beside, going on where one stopped.

The tool answers in this process, with real storage and pages made for the purpose.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.models import Rendition, RenditionKind, Resource
from lrc.config import Settings
from lrc.storage import current_storage
from tests import factories
from tests.browser import Complaints, look
from tests.factories import Browser
from tests.journeys.conftest import PATIENCE_MS

# What squeezes static files leaves them to the collector of garbage to close, which is no matter.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/static/:ResourceWarning")
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "es-PE",
}
Open = Callable[[], tuple[Page, Complaints]]
LINES = "La papa nativa crece en la puna. Se guarda seca. Dura años."
# The browser of the tests has no voices. This one says what it is told in no time, and tells whom it asks.
VOICES = """
window.spoken = [];
let now;
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => Object.entries({ Alice: "it-IT", Paulina: "es-MX", Jorge: "es-ES" })
    .map(([name, lang]) => ({ name, lang })),
  addEventListener() {},
  cancel() { now = undefined; },
  speak(words) {
    now = words;
    spoken.push(`${words.voice.name} ${words.rate} ${words.text.trim()}`);
    setTimeout(() => now === words && !window.holdsBreath && words.onend());
  },
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
# Three seconds of a film, as a teacher's browser records it.
FILMED = """async () => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const camera = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  camera.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((done) => (camera.onstop = done));
  camera.start();
  for (let turn = 0; turn < 30; turn += 1) {
    pen.fillRect(turn, 0, 50, 50);
    await new Promise((done) => setTimeout(done, 100));
  }
  camera.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));
}"""
CUES = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHoy\n\n00:02.000 --> 00:03.000\nGracias\n"


@pytest.fixture
def app(live_app: Flask) -> Flask:
    live_app.test_client_class = Browser
    return live_app


@pytest.fixture
def phone(browser: Chromium, listening_tool: Flask, session: Session) -> Iterator[Open]:
    """Opens a page of a student's phone; each is of the same student, and has the voices."""
    signed_in = factories.signed_in(listening_tool, session)
    signed_in.csrf_token()  # is in the cookie from now on
    cookie = signed_in.get_cookie(str(listening_tool.config["SESSION_COOKIE_NAME"]), domain="127.0.0.1")
    assert cookie is not None
    context = browser.new_context(**PHONE)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(VOICES)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])
    yield lambda: (context.new_page(), Complaints(context))
    context.close()


def reads(settings: Settings, resource: Resource, query: str = "") -> str:
    return f"{settings.tool_url}/resources/{resource.id}/read{query}"


def test_a_text_is_read_as_one_likes_and_aloud_and_gone_on_with(
    phone: Open, session: Session, settings: Settings
) -> None:
    book = factories.resource(session, "Uno", "\n\n".join([LINES] * 40), "Tres", title="La papa", language="es")
    session.commit()
    page, complaints = phone()
    page.goto(reads(settings, book, "?page=2"))
    page.get_by_text("Cómo se lee").click()
    for label, choice in {"Tamaño": "Grande", "Letras": "Para dislexia", "Colores": "Sepia"}.items():
        with page.expect_response("**/habits"):
            page.get_by_label(label).select_option(choice)
    expect(page.get_by_text("Guardado para todos tus dispositivos.")).to_be_visible()
    page.reload()
    expect(page.locator("article.reader")).to_have_css("letter-spacing", "1.2384px")
    expect(page.locator("body")).to_have_css("background-color", "rgb(239, 227, 200)")
    look(page, complaints)
    hear(page)
    assert go_on(page, settings, book) > 300
    complaints.assert_none()


def hear(page: Page) -> None:
    """Listen, pause in the middle of it, and go on there with another voice."""
    page.evaluate("window.holdsBreath = true")
    page.get_by_role("button", name="Escuchar", exact=True).click()
    page.get_by_role("button", name="Frase siguiente").click()
    assert page.evaluate("spoken") == ["Paulina 1 La papa nativa crece en la puna.", "Paulina 1 Se guarda seca."]
    expect(page.locator(".spoken")).to_have_count(1)
    look(page, Complaints(page.context), reload=False)
    page.get_by_role("button", name="Pausa").click()
    page.get_by_label("Voz").select_option("Jorge")
    page.evaluate("window.holdsBreath = false; spoken.length = 0")
    page.get_by_role("button", name="Seguir escuchando").click()
    expect(page.get_by_text("Terminó esta página.")).to_be_visible()
    assert page.evaluate("[spoken[0], spoken[1], spoken.length]") == [
        "Jorge 1 Se guarda seca.",
        "Jorge 1 Dura años.",
        40 * 3 - 1,
    ]


def go_on(page: Page, settings: Settings, book: Resource) -> float:
    """Read on, leave, come back, and go on; how far down the page one is then."""
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(100)
    page.goto(settings.tool_url + "/health")
    page.wait_for_timeout(500)  # what was told on leaving is kept meanwhile
    page.goto(reads(settings, book))
    page.get_by_role("link", name="Seguir donde quedaste (página 2)").click()
    page.wait_for_url("**/read?page=2&at=*")
    page.wait_for_load_state()
    return float(page.evaluate("scrollY"))


def test_a_film_is_watched_with_what_is_said_beside_it(phone: Open, session: Session, settings: Settings) -> None:
    page, complaints = phone()
    page.goto(settings.tool_url + "/health")
    film = filmed(session, base64.b64decode(page.evaluate(FILMED)))
    page.goto(reads(settings, film))
    player = page.locator("video")
    assert player.evaluate("each => each.readyState") == 0  # nothing was fetched
    look(page, complaints)
    page.get_by_role("link", name="0:02").click()
    expect(page.locator("[aria-current=true]")).to_contain_text("Gracias")
    assert player.evaluate("each => each.currentTime") >= 1.8
    assert player.evaluate("each => Array.from(each.textTracks[0].cues, (cue) => cue.text)") == ["Hoy", "Gracias"]
    page.goto(reads(settings, film, "?q=hoy"))
    page.locator(".moments a").click()
    expect(page.locator("[aria-current=true]")).to_contain_text("Hoy")
    complaints.assert_none()


def test_a_picture_has_its_text_and_a_print_its_pages(phone: Open, session: Session, settings: Settings) -> None:
    poster = factories.resource(session, LINES, title="Cartel", media_type="image/png", name="cartel.png")
    session.commit()
    page, complaints = phone()
    page.goto(f"{settings.tool_url}/resources/{poster.id}/print")
    expect(page.get_by_role("button", name="Imprimir")).to_be_visible()
    look(page, complaints)
    assert poster.file is not None
    poster.file.size_bytes = 3_000_000
    session.commit()
    page.goto(reads(settings, poster))
    expect(page.get_by_role("heading", name="Texto de la imagen")).to_be_visible()
    expect(page.get_by_role("link", name="Ver la imagen en grande")).to_be_visible()
    look(page, complaints)


def filmed(session: Session, film: bytes) -> Resource:
    """A film in storage, with captions, whose second part begins after two seconds."""
    keys = [current_storage().save(io.BytesIO(each), kind="files") for each in (film, CUES)]
    made = factories.resource(
        session, "Hoy", "Gracias", title="Clase", media_type="video/webm", key=keys[0], size_bytes=len(film)
    )
    assert made.file is not None
    made.file.duration_s = 3.0
    made.file.pages[0].start_s, made.file.pages[1].start_s = 0.0, 2.0
    made.file.renditions.append(
        Rendition(kind=RenditionKind.CAPTIONS, key=keys[1], media_type="text/vtt", size_bytes=len(CUES), language="es")
    )
    session.commit()
    return made
