"""Which resources name which as what they are adapted from."""

import re
from urllib.parse import unquote

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

_PERMANENT = re.compile(r"https?://\S+/r/([^\s/?#]+)\Z")
_RESOURCES = sa.table("resources", sa.column("id", sa.Integer), sa.column("profile", sa.JSON))
_ADAPTATIONS = sa.table("adaptations", sa.column("resource_id", sa.Integer), sa.column("source_record_id", sa.String))


def upgrade() -> None:
    op.create_table(
        "adaptations",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("source_record_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_adaptations_resource_id_resources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "source_record_id", name=op.f("pk_adaptations")),
    )
    op.create_index(op.f("ix_adaptations_source_record_id"), "adaptations", ["source_record_id"])
    # What resources tell of their sources stays where this step is undone, and counts again when it is taken again.
    telling = sa.select(_RESOURCES).where(sa.cast(_RESOURCES.c.profile, sa.Text).like('%"sources"%'))
    told = op.get_bind().execute(telling)
    named = {(id_, _record_of(each)) for id_, profile in told for each in profile.get("sources", ())}
    op.bulk_insert(_ADAPTATIONS, [{"resource_id": id_, "source_record_id": name} for id_, name in named if name])


def _record_of(written: str) -> str:
    found = _PERMANENT.match(written)
    name = unquote(found[1]) if found else ""
    return name if name.isprintable() and len(name) <= 255 else ""


def downgrade() -> None:
    op.drop_index(op.f("ix_adaptations_source_record_id"), table_name="adaptations")
    op.drop_table("adaptations")
