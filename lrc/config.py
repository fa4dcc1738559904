"""The settings: one frozen class, read from the environment, checked at start."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

MODES = ("production", "demo", "test")
SEARCH_ENGINES = ("whoosh", "postgresql")
MIB = 1024 * 1024
_DATA = Path("var")
ADDRESS = re.compile(r"[^\s@<>,;:\"\\]{1,64}@[^\s@<>,;:\"\\]{1,190}", re.ASCII)
"""A mail address as far as we look at it; nothing in it can begin another header or address."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to write instead."""


def _setting(default: Any, help: str, unit: str = "", secret: bool = False) -> Any:
    return field(default=default, metadata={"help": help, "unit": unit, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """Every setting, each read from ``LRC_<NAME>``; see docs/settings.md for the table made from this class."""

    mode: str = _setting("production", "production, demo (with the practice LMS) or test")
    data: Path = _setting(_DATA, "folder of everything that is kept: database, index, embedded servers")
    secret_key: str = _setting("", "signs cookies; long and random; `lrc up` and `lrc demo` make one", secret=True)
    database_url: str = _setting("", "SQLAlchemy address; empty: SQLite in the data folder", secret=True)
    tool_url: str = _setting("http://127.0.0.1:8000", "public address of the tool, without a path")
    web_host: str = _setting("127.0.0.1", "address that the web server listens on")
    web_port: int = _setting(8000, "port that the web server listens on")
    web_workers: int = _setting(2, "web server processes")
    web_threads: int = _setting(8, "threads of each web server process")
    practice_port: int = _setting(8001, "port of the practice LMS (demo only), on the host name localhost")
    s3_endpoint_url: str = _setting("", "S3-compatible server; empty: the embedded one")
    s3_public_url: str = _setting("", "the same server as browsers reach it; empty: as LRC_S3_ENDPOINT_URL")
    s3_region: str = _setting("us-east-1", "S3 region")
    s3_bucket: str = _setting("lrc", "bucket of files and covers")
    s3_access_key: str = _setting("", "S3 access key", secret=True)
    s3_secret_key: str = _setting("", "S3 secret key", secret=True)
    broker_url: str = _setting("", "Celery broker (redis:// or amqp://); empty: the embedded one", secret=True)
    search_engine: str = _setting(
        "whoosh", "whoosh (files in the data folder) or postgresql (in the database, for several web machines)"
    )
    search_cache_bytes: int = _setting(64 * MIB, "memory of each web process for postings of the index", "bytes")
    readers: int = _setting(2, "files read at the same time")
    senders: int = _setting(4, "calls to platforms (grades, rosters) at the same time")
    max_upload_bytes: int = _setting(512 * MIB, "largest file that may be uploaded", "bytes")
    max_pages: int = _setting(5000, "longest document that is read", "pages")
    max_text_bytes: int = _setting(64 * MIB, "most text taken from one document", "bytes")
    read_time_limit_s: int = _setting(600, "longest time that one document may take to read", "seconds")
    clamav_address: str = _setting(
        "",
        "ClamAV's daemon, which looks at each file before it is read: HOST:PORT or its socket's path; empty: none",
    )
    ffmpeg: str = _setting(
        "", "path of ffmpeg, which makes posters of films and their sound alone; empty: the one on PATH, if any"
    )
    lighten_time_limit_s: int = _setting(
        600, "longest time that making the lighter versions of one file may take", "seconds"
    )
    fixity_bytes: int = _setting(
        2048 * MIB, "stored files read again each night, to see that they are still what was sent", "bytes"
    )
    fixity_bytes_per_s: int = _setting(20 * MIB, "how fast they are read", "bytes per second")
    alarm_mail: str = _setting("", "mail address of whoever operates: told of stored files that are lost or damaged")
    recognition_time_limit_s: int = _setting(
        1800, "longest time that reading the text in the pictures of one document (OCR) may take besides", "seconds"
    )
    read_memory_bytes: int = _setting(1024 * MIB, "most memory that reading one document may take", "bytes")
    reading_stale_s: int = _setting(60, "a reading silent for so long is taken up again", "seconds")
    sending_stale_s: int = _setting(300, "a score silent in a queue or in sending for so long is sent again", "seconds")
    reconcile_every_s: int = _setting(15, "how often work that was never sent is looked for", "seconds")
    link_lifetime_s: int = _setting(900, "how long a link to a stored file works", "seconds")
    launch_lifetime_s: int = _setting(8 * 3600, "how long one is signed in after a launch", "seconds")
    http_timeout_s: float = _setting(5.0, "longest wait for another server (a platform's keys)", "seconds")
    jwks_lifetime_s: int = _setting(3600, "how long a platform's keys are kept", "seconds")
    key_lifetime_days: int = _setting(180, "how long we sign with a key before another takes its place", "days")
    private_platforms: str = _setting(
        "", "private networks (10.0.0.0/8, ...) where platforms may be; empty: only public addresses are called"
    )
    mail_url: str = _setting(
        "",
        "mail server: smtp://user:password@host:587 (STARTTLS where it offers it) or smtps://; empty: no mail",
        secret=True,
    )
    mail_from: str = _setting("", "sender of the mail about saved searches, such as biblioteca@universidad.edu.pe")
    default_language: str = _setting("es", "language where neither launch nor browser asks for one: es or en")
    time_zone: str = _setting("America/Lima", "time zone of the times that people read (tz database name)")
    log_level: str = _setting("INFO", "least severe message that is logged")

    @property
    def index_path(self) -> Path:
        return self.data / "index"

    @property
    def scratch_path(self) -> Path:
        """Where uploads and files being read lie for a while."""
        return self.data / "scratch"

    @property
    def private_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The private networks that our calls may reach."""
        return tuple(ip_network(each.strip()) for each in self.private_platforms.split(",") if each.strip())

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def practice_url(self) -> str:
        return f"http://localhost:{self.practice_port}"


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    A variable of the environment wins over what the embedded default wrote in the data folder, and that over the
    default. Raises SettingsError, naming the variable, for an unknown ``LRC_`` name or a value that cannot be.
    """
    given = dict(os.environ if environ is None else environ)
    known = {variable_of(each): each for each in fields(Settings)}
    unknown = sorted(name for name in given if name.startswith("LRC_") and name not in known)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting; the known ones are in docs/settings.md.")
    data = Path(given.get("LRC_DATA") or "var").absolute()
    merged = _embedded(data / "embedded.json") | {k: v for k, v in given.items() if k in known and v != ""}
    values = {known[name].name: _convert(name, known[name], text) for name, text in merged.items() if name in known}
    settings = Settings(**{**values, "data": data})
    return _with_defaults(_checked(settings))


def for_serving(settings: Settings) -> Settings:
    """The same settings; raises SettingsError where a web server cannot run with them."""
    if not settings.secret_key:
        raise SettingsError("LRC_SECRET_KEY is missing: set it to a long random text, or start with `lrc up`.")
    return settings


def variable_of(setting: Field[Any]) -> str:
    return f"LRC_{setting.name.upper()}"


def table() -> str:
    """All settings as a Markdown table, for docs/settings.md and `lrc settings`."""
    rows = ["| variable | default | unit | what it is |", "| --- | --- | --- | --- |"]
    for each in fields(Settings):
        default = f"`{each.default}`" if str(each.default) else ""
        secret = " (secret)" if each.metadata["secret"] else ""
        rows.append(
            f"| `{variable_of(each)}` | {default} | {each.metadata['unit']} | {each.metadata['help']}{secret} |"
        )
    return "\n".join(rows) + "\n"


def ensure_folders(settings: Settings) -> None:
    """Make the data folder and those in it, readable by their owner only; one that was there is closed to others.

    Its group keeps what it has: an operator may have let one in on purpose.
    """
    for path in (settings.data, settings.index_path, settings.scratch_path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = settings.data.stat()
    if held.st_uid == os.getuid() and held.st_mode & 0o007:
        settings.data.chmod(stat.S_IMODE(held.st_mode) & ~0o007)


def _embedded(path: Path) -> dict[str, str]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}); delete it and start again to have it made anew."
        ) from error
    return {str(name): str(value) for name, value in stored.get("environment", {}).items()}


