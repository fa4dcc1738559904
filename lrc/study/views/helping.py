"""What the help beside the editor calls."""

from __future__ import annotations

from lrc.study import syntax
from lrc.study.views.blueprint import blueprint


@blueprint.app_template_global("markdown_examples")
def markdown_examples() -> tuple[syntax.Example, ...]:
    return syntax.EXAMPLES
