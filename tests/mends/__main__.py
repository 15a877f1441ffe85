import sys

from tests.mends import MENDS
from tests.taken_out import main

sys.exit(main(MENDS, sys.argv[1:]))
