"""Alembic's entrance: migrations run on the connection that `registry.store.migrate` hands over."""

from alembic import context

from registry.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
