"""Every trouble of "What people hit" brought back: its mend is taken out, and the test of its row must fail.

Input and right value of a row stand in the test that is named beside it. Rows 0 to 61 are those of the list, the small
ones have names, and `also` are more of the same kinds. `python -m tests.mends [ROW ...]` takes a quarter of an hour for
all of them; tests/test_mends.py looks that the table is whole and up to date.
"""

from tests.mends.also import ALSO
from tests.mends.delivery import DELIVERY
from tests.mends.reading import READING
from tests.mends.texts import TEXTS
from tests.mends.trust import SMALL, TRUST

MENDS = (*TRUST, *READING, *DELIVERY, *TEXTS, *SMALL, *ALSO)
