"""What the templates of questions call."""

from __future__ import annotations

from markupsafe import Markup

from lrc.study.views.blueprint import blueprint


@blueprint.app_template_filter("inline")
def inline(html: Markup) -> Markup:
    """HTML of a single paragraph without its tags, to stand in a label; any other as it is."""
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    return Markup(inner) if html.count("<p") == 1 and len(inner) == len(html.strip()) - 7 else html  # noqa: S704
