"""Delivery under kills and faults, line by line: python -m tests.faults [--only N ...] [--quick].

Runs the real command against loopback servers that enforce the platforms' rules. Ends with 1 if a line does not hold.
The lines that take ten minutes run beside the others; all of it stays below half an hour.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from string import ascii_lowercase

from tests.faults import losses, refusals
from tests.faults.losses import Line

SHORT: dict[str, Callable[..., Iterator[Line]]] = {
    "1": losses.no_fault,
    "2": losses.random_kills,
    "3": losses.kills_after_acceptance,
    "4": losses.lost_answers,
    "5": losses.failures_before,
    "7poison": refusals.poison,
    "7closed": refusals.closed,
    "7moved": refusals.moved,
    "7token": refusals.token,
    "8slow": refusals.slow_lane,
    "8term": refusals.hanging_send,
    "10": refusals.corrupt,
}
LONG: dict[str, Callable[..., Iterator[Line]]] = {
    "5outage": losses.outage,
    "6": refusals.real_paces,
    "7repair": refusals.repair,
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", nargs="*", default=[], help="lines by their number, like 4 or 7closed")
    arguments.add_argument("--quick", action="store_true", help="fewer kills and shorter outages")
    chosen = arguments.parse_args()
    failed: list[str] = []

    def play(name: str, line: Callable[..., Iterator[Line]]) -> None:
        began = time.monotonic()
        try:
            for what, held, figures in line(quick=chosen.quick):
                if not held:
                    failed.append(what)
                if not held or not what.startswith("9"):
                    took = time.monotonic() - began
                    print(f"{'held    ' if held else 'NOT HELD'} {what}: {figures} [{took:.0f} s]", flush=True)
        except BaseException as error:  # noqa: BLE001  (the other lines go on)
            failed.append(name)
            print(f"NOT HELD {name}: {type(error).__name__}: {error}", flush=True)

    def wanted(name: str) -> bool:
        return not chosen.only or not {name, name.rstrip(ascii_lowercase)}.isdisjoint(chosen.only)

    beside = [threading.Thread(target=play, args=one) for one in LONG.items() if wanted(one[0])]
    for thread in beside:
        thread.start()
    for name, line in SHORT.items():
        if wanted(name):
            play(name, line)
    for thread in beside:
        thread.join()
    print(f"not held: {failed}" if failed else "all held, and no secret in any output (9)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
