"""Who asks by chat: chats, people, what we answer, the papers that they keep and watch; a pause that ends by itself."""

from alembic import op
from sqlalchemy import Column, Float

from bot.store.columns import Integer, String, Text, where

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "chat",
        *_chat(),
        Column("quiet", String, nullable=False, server_default=""),
        Column("timezone", String, nullable=False, server_default=""),
        Column("listed", Text, nullable=False, server_default="[]"),
        Column("kept", Text, nullable=False, server_default="{}"),
        Column("away", Float),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person",
        Column("id", String, primary_key=True),
        Column("admitted", Float),
        Column("greeted", Float),
        Column("minute", Float, nullable=False, server_default="0"),
        Column("commands", Integer, nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer",
        Column("id", Integer, primary_key=True),
        Column("scheme", String, nullable=False),
        Column("address", String, nullable=False),
        Column("thread", String, nullable=False, server_default=""),
        Column("body", Text, nullable=False),
        Column("created", Float, nullable=False),
        Column("not_before", Float, nullable=False, server_default="0"),
        Column("tries", Integer, nullable=False, server_default="0"),
        Column("error", Text),
    )
    op.create_index("answer_chat", "answer", ["scheme", "address", "id"])
    op.add_column("subscription", Column("resumes", Float))
    op.create_index("subscription_resumes", "subscription", ["resumes"], **where("resumes is not null"))
    _of_papers()


def _of_papers() -> None:
    op.create_table(
        "saved",
        *_chat()[:2],
        Column("paper", String, primary_key=True),
        Column("owner", String, nullable=False),
        Column("created", Float, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watched",
        *_chat(),
        Column("paper", String, primary_key=True),
        Column("owner", String, nullable=False),
        Column("known", Text, nullable=False),
        Column("created", Float, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("watched_paper", "watched", ["paper"])


def _chat() -> list[Column[str]]:
    return [
        Column("scheme", String, primary_key=True),
        Column("address", String, primary_key=True),
        Column("thread", String, primary_key=True, server_default=""),
    ]
