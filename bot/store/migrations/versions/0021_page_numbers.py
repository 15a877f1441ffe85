"""What changed of papers' pages is found by its number, and how many papers a day has without reading them."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Numbers go on behind those that papers have; pages that stand are right as they are."""
    op.execute(
        "INSERT INTO meta (name, value) "
        "SELECT 'page numbers', CAST(max(page) AS VARCHAR) FROM paper HAVING max(page) IS NOT NULL"
    )
    op.drop_index("paper_announced", "paper")
    op.create_index("paper_announced", "paper", ["announced", "page"])
    op.create_index("paper_page", "paper", ["page"])
