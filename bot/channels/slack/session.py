"""One aiohttp session for everything sent to Slack, and a logger for its SDK that says nothing of what is sent."""

import logging

import aiohttp

QUIET = logging.getLogger("slack_sdk.quiet")
"""The SDK's debug lines hold webhook URLs and texts; it asks this very logger's level, not its parents'."""
QUIET.setLevel(logging.WARNING)


def open_session(timeout: float, concurrency: int) -> aiohttp.ClientSession:
    """A session; call it in the event loop that will use it. `timeout` is seconds for a request in all.

    Connecting ends before the total deadline does, so that a server that is not there is known as "not sent".
    """
    limits = aiohttp.ClientTimeout(total=timeout, connect=timeout * 0.75)
    return aiohttp.ClientSession(timeout=limits, connector=aiohttp.TCPConnector(limit=concurrency))
