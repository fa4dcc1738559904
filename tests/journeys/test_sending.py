"""A teacher sends a large file from a phone while the connection drops, closes the tab, and goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import CDPSession, FilePayload, Page, expect

from tests.journeys.visit import Visit

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PARTS = 5
_SLOWEST, _SLOW, _FAST = 350_000, 1_500_000, 50_000_000
"""Bytes a second: slowly enough to be cut in the middle, however busy the machine is."""


class Connection:
    """The connection of a page to the world: slow, and cut or mended at will."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        self.mend(_SLOW)

    def cut(self) -> None:
        self._set(_SLOW, offline=True)

    def mend(self, bytes_per_s: int) -> None:
        self._set(bytes_per_s, offline=False)

    def _set(self, bytes_per_s: int, *, offline: bool) -> None:
        line = {"latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_s}
        self._cdp.send("Network.emulateNetworkConditions", {"offline": offline, **line})


def test_what_the_connection_drops_goes_on_and_arrives_whole(visit: Callable[..., Visit], tmp_path: Path) -> None:
    video = tmp_path / "clase.bin"
    video.write_bytes(os.urandom((PARTS - 1) * 5 * 1024 * 1024 + 7))
    phone = visit(**PHONE)
    phone.enter("Docente Uno", in_frame=False)
    line = Connection(phone.page)
    choose(phone, video)
    break_off(phone, line, at=0.2)
    line.mend(_SLOW)
    wait_until_sent(phone, 0.5)
    phone = come_back(phone)
    line = Connection(phone.page)
    line.mend(_SLOWEST)  # what is left must not arrive before the form is sent
    sent = sent_parts(phone.page)
    choose(phone, video)
    phone.tool.get_by_label("Título").fill("Una clase larga")
    phone.tool.get_by_role("button", name="Subir").click()
    break_off(phone, line, at=0.6)
    line.mend(_FAST)
    phone.tool.wait_for_url("**/resources/*")
    assert 0 < len(sent) < PARTS
    # It was looked at before it was read: had a byte been lost, it would say so.
    expect(phone.tool.get_by_text("No reconocemos este tipo de archivo")).to_be_visible()
    assert phone.tool.get_by_role("heading", level=1).inner_text() == "Una clase larga"


def choose(phone: Visit, *files: Path | FilePayload) -> None:
    phone.go("Mis materiales")
    phone.tool.get_by_role("link", name="Subir un material").click()
    phone.tool.get_by_role("heading", name="Subir un material").wait_for()
    phone.tool.get_by_label("Archivo").set_input_files(files)


def break_off(phone: Visit, line: Connection, *, at: float) -> None:
    """Cut the connection when so much has been sent, and wait until that is told."""
    wait_until_sent(phone, at)
    line.cut()
    expect(phone.tool.get_by_text("Se cortó la conexión")).to_be_visible()
    phone.complaints.pardon("ERR_INTERNET_DISCONNECTED")


def wait_until_sent(phone: Visit, share: float) -> None:
    expect(phone.tool.get_by_text("Enviando…")).to_be_visible()
    while phone.tool.get_by_role("progressbar").evaluate("each => each.value") < share:
        phone.page.wait_for_timeout(20)


def come_back(phone: Visit) -> Visit:
    """Close the tab as it stands, and come again in another."""
    phone.page.close(run_before_unload=False)
    again = Visit(phone.context, phone.centre)
    again.enter("Docente Uno", in_frame=False)
    return again


def sent_parts(page: Page) -> list[str]:
    """The parts that come from now on, as they come."""
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    return sent


def test_several_files_are_described_one_after_another(visit: Callable[..., Visit]) -> None:
    phone = visit(**PHONE)
    phone.enter("Docente Uno", in_frame=False)
    old = {"name": "Tesis.DOC", "mimeType": "application/msword", "buffer": b"\xd0\xcf\x11\xe0"}
    choose(phone, note("uno", "La oca se asolea."), note("dos", "El olluco se lava."), note("nada", ""), old)
    there = phone.tool.locator("[data-lines]").get_by_text("Llegó completo. Falta describirlo.")
    expect(there).to_have_count(2)
    expect(phone.tool.get_by_text("El archivo está vacío.")).to_be_visible()
    expect(phone.tool.get_by_text("No podemos leer este tipo de archivo, así que no lo enviamos.")).to_be_visible()
    phone.look(reload=False)
    phone.tool.get_by_label("Título").fill("La oca")
    phone.tool.get_by_role("button", name="Guardar y describir el siguiente").click()
    expect(phone.tool.get_by_text("Describe «dos.txt». Por describir: 1.")).to_be_visible()
    phone.page.reload()
    phone.tool.get_by_role("listitem").filter(has_text="dos.txt").get_by_role("link", name="Describirlo").click()
    phone.tool.get_by_role("heading", level=1, name="Describir un material").wait_for()
    phone.look()
    phone.tool.get_by_label("Título").fill("El olluco")
    phone.tool.get_by_role("button", name="Guardar").click()
    phone.tool.get_by_role("heading", level=1, name="El olluco").wait_for()
    choose(phone, note("otra vez", "La oca se asolea."))
    expect(phone.tool.get_by_role("link", name="La oca")).to_be_visible()
    phone.go("Mis materiales")
    expect(phone.tool.get_by_role("link", name="La oca", exact=True)).to_be_visible()
    put_another_in_its_place(phone)


def put_another_in_its_place(phone: Visit) -> None:
    """A corrected file of what waits goes by parts, too."""
    phone.tool.get_by_role("link", name="La oca", exact=True).click()
    phone.tool.get_by_text("Leímos 1 página.").wait_for()
    phone.tool.get_by_role("link", name="Es grande: enviarlo por partes").click()
    phone.tool.get_by_label("Archivo nuevo").set_input_files(note("mejor", "La oca se asolea tres días."))
    expect(phone.tool.get_by_text("Llegó completo")).to_be_visible()
    phone.tool.get_by_role("button", name="Reemplazar el archivo").click()
    phone.tool.get_by_role("heading", level=1, name="La oca").wait_for()
    expect(phone.tool.get_by_text("mejor.txt")).to_be_visible()


def note(name: str, text: str) -> FilePayload:
    return {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": text.encode()}
