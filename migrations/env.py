"""Runs the migrations on the connection that lrc.migrations hands over."""

from alembic import context

import catalog.models  # noqa: F401  registers its tables
import lrc.study.models  # noqa: F401
import lti.models  # noqa: F401
import search.models  # noqa: F401
from lrc.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="lrc.db.",
)
with context.begin_transaction():
    context.run_migrations()
