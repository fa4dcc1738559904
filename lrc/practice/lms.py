"""The practice LMS itself: choose who one is and a course, and open the library in a frame or a window, as in Moodle.

It keeps launches that were begun in the memory of its one process; keys and people's ids outlive a restart.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict
from urllib.parse import urlsplit

from flask import Flask, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

import lrc.i18n
from lrc.config import Settings, SettingsError
from lrc.practice.classroom import COURSES, PEOPLE
from lrc.practice.messages import CLIENT_ID, DEPLOYMENT_ID, SigningKey, Visit, body_of, sign

_MAX_BEGUN = 1000


class Begun:
    """Launches that were begun and not yet answered, each good for one answer (Moodle's launchid)."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Visit] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, visit: Visit) -> str:
        launch_id = f"ltilaunch{visit.course.activity_id}_{secrets.randbits(48)}"
        with self._lock:
            self._visits[launch_id] = visit
            if len(self._visits) > _MAX_BEGUN:
                self._visits.popitem(last=False)
        return launch_id

    def take(self, launch_id: str) -> Visit | None:
        with self._lock:
            return self._visits.pop(launch_id, None)


def create_practice_app(settings: Settings) -> Flask:
    """The practice LMS for one set of settings; raises SettingsError in production."""
    if settings.is_production:
        raise SettingsError("The practice LMS never runs in production: LRC_MODE must be demo or test for it.")
    app = Flask("lrc", template_folder="practice/templates", static_folder="practice/static")
    lrc.i18n.init_app(app, settings.default_language, settings.time_zone)
    practice = _Practice(settings)
    app.before_request(lambda: lrc.i18n.speak(request.args.get("lang", "")))
    app.add_url_rule("/", "choose", practice.choose)
    app.add_url_rule("/course/view.php", "course", practice.course)
    app.add_url_rule("/mod/lti/launch.php", "launch", practice.launch)
    app.add_url_rule("/mod/lti/auth.php", "auth", practice.auth, methods=["GET", "POST"])
    app.add_url_rule("/mod/lti/certs.php", "keys", practice.keys)
    return app


class _Practice:
    """The pages, and the two addresses that the tool knows: authentication and keys."""

    def __init__(self, settings: Settings) -> None:
        self._tool_url = settings.tool_url
        self._issuer = settings.practice_url
        self._redirect_uri = f"{settings.tool_url}/lti/launch"
        self._key = SigningKey.kept_in(settings.data / "practice")
        self._begun = Begun()

    def choose(self) -> str:
        return render_template("choose.html", people=PEOPLE.values(), courses=COURSES.values())

    def course(self) -> str:
        visit = self._visit()
        tool = urlsplit(self._tool_url)
        return render_template("course.html", visit=visit, tool_origin=f"{tool.scheme}://{tool.netloc}")

    def launch(self) -> str:
        """A page that posts the login initiation to the tool, with exactly the fields that Moodle sends."""
        visit = self._visit()
        hint = {"cmid": visit.course.activity_id, "launchid": self._begun.add(visit)}
        fields = {
            "iss": self._issuer,
            "target_link_uri": self._tool_url,
            "login_hint": visit.person.sub,
            "lti_message_hint": json.dumps(hint),
            "client_id": CLIENT_ID,
            "lti_deployment_id": DEPLOYMENT_ID,
        }
        return render_template("post.html", action=f"{self._tool_url}/lti/login", fields=fields)

    def auth(self) -> str | tuple[str, int]:
        """Answer the tool's authentication request with a signed message, once for each launch that was begun."""
        given = request.values
        if given.get("redirect_uri") != self._redirect_uri or given.get("client_id") != CLIENT_ID:
            return _invalid_request()
        wanted = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post"}
        known = all(given.get(name) == value for name, value in wanted.items()) and given.get("nonce")
        visit = self._begun.take(_launch_id(given.get("lti_message_hint", ""))) if known else None
        if visit is None or given.get("login_hint") != visit.person.sub or given.get("prompt", "none") != "none":
            return _invalid_request()
        body = body_of(visit, issuer=self._issuer, tool_url=self._tool_url, nonce=given["nonce"])
        fields = {"id_token": sign(body, self._key), "state": given.get("state", "")}
        return render_template("post.html", action=self._redirect_uri, fields=fields)

    def keys(self) -> Response:
        return jsonify(keys=[self._key.public_jwk()])

    def _visit(self) -> Visit:
        person, course = PEOPLE.get(request.args.get("as", "")), COURSES.get(request.args.get("id", ""))
        if person is None or course is None:
            abort(404)
        target = "window" if request.args.get("target") == "window" else "iframe"
        return Visit(person, course, lrc.i18n.current_language(), target)


def _launch_id(hint: str) -> str:
    try:
        found = json.loads(hint)
    except ValueError:
        return ""
    return str(found.get("launchid", "")) if isinstance(found, dict) else ""


def _invalid_request() -> tuple[str, int]:
    return render_template("invalid.html"), 400
