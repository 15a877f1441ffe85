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

from tests.faults import asking, cluster, losses, mailing, paces, refusals, several
from tests.faults.losses import Line

Play = Callable[..., Iterator[Line]]

SHORT: dict[str, Play] = {
    "0": losses.looked_at,
    "1": losses.no_fault,
    "2": losses.random_kills,
    "3": losses.kills_after_acceptance,
    "4": losses.lost_answers,
    "4looked": losses.looked_up,
    "5": losses.failures_before,
    "7poison": refusals.poison,
    "7closed": refusals.closed,
    "7moved": refusals.moved,
    "7token": refusals.token,
    "8slow": paces.slow_lane,
    "8term": paces.hanging_send,
    "10corrupt": refusals.corrupt,
    "10full": refusals.full,
    "11kills": cluster.kills,
    "11sleep": cluster.sleep,
    "12dead": several.dead,
    "12restarted": several.restarted,
    "12cut": several.cut_off,
    "13kills": asking.kills,
    "13heir": asking.heir,
    "14": mailing.kills,
    "14server": mailing.kills_on_a_server,
}
LONG: dict[str, Play] = {
    "5outage": losses.outage,
    "6": paces.real_paces,
    "7repair": refusals.repair,
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", nargs="*", default=[], help="lines by their number, like 4 or 7closed")
    arguments.add_argument("--quick", action="store_true", help="fewer kills and shorter outages")
    chosen = arguments.parse_args()
    failed: list[str] = []

    def wanted(plays: dict[str, Play]) -> dict[str, Play]:
        only = set(chosen.only)
        return {name: one for name, one in plays.items() if not only or {name, name.rstrip(ascii_lowercase)} & only}

    threads = [threading.Thread(target=play, args=(*one, chosen.quick, failed)) for one in wanted(LONG).items()]
    for thread in threads:
        thread.start()
    for name, line in wanted(SHORT).items():
        play(name, line, chosen.quick, failed)
    for thread in threads:
        thread.join()
    tell(f"not held: {failed}" if failed else "all held, and no secret in any output (9)")
    return 1 if failed else 0


def play(name: str, line: Play, quick: bool, failed: list[str]) -> None:
    """One line, with its figures; what breaks it is told and the others go on."""
    began = time.monotonic()
    try:
        for what, held, figures in line(quick=quick):
            if not held:
                failed.append(what)
            if not held or not what.startswith("9"):
                word = "held    " if held else "NOT HELD"
                tell(f"{word} {what}: {figures} [{time.monotonic() - began:.0f} s]")
    except Exception as error:  # noqa: BLE001
        failed.append(name)
        tell(f"NOT HELD {name}: {type(error).__name__}: {error}")


def tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
