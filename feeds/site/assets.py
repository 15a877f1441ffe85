"""What every page needs beside itself: the style sheet, the script, the icon, and what a browser may load at all."""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from feeds.citation import FORMS, cite, coins
from feeds.paper import Paper

_NAMES = ("style.css", "site.js", "icon.svg")
_TEMPLATES = (
    *("base", "parts", "home", "time", "feeds", "feed", "paper", "search", "address", "error"),
    *("subscribe", "brought", "fields", "manage", "step"),
)

ASSETS: Mapping[str, bytes] = MappingProxyType(
    {name: files("feeds.site").joinpath("assets", name).read_bytes() for name in _NAMES}
)
"""By the path below the site's base address."""

VERSION = hashlib.sha256(b"".join(ASSETS.values())).hexdigest()[:10]
"""Stands in the addresses of the assets, so that a browser may keep them for good."""

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        f"{name}.html": files("feeds.site").joinpath("templates", f"{name}.html").read_text("utf-8")
        for name in _TEMPLATES
    }
)
"""By name."""

_CITED = Paper("2601.00001", "A", "B", ("C",), publication="D", doi="10.1000/e", withdrawn=True, keywords=("f",))
LOOK = hashlib.sha256(
    repr((sorted(TEMPLATES.items()), VERSION, [cite([_CITED], form) for form in FORMS], coins(_CITED))).encode()
).hexdigest()[:10]
"""Another one when pages of the same facts would look otherwise."""

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https:; "
    "form-action 'self'; base-uri 'none'"
)
"""The Content-Security-Policy of every page. Images of other hosts: a thumbnail that was asked for."""
