"""The test browser: a Chromium that comes whole inside an npm package and runs without root.

`python -m tests.chromium` unpacks it into .browser; `launch_options` tells Playwright how to start it.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import brotli

_HOUSE = Path(__file__).resolve().parent.parent
_PACKAGE = _HOUSE / "node_modules" / "@sparticuz" / "chromium" / "bin"
_FOLDER = _HOUSE / ".browser"
# The package's own configuration looks in folders of the place it was made for.
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts/cache</cachedir></fontconfig>
"""


def unpack() -> None:
    """Unpack the browser, its libraries and fonts; what is there already is written anew."""
    _FOLDER.mkdir(exist_ok=True)
    binary = _FOLDER / "chromium"
    binary.write_bytes(brotli.decompress((_PACKAGE / "chromium.br").read_bytes()))
    binary.chmod(0o755)
    for name in ("al2023", "fonts", "swiftshader"):
        packed = brotli.decompress((_PACKAGE / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(_FOLDER / name, filter="data")
    (_FOLDER / "fonts" / "fonts.conf").write_text(_FONTS.format(folder=_FOLDER), encoding="utf-8")


def launch_options() -> dict[str, Any]:
    """What Playwright needs: ``chromium.launch(**launch_options())``. Raises FileNotFoundError before set-up."""
    binary = _FOLDER / "chromium"
    if not binary.exists():
        raise FileNotFoundError(f"{binary} is missing: run `make setup-dev`.")
    return {
        "executable_path": binary,
        "args": ["--no-sandbox", "--headless=shell", "--disable-gpu", "--disable-dev-shm-usage"],
        "ignore_default_args": ["--headless"],
        "env": {
            "LD_LIBRARY_PATH": str(_FOLDER / "al2023" / "lib"),
            "FONTCONFIG_PATH": str(_FOLDER / "fonts"),
            "HOME": str(_FOLDER),
        },
    }


if __name__ == "__main__":
    unpack()
