"""An LTI 1.3 platform that others wrote (lti1p3platform), with the little of Flask that it takes to run it."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import serialization
from flask import Flask, Response, jsonify, redirect, render_template_string, request
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.response import Response as Answer
from lti1p3platform.response import generate_next_link
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService, NamesRoleProvisioningService

from lrc.practice.signing import SigningKey

CLIENT_ID, DEPLOYMENT_ID = "independent-client", "a deployment/1"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
FORM = """<form method="post" action="{{ url }}">
{% for name, value in fields.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}</form>"""


class Given(Request):
    def build_metadata(self, request: Any) -> Any:
        return {
            "method": request.method,
            "form_data": request.form.to_dict(),
            "get_data": request.args.to_dict(),
            "headers": request.headers,
            "content_type": request.content_type,
            "path": request.path,
            "json": request.get_json(force=True, silent=True),
        }


class Configuration(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **kwargs: Any) -> None:
        url, tool_url, key = kwargs["url"], kwargs["tool_url"], SigningKey.new().private
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        spki = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        self._registration = (
            Registration()
            .set_iss(url)
            .set_client_id(CLIENT_ID)
            .set_deployment_id(DEPLOYMENT_ID)
            .set_launch_url(tool_url)
            .set_deeplink_launch_url(tool_url)
            .set_oidc_login_url(f"{tool_url}/lti/login")
            .set_tool_key_set_url(f"{tool_url}/lti/jwks.json")
            .set_platform_private_key(pem.decode())
            .set_platform_public_key(key.public_key().public_bytes(*spki).decode())
        )

    def get_registration_by_params(self, **kwargs: Any) -> Registration:
        return self._registration


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> Any:
        return redirect(url)


class Launch(LTIAdvantageMessageLaunchAbstract):
    def render_launch_form(self, launch_data: dict[str, Any], **kwargs: Any) -> str:
        fields = {name: launch_data[name] for name in ("id_token", "state")}
        return render_template_string(FORM, url=launch_data["launch_url"], fields=fields)


class Grades(AssignmentsGradesService):
    """One line item, whose last scores are kept by user."""

    item: dict[str, Any]
    scores: dict[str, dict[str, Any]]

    def find_lineitems(self, **_asked: Any) -> Any:
        return {"content": [self.item], "has_next": False}

    def find_lineitem(self, line_item_id: str) -> Any:
        return self.item

    def update_score(self, line_item_id: str, score: Any) -> UpdateScoreStatus:
        known = self.scores.get(score["userId"], {"timestamp": ""})
        if score["timestamp"] <= known["timestamp"]:
            return UpdateScoreStatus.OLD_TIMESTAMP
        self.scores[score["userId"]] = score
        return UpdateScoreStatus.CREATED  # 201: another success than Moodle's 200

    def get_results(self, line_item_id: str, user_id: str | None = None, **_asked: Any) -> Any:
        found = [
            {"userId": sub, "resultScore": each["scoreGiven"], "resultMaximum": each["scoreMaximum"]}
            for sub, each in self.scores.items()
            if user_id in (None, sub)
        ]
        return {"content": found, "has_next": False}

    def create_lineitem(self, creation_data: Any) -> Any:
        raise NotImplementedError

    update_lineitem = delete_lineitem = create_lineitem


class People(NamesRoleProvisioningService):
    """The roster in pages of two, whoever asks."""

    members: list[dict[str, Any]]

    def get_context_by_id(self) -> Context:
        return Context("course 1", "C1", "Course One")

    def get_member_data_page(self, page: Any = 1, **_asked: Any) -> Any:
        first = (int(page) - 1) * 2
        return {"content": self.members[first : first + 2], "has_next": first + 2 < len(self.members)}


def answered(answer: Answer, following: str = "") -> Response:
    content = answer.result.get("content", answer.result) if isinstance(answer.result, dict) else answer.result
    response = jsonify(content) if content is not None else Response()
    response.status_code, response.content_type = answer.code, answer.media_type
    if following:
        response.headers["Link"] = generate_next_link(following)
    return response


def create_platform(url: str, tool_url: str) -> Flask:
    """The platform; ``config`` holds scores, members, custom parameters and what was chosen."""
    app = Flask(__name__)
    configuration = Configuration(url=url, tool_url=tool_url)
    app.config.update(scores={}, chosen=[], members=[], custom={})
    _add_doors(app, configuration, url)
    _add_grades(app, configuration, url)

    @app.get("/people")
    def people() -> Response:
        service = People(Given(request), configuration, f"{url}/people")
        service.members = app.config["members"]
        page = int(request.args.get("page", 1))
        following = f"{url}/people?c=1&page={page + 1}" if page * 2 < len(service.members) else ""
        return answered(service.handle_resp(service.handle_get_members), following)

    return app


def _add_doors(app: Flask, configuration: Configuration, url: str) -> None:
    @app.get("/login/<user>/<hint>")
    def login(user: str, hint: str) -> Any:
        begun = Login(Given(request), configuration)
        begun.set_lti_message_hint(hint=hint)
        return begun.initiate_login(user)

    @app.get("/auth")
    def auth() -> Any:
        launch = Launch(Given(request), configuration)
        user = request.args["login_hint"]
        launch.set_user_data(user, [INSTRUCTOR if user.startswith("teacher") else LEARNER])
        launch.set_launch_context_claim("course 1", ["CourseSection"], "Course One", "C1")
        launch.set_nrps(f"{url}/people?c=1")
        if request.args["lti_message_hint"] == "choose":
            launch.set_dl(f"{url}/chosen?x=1", "Choose", extra_data={"opaque": ["ñ", 1]})
        else:
            launch.set_resource_link_claim("link 1", title="Reading")
            launch.set_custom_parameters_claim(app.config["custom"])
            launch.set_ags(f"{url}/items", f"{url}/items/1?part=A")
        return launch.lti_launch()

    @app.post("/token")
    def token() -> Any:
        return jsonify(configuration.get_access_token(request.form.to_dict()))

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(configuration.get_jwks())

    @app.post("/chosen")
    def chosen() -> str:
        app.config["chosen"] = configuration.validate_deeplinking_resp(request.form.to_dict())
        return "ok"


def _add_grades(app: Flask, configuration: Configuration, url: str) -> None:
    item = {"id": f"{url}/items/1?part=A", "label": "Reading", "scoreMaximum": 20, "resourceLinkId": "link 1"}

    def served(method: str, **given: Any) -> Response:
        service = Grades(Given(request), configuration, f"{url}/items", item["id"])
        service.item, service.scores = item, app.config["scores"]
        return answered(service.handle_resp(getattr(service, method), **given))

    @app.get("/items")
    def items() -> Response:
        return served("handle_get_lineitems")

    @app.post("/items/1/scores")
    def scores() -> Response:
        return served("handle_update_score", line_item_id="1")

    @app.get("/items/1/results")
    def results() -> Response:
        return served("handle_get_results", line_item_id="1")
