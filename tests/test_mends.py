"""The table of mends: whole, and true of the code of now."""

import re

from tests.mends import ALSO, MENDS
from tests.taken_out import stale

ROWS = {str(number) for number in range(62)}
SMALL = {
    "leftovers", "idn", "dc-creator", "rss-author", "one-paper", "console", "absolute-form", "spelling-index",
    "once-each", "two-caches", "thumbnails", "whole-batch", "zone", "windows",
}  # fmt: skip


def test_every_trouble_has_a_mend_that_can_be_taken_out() -> None:
    """`python -m tests.mends` takes out one after the other, and looks whether a test fails."""
    rows = {one.row for one in MENDS}
    assert {row for row in rows if not row.endswith("-also")} == ROWS | SMALL
    assert [wrong for one in MENDS if (wrong := stale(one))] == []


def test_a_dozen_more_of_the_same_kinds_stand_beside_them() -> None:
    assert len(ALSO) >= 12
    assert {re.sub("-also$", "", one.row) for one in ALSO} <= ROWS