def _convert(name: str, setting: Field[Any], text: str) -> Any:
    kinds: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "Path": Path, "str": str}
    try:
        return kinds[str(setting.type)](text.strip())
    except ValueError as error:
        raise SettingsError(f"{name} must be a number, not {text!r}.") from error


def _checked(settings: Settings) -> Settings:
    _check_choices(settings)
    _check_networks(settings)
    _check_mail(settings)
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        if isinstance(value, (int, float)) and value <= 0:
            raise SettingsError(f"{variable_of(setting)} must be more than zero, not {value}.")
    if settings.clamav_address and not re.fullmatch(r"/.{1,107}|[^\s/:]+:[0-9]{1,5}", settings.clamav_address):
        raise SettingsError("LRC_CLAMAV_ADDRESS must be HOST:PORT or the path of a socket, such as 127.0.0.1:3310.")
    for name in ("web_port", "practice_port"):
        if getattr(settings, name) > 65535:
            raise SettingsError(f"LRC_{name.upper()} must be a port, 1 to 65535.")
    for name in ("tool_url", "s3_endpoint_url", "s3_public_url"):
        _check_url(f"LRC_{name.upper()}", getattr(settings, name))
    if settings.is_production and settings.secret_key and len(settings.secret_key) < 32:
        raise SettingsError("LRC_SECRET_KEY must have at least 32 characters.")
    return settings


