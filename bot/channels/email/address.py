"""Addresses of mail: how they are read, and which spellings are one."""

import re
from dataclasses import dataclass

from bot.rules.words import ascii_host

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""A dot-atom (RFC 5322, 3.2.3). Quoted names, and names that are not ASCII, few servers take."""
_SENDER = re.compile(r'"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^<>\s]+)>|(?P<bare>[^<>\s]+)')
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST, _LONGEST_LOCAL = 254, 64
"""Characters (RFC 5321, 4.5.3.1, with the angle brackets of a path)."""


def read_address(text: str) -> str | None:
    """An address as we know and write it; None: it is none that we send to.

    Small letters are capitals, in the name too: no server of today tells `Ada@` from `ada@`, and who unsubscribed one
    meant both. A domain is its ASCII form (IDNA). `ada+papers@` and `a.da@` are others: people part them on purpose.
    """
    local, at, domain = text.strip().rpartition("@")
    host = _domain(domain)
    if not at or not host or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    address = f"{local.lower()}@{host}"
    return address if len(address) <= _LONGEST else None


def _domain(text: str) -> str:
    """A domain with a dot, or this machine; empty: neither."""
    try:
        host = ascii_host(text.rstrip(".")).lower() if len(text) <= _LONGEST else ""
    except UnicodeError:
        return ""
    labels = host.split(".")
    if host != "localhost" and (len(labels) < 2 or labels[-1].isdecimal()):
        return ""
    return host if all(map(_LABEL.fullmatch, labels)) else ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mails they are: `[email] from`."""

    name: str
    address: str

    @classmethod
    def of(cls, text: str) -> "Sender":
        """Read `Paper Round <papers@example.org>`, or an address alone. Raises ValueError."""
        found = _SENDER.fullmatch(text.strip()) if text.isprintable() else None
        local, _, domain = (found["address"] or found["bare"]).rpartition("@") if found else ("", "", "")
        host = _domain(domain)
        if found is None or not host or not _LOCAL.fullmatch(local):
            raise ValueError(f"{text[:100]!r} is no sender; write one like Paper Round <papers@example.org>")
        return cls(found["name"] or "", f"{local}@{host}")

    @property
    def domain(self) -> str:
        """Whose records in the DNS say who may send for it."""
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address
