"""An address that is shown has no password in it, however it is spelled. Pure."""

import re

_AFTER_A_USER = re.compile(r"\A((?:[\w+.-]++:/++)?+[^:/@?]*+):.*@", re.DOTALL)
"""A password may hold whatever it likes, a slash or an @ too."""
_WITHOUT = re.compile(r"(?:[\w+.-]+:/+)?[^:/@?]*(?::\d+)?(?:,[^:/@?]*(?::\d+)?)*(?:/[^@?]*)?(?:\?.*)?", re.DOTALL)
"""Hosts, each with its port, and a path: an @ after them is no password's end."""
_NAMED = re.compile(r"((?<![^?&\s])\w*pass(?!file)\w*\s*=\s*)(?:'[^']*'|[^&\s]*)", re.IGNORECASE)


def without_password(address: str) -> str:
    """The same address, or what is left of it; what holds no password stays as it is."""
    address = _NAMED.sub(r"\1", address)
    return address if _WITHOUT.fullmatch(address) else _AFTER_A_USER.sub(r"\1@", address)
