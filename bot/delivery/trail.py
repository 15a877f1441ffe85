"""The way of each message in the log, under its delivery id: claimed, with its papers; sent; or why not.

The same id is in the message itself where the platform has a place for it (Slack's metadata, a webhook's header).
"""

import logging
from collections.abc import Sequence

from bot.process.logs import about
from bot.store.outbox.claims import Ask, Claim
from bot.store.outbox.next_up import Waiting

log = logging.getLogger(__name__)


def packed(name: str, claim: Claim, waiting: Sequence[Waiting], dues: Sequence[int]) -> None:
    """A message was made for a destination, of these papers, and claimed for the first time."""
    about(claim.delivery)
    if log.isEnabledFor(logging.INFO):
        mine = [one for one in waiting if one.due in dues]
        papers, found = [one.paper.key for one in mine], min(one.came for one in mine)
        more = {"destination": name, "papers": papers, "found": found}
        log.info("%s: claimed, with %s", name, ", ".join(papers), extra=more)


def taken(name: str, it: Claim | Ask) -> None:
    """A message of before is in hand again: to be sent, or to be asked after."""
    about(it.delivery)
    what = "claimed" if isinstance(it, Claim) else "asked after, since its answer was lost"
    log.info("%s: %s", name, what, extra={"destination": name})


def sent(name: str, ref: str) -> None:
    """The message in hand arrived."""
    log.info("%s: sent (%s)", name, ref, extra={"destination": name, "ref": ref})
