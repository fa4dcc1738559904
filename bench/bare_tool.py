"""The peer of our launches: the smallest Flask tool that pylti1p3 makes possible, with the platform's keys at hand."""

from __future__ import annotations

from typing import Any

from flask import Flask, session
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict
from werkzeug.wrappers import Response

from lrc.practice.messages import CLIENT_ID, DEPLOYMENT_ID, SigningKey


def create_bare_tool(issuer: str, key: SigningKey, tool_url: str) -> Flask:
    """Login, launch, and a first page of one line for who launched; nothing is kept but in the browser's cookie."""
    app = Flask("bare", static_folder=None)
    app.config.update(SECRET_KEY="x" * 40, SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")
    registered = ToolConfDict(
        {
            issuer: [
                {
                    "default": True,
                    "client_id": CLIENT_ID,
                    "auth_login_url": f"{issuer}/mod/lti/auth.php",
                    "auth_token_url": f"{issuer}/mod/lti/token.php",
                    "key_set": {"keys": [key.public_jwk()]},
                    "deployment_ids": [DEPLOYMENT_ID],
                }
            ]
        }
    )

    @app.post("/lti/login")
    def login() -> Any:
        return FlaskOIDCLogin(FlaskRequest(), registered).redirect(f"{tool_url}/lti/launch")

    @app.post("/lti/launch")
    def launch() -> Response:
        message = FlaskMessageLaunch(FlaskRequest(), registered)
        body = message.get_launch_data()
        # A launch kept whole does not fit into the cookie: the page needs who it is, and nothing else.
        for name in [name for name in session if name.startswith("lti1p3")]:
            session.pop(name)
        session["name"] = body["name"]
        return Response(status=303, headers={"Location": "/"})

    @app.get("/")
    def first_page() -> str:
        return f"<!doctype html><title>Tool</title><p>{session['name']}</p>"

    return app
