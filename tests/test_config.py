"""The settings are read from the environment and checked at start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lrc import config
from lrc.config import Settings, SettingsError, ensure_folders, from_environment

DOCUMENTED = Path(__file__).parent.parent / "docs" / "settings.md"


def test_without_a_variable_everything_lies_in_var() -> None:
    settings = from_environment({})
    assert settings.data == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.data / 'lrc.sqlite3'}"
    assert settings.is_production


def test_a_number_is_read_as_a_number(tmp_path: Path) -> None:
    settings = from_environment({"LRC_DATA": str(tmp_path), "LRC_WEB_PORT": " 9000 ", "LRC_HTTP_TIMEOUT_S": "2.5"})
    assert (settings.web_port, settings.http_timeout_s) == (9000, 2.5)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LRC_WEB_PORT", "many", "LRC_WEB_PORT must be a number, not 'many'."),
        ("LRC_WEB_PORT", "70000", "LRC_WEB_PORT must be a port"),
        ("LRC_WEB_WORKERS", "0", "LRC_WEB_WORKERS must be more than zero, not 0."),
        ("LRC_MODE", "fun", "LRC_MODE must be one of production, demo, test, not 'fun'."),
        ("LRC_TOOL_URL", "example.org", "LRC_TOOL_URL must be an http or https address, not 'example.org'."),
        ("LRC_DEFAULT_LANGUAGE", "fr", "LRC_DEFAULT_LANGUAGE must be es or en, not 'fr'."),
        ("LRC_SECRET_KEY", "short", "LRC_SECRET_KEY must have at least 32 characters."),
        ("LRC_PRIVATE_PLATFORMS", "10.0.0.0/8, intranet", "LRC_PRIVATE_PLATFORMS must be networks such as 10.0.0.0/8"),
        ("LRC_PRIVATE_PLATFORMS", "10.0.0.1/8", "LRC_PRIVATE_PLATFORMS must be networks such as 10.0.0.0/8"),
        ("LRC_MAIL_URL", "mail.example", "LRC_MAIL_URL must be an address such as smtp"),
        ("LRC_MAIL_URL", "smtp://mail.example:25", "LRC_MAIL_FROM must be the mail address of the sender"),
        ("LRC_DATABSE_URL", "x", "LRC_DATABSE_URL is not a setting"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(tmp_path: Path, variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said.split("(")[0].replace(".", r"\.")):
        from_environment({"LRC_DATA": str(tmp_path), variable: value})


def test_the_embedded_default_fills_in_what_the_environment_lacks(tmp_path: Path) -> None:
    made = {"environment": {"LRC_S3_ENDPOINT_URL": "http://127.0.0.1:9333", "LRC_BROKER_URL": "redis://embedded"}}
    (tmp_path / "embedded.json").write_text(json.dumps(made))
    settings = from_environment({"LRC_DATA": str(tmp_path), "LRC_BROKER_URL": "amqp://own"})
    assert settings.s3_endpoint_url == settings.s3_public_url == "http://127.0.0.1:9333"
    assert settings.broker_url == "amqp://own"


def test_a_damaged_embedded_file_is_said_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "embedded.json").write_text("{half")
    with pytest.raises(SettingsError, match="delete it and start again"):
        from_environment({"LRC_DATA": str(tmp_path)})


def test_a_web_server_needs_a_secret_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LRC_SECRET_KEY is missing"):
        config.for_serving(from_environment({"LRC_DATA": str(tmp_path)}))


def test_every_setting_is_documented() -> None:
    assert config.table() in DOCUMENTED.read_text(encoding="utf-8")


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o750), (0o777, 0o770), (0o700, 0o700)])
def test_a_data_folder_that_was_there_is_closed_to_others(tmp_path: Path, before: int, after: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(before)
    ensure_folders(Settings(data=data))
    assert data.stat().st_mode & 0o777 == after
    assert (data / "index").stat().st_mode & 0o777 == 0o700
