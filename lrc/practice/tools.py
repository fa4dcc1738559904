"""The administrator's page of tools: registering by an address, activating, the activity chooser, privacy."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lrc.practice.classroom import Somebody
from lrc.practice.launching import asked_person, place
from lrc.practice.registering import new_token
from lrc.practice.site import site
from lrc.practice.state import Tool
from lti.roles import SYSTEM_ADMINISTRATOR

blueprint = Blueprint("tools", __name__)

_SWITCHES = ("is_active", "in_chooser", "sends_name", "sends_email")


@blueprint.get("/mod/lti/toolconfigure.php")
def listed() -> str:
    """All tools; with ``url`` also the question whether to update one of that domain, or the frame to register in."""
    person = _administrator()
    tools = list(site().store.state.tools.values())
    url = request.args.get("url", "").strip()
    known = [each for each in tools if url and each.domain == urlsplit(url).netloc]
    wanted = request.args.get("update", "" if known else "new")
    return render_template(
        "tools.html",
        person=person,
        tools=tools,
        url=url,
        known=known,
        wanted=wanted if url else "",
        quirks=site().quirks,
    )


@blueprint.get("/mod/lti/startltiadvregistration.php")
def start() -> Response:
    """Where the frame begins: on to the tool's address, with our configuration and a token."""
    _administrator()
    home, url, update = site(), request.args.get("url", ""), request.args.get("update", "")
    if urlsplit(url).scheme not in ("http", "https"):
        abort(400)
    tool: Tool | None = None if update == "new" else home.tool(update)
    query = {
        "openid_configuration": f"{home.url}/mod/lti/openid-configuration.php",
        "registration_token": new_token(home, tool),
    }
    return redirect(f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", 302)


@blueprint.post("/mod/lti/toolconfigure.php")
def change() -> Response:
    """Flip one switch of a tool, delete it, or flip the site's HTTP security."""
    _administrator()
    what = request.form.get("what", "")
    if what == "blocks_keys":
        site().quirks.blocks_keys = not site().quirks.blocks_keys
    else:
        _change_tool(request.form.get("tool", ""), what)
    return redirect(url_for(".listed", **place(id=None)), 303)


def _change_tool(tool_id: str, what: str) -> None:
    site().tool(tool_id)
    with site().store.changing() as state:
        if what == "delete":
            if any(each.tool_id == tool_id for each in state.activities.values()):
                abort(409)
            del state.tools[tool_id]
        elif what in _SWITCHES:
            tool = state.tools[tool_id]
            setattr(tool, what, not getattr(tool, what))
        else:
            abort(400)


def _administrator() -> Somebody:
    person = asked_person()
    return person if SYSTEM_ADMINISTRATOR in person.roles else abort(403)
