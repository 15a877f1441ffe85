"""Alembic's entry point: runs on the connection that bot.store opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], target_metadata=None)
context.run_migrations()
