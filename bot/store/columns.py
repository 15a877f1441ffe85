"""What both databases are told of columns, so that values and their order are the same in them.

As SQLite has it: an integer has 64 bits, and texts are compared by their bytes.
"""

from typing import Any

import sqlalchemy
from sqlalchemy import BigInteger, text

Integer = BigInteger().with_variant(sqlalchemy.Integer(), "sqlite")
String = sqlalchemy.String().with_variant(sqlalchemy.String(collation="C"), "postgresql")
Text = sqlalchemy.Text().with_variant(sqlalchemy.Text(collation="C"), "postgresql")


def where(condition: str) -> dict[str, Any]:
    """Of an index: the rows that it holds. PostgreSQL hears of it elsewhere (bot.store.postgres_indexes)."""
    return {"sqlite_where": text(condition)}
