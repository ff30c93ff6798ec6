"""Runs the migrations on the connection that `khabar.store.engine` hands over."""

from __future__ import annotations

from alembic import context

from khabar.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
