"""Citing one resource or a list: the usual styles as text, and files for reference managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from catalog import library
from catalog.citing.exporting import FORMATS
from catalog.citing.references import Reference, kept_of, reference_of
from catalog.citing.styles import STYLES, bibliography, cite
from catalog.keeping import lists
from catalog.models import OwnList, Resource
from catalog.views.blueprint import RESOURCE, blueprint
from catalog.vocabularies import terms
from lrc.db import session
from lrc.errors import NotFound
from lti.viewers import role_required, viewer

OWN_LIST = "/lists/<int(max=2147483647):list_id>"
SHARED_LIST = "/lists/shared/<token>"
MOST_WRITTEN = 100
"""References of a list that a page writes out, at some 25 ms each; the files hold all."""


@blueprint.get(RESOURCE + "/cite", endpoint="cite")
@role_required()
def cite_resource(resource_id: int) -> str:
    """The resource in each of the styles."""
    resource = library.get(session, viewer, resource_id)
    reference = reference_of(resource)
    written = [(style, cite(reference, style, language())) for style in STYLES.values()]
    return render_template("catalog/citing/resource.html", resource=resource, written=written, formats=FORMATS)


@blueprint.get(RESOURCE + "/cite/<key>", endpoint="cite_file")
@role_required()
def export_resource(resource_id: int, key: str) -> Response:
    resource = library.get(session, viewer, resource_id)
    return as_file(_kept([resource]), key, resource.title)


@blueprint.get(OWN_LIST + "/cite", endpoint="cite_list")
@role_required()
def cite_list(list_id: int) -> str:
    own_list = lists.get(session, viewer, list_id)
    back = url_for(".own_list", list_id=list_id)
    title = own_list.name or gettext("Favoritos")
    return written(Cited(title, ".cite_list", {"list_id": list_id}, back), _references(own_list))


@blueprint.get(OWN_LIST + "/cite/<key>", endpoint="cite_list_file")
@role_required()
def export_list(list_id: int, key: str) -> Response:
    own_list = lists.get(session, viewer, list_id)
    return as_file(_kept(lists.resources_of(session, viewer, own_list)), key, own_list.name or "favoritos")


@blueprint.get(SHARED_LIST + "/cite", endpoint="cite_shared")
@role_required()
def cite_shared(token: str) -> str:
    own_list = lists.get_shared(session, token)
    back = url_for(".shared_list", token=token)
    title = own_list.name or gettext("Favoritos")
    return written(Cited(title, ".cite_shared", {"token": token}, back), _references(own_list))


@blueprint.get(SHARED_LIST + "/cite/<key>", endpoint="cite_shared_file")
@role_required()
def export_shared(token: str, key: str) -> Response:
    own_list = lists.get_shared(session, token)
    return as_file(_kept(lists.resources_of(session, viewer, own_list)), key, own_list.name or "lista")


@dataclass(frozen=True)
class Cited:
    """A list that is cited: its title, the endpoint of the page that does so with its values, and the way back.

    Files are at the endpoint's name with "_file" behind it.
    """

    title: str
    endpoint: str
    values: Mapping[str, Any]
    back: str

    def page(self, style: str) -> str:
        """Its address in a style."""
        return url_for(self.endpoint, style=style, **self.values)

    def file(self, key: str) -> str:
        """The address of one of its files."""
        return url_for(f"{self.endpoint}_file", key=key, **self.values)


def written(cited: Cited, references: Sequence[Reference]) -> str:
    """The page of a list's references, in the style of the address."""
    style = STYLES.get(request.args.get("style", ""), next(iter(STYLES.values())))
    return render_template(
        "catalog/citing/list.html",
        cited=cited,
        style=style,
        styles=STYLES.values(),
        entries=bibliography(references[:MOST_WRITTEN], style, language()),
        total=len(references),
        formats=FORMATS,
    )


def _references(own_list: OwnList) -> list[Reference]:
    found: Sequence[Resource] = lists.resources_of(session, viewer, own_list)
    return [reference_of(each) for each in found]


def _kept(resources: Sequence[Resource]) -> list[Reference]:
    meant = terms.of(session, resources)
    return [kept_of(each, meant) for each in resources]


def as_file(references: Sequence[Reference], key: str, name: str) -> Response:
    """The references as a file to keep, which no browser opens as a page."""
    kind = FORMATS.get(key)
    if kind is None:
        raise NotFound
    answer = make_response(kind.write(references).encode())
    answer.headers["Content-Type"] = f"{kind.media_type}; charset=utf-8"
    file_name = secure_filename(name)[:60].strip("._-") or "cita"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}.{kind.ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "es"
