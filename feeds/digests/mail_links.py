"""Where a link in a mail leads: mail systems and Scholar put their own address before it."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from feeds.digests.fields import web_url

_MOST_LAYERS = 4
_PROOFPOINT = re.compile(r"https?://urldefense(?:\.proofpoint)?\.com/v3/__(.+?)__(?:;|$)")
"""Version 3 keeps the address as it is, but for signs that it writes as `*`, and merges the slashes of `https://`."""
_QUERIES: Sequence[tuple[re.Pattern[str], re.Pattern[str], Sequence[str]]] = (
    (re.compile(r""), re.compile(r"/scholar_url$"), ("url",)),
    (re.compile(r"(?:^|\.)google\.[a-z.]+$"), re.compile(r"^/url$"), ("q", "url")),
    (re.compile(r"(?:^|\.)safelinks\.protection\.outlook\.com$"), re.compile(r""), ("url",)),
    (re.compile(r"(?:^|\.)cudasvc\.com$"), re.compile(r"^/url$"), ("a",)),
)
_PROOFPOINT_2 = re.compile(r"^urldefense\.proofpoint\.com$")


def target(url: str) -> str:
    """The address that a link leads to in the end, as far as the link itself says; empty if it is none."""
    for _ in range(_MOST_LAYERS):
        url = _inner(url) or url
    return web_url(url) or ""


def _inner(url: str) -> str:
    if found := _PROOFPOINT.match(url):
        return re.sub(r"^(https?):/(?!/)", r"\1://", found[1])
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if _PROOFPOINT_2.match(host):
        return unquote(_first(parts, ("u",)).replace("-", "%").replace("_", "/"))
    for hosts, path, names in _QUERIES:
        if hosts.search(host) and path.search(parts.path):
            return _first(parts, names)
    return ""


def _first(parts: SplitResult, names: Sequence[str]) -> str:
    given = parse_qs(parts.query)
    return next((given[name][0] for name in names if name in given), "")
