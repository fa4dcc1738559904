"""The embedded S3 server: SeaweedFS with everything unsafe switched off. The only module that knows it."""

from __future__ import annotations

import json
import os
import sysconfig
from collections.abc import Callable
from pathlib import Path

from lrc.config import Settings
from lrc.errors import Unavailable
from lrc.stack.kept import GRPC_OFFSET, PARTS, Kept, left_sockets, port_is_free
from lrc.stack.processes import SERVERS, Program
from lrc.storage import Storage

_MEMORY = "400MiB"
_SECURITY = """\
[jwt.signing]
key = "{write}"
[jwt.signing.read]
key = "{read}"
[jwt.filer_signing]
key = "{filer_write}"
[jwt.filer_signing.read]
key = "{filer_read}"
"""


def url(kept: Kept) -> str:
    return f"http://127.0.0.1:{kept.ports['s3']}"


def program(settings: Settings, kept: Kept, keep_open: tuple[int, ...] = ()) -> Program:
    """The server for ``settings``, whose S3 address and keys must be those of ``kept``."""
    folder = settings.data / "s3"
    for each in (folder, folder / "data"):
        each.mkdir(mode=0o700, exist_ok=True)
    _write_secret(folder / "security.toml", _SECURITY.format(**kept.secrets))
    _write_secret(folder / "s3.json", json.dumps({"identities": [_identity(settings)]}))
    return Program(
        name="s3",
        title="File storage (S3)",
        command=(
            str(Path(sysconfig.get_path("scripts")) / "weed"),
            "-logtostderr=true",
            "mini",
            *_options(settings, kept, folder),
        ),
        environment={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "GOMEMLIMIT": _MEMORY},
        folder=folder,  # where it looks for security.toml
        stage=SERVERS,
        ready=_bucket_is_there(settings, kept),
        stop_within_s=20,  # it takes ten of its own accord once it has run for a while
        before=lambda: tidy(settings.data, kept),
        keep_open=keep_open,
    )


def _options(settings: Settings, kept: Kept, folder: Path) -> list[str]:
    ports = [f"-{name}.port={kept.ports[name]}" for name in PARTS]
    grpc_ports = [f"-{name}.port.grpc={kept.ports[name] + GRPC_OFFSET}" for name in PARTS]
    return [
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *ports,
        *grpc_ports,
        f"-s3.config={folder / 's3.json'}",
        f"-s3.allowedOrigins={settings.tool_url}",
        "-s3.autoCreateBucket=false",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.localSocket=",
        "-filer.localSocket=",
        # The filer's own HTTP door reads and deletes without keys.
        "-disableHttp",
        "-admin.ui=false",
        "-webdav=false",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=256",
    ]


def _identity(settings: Settings) -> dict[str, object]:
    return {
        "name": "lrc",
        "credentials": [{"accessKey": settings.s3_access_key, "secretKey": settings.s3_secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }


def _bucket_is_there(settings: Settings, kept: Kept) -> Callable[[], bool]:
    storage = Storage(settings)

    def ready() -> bool:
        if port_is_free("127.0.0.1", kept.ports["s3"]):  # asking sooner would only wait for the client's own retries
            return False
        try:
            storage.prepare()
            storage.try_out()  # after a kill it answers before it knows again where its volumes are
        except Unavailable:
            return False
        return True

    return ready


def tidy(data: Path, kept: Kept) -> None:
    """Remove what an earlier run left: its sockets and the copy of its options."""
    (data / "s3" / "data" / "mini.options").unlink(missing_ok=True)
    for port in kept.ports.values():
        for left in left_sockets(port):
            left.unlink(missing_ok=True)


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