def _check_choices(settings: Settings) -> None:
    if settings.mode not in MODES:
        raise SettingsError(f"LRC_MODE must be one of {', '.join(MODES)}, not {settings.mode!r}.")
    if settings.search_engine not in SEARCH_ENGINES:
        raise SettingsError(
            f"LRC_SEARCH_ENGINE must be one of {', '.join(SEARCH_ENGINES)}, not {settings.search_engine!r}."
        )
    if settings.default_language not in ("es", "en"):
        raise SettingsError(f"LRC_DEFAULT_LANGUAGE must be es or en, not {settings.default_language!r}.")
    if settings.time_zone not in available_timezones():
        raise SettingsError(f"LRC_TIME_ZONE must be a name such as America/Lima, not {settings.time_zone!r}.")
    if settings.log_level not in logging.getLevelNamesMapping():
        raise SettingsError(f"LRC_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {settings.log_level!r}.")


def _check_mail(settings: Settings) -> None:
    if not re.fullmatch(r"(smtps?://([^@/\s]+@)?[^@/:\s]+(:[0-9]{1,5})?/?)?", settings.mail_url):
        raise SettingsError("LRC_MAIL_URL must be an address such as smtp://user:password@host:587.")
    if settings.mail_url and not ADDRESS.fullmatch(settings.mail_from):
        raise SettingsError("LRC_MAIL_FROM must be the mail address of the sender where LRC_MAIL_URL is given.")
    if settings.alarm_mail and not ADDRESS.fullmatch(settings.alarm_mail):
        raise SettingsError("LRC_ALARM_MAIL must be one mail address, such as sistemas@universidad.edu.pe.")


def _check_networks(settings: Settings) -> None:
    try:
        _ = settings.private_networks
    except ValueError as error:
        raise SettingsError(
            f"LRC_PRIVATE_PLATFORMS must be networks such as 10.0.0.0/8, with commas between them: {error}."
        ) from error


def _check_url(name: str, url: str) -> None:
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{name} must be an http or https address, not {url!r}.")


def _with_defaults(settings: Settings) -> Settings:
    changes = {
        "database_url": settings.database_url or f"sqlite:///{settings.data / 'lrc.sqlite3'}",
        "s3_public_url": settings.s3_public_url or settings.s3_endpoint_url,
        "tool_url": settings.tool_url.rstrip("/"),
    }
    return Settings(**{**{f.name: getattr(settings, f.name) for f in fields(settings)}, **changes})
