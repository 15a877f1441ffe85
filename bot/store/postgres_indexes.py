"""Indexes of some rows: tables and migrations say which to SQLite, and it is so in PostgreSQL too."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex


@compiles(CreateIndex, "postgresql")
def create_index(create: CreateIndex, compiler: Any, **given: Any) -> str:
    """With the condition that SQLite was told (bot.store.columns.where)."""
    options = create.element.dialect_options
    options["postgresql"]["where"] = options["sqlite"]["where"]
    written: str = compiler.visit_create_index(create, **given)
    return written
