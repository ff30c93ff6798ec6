"""The bodies of records in a table of their own: lists and searches run over the rest. Copies are counted anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the bodies, and drop the number of copies: it counted former versions too."""
    op.create_table(
        "record_bodies",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.id"]),
        sa.PrimaryKeyConstraint("record"),
    )
    op.execute("INSERT INTO record_bodies (record, body) SELECT id, body FROM records")
    op.drop_column("records", "body")
    op.drop_column("groups", "size")
