"""What the doors of this room share: their blueprint and the settings."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app

from lrc.config import Settings

blueprint = Blueprint("lti", __name__)


def tool_settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])
