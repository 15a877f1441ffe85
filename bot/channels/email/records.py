"""What the DNS says of a sender: whether mailboxes elsewhere can know its mails from forged ones. Asks, and judges."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Texts = Callable[[str], Awaitable[list[str]]]
"""A name of the DNS -> its TXT records; none where there is none. Raises DnsError."""

_OTHERS = {
    "gmail.com": ("gmail.com", "google.com"),
    "googlemail.com": ("gmail.com", "google.com"),
    "yahoo.com": ("yahoo.com",),
    "outlook.com": ("office365.com", "outlook.com"),
    "hotmail.com": ("office365.com", "outlook.com"),
    "icloud.com": ("me.com", "icloud.com"),
}
"""Domains of mailboxes for everyone, and whose servers alone may send for them."""
_SECONDS = 4.0


class DnsError(Exception):
    """The DNS did not answer; its text says how."""


async def ask_dns(name: str) -> list[str]:
    """By the system's resolver. Raises DnsError."""
    import dns.asyncresolver  # noqa: PLC0415  (for `check` alone)
    import dns.exception  # noqa: PLC0415

    try:
        found = await dns.asyncresolver.resolve(name, "TXT", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise DnsError(type(error).__name__) from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in found]


@dataclass(frozen=True, slots=True)
class Records:
    """Asks what a sender needs: SPF (RFC 7208), DMARC (RFC 7489), and DKIM (RFC 6376) by a selector."""

    host: str
    """Of the server that takes our mail."""
    selector: str = ""
    texts: Texts = ask_dns

    async def advice(self, domain: str) -> list[str]:
        """What is missing, a sentence each. Of a sender on this machine nothing is asked."""
        if domain == "localhost":
            return []
        if domain in _OTHERS and not self.host.endswith(_OTHERS[domain]):
            told = f"mails from {domain} cannot pass DMARC by {self.host}: take a sender of a domain of your own"
            return [told]
        asked = [self._spf(domain), self._dmarc(domain)]
        asked += [self._dkim(domain)] if self.selector else []
        try:
            found = await asyncio.gather(*asked)
        except DnsError as error:
            return [f"the DNS of {domain} did not answer ({error}): whether its mails can be trusted is not known"]
        return [told for told in found if told]

    async def _spf(self, domain: str) -> str:
        records = [one for one in await self.texts(domain) if one.lower().split(" ")[0] == "v=spf1"]
        if not records:
            return f'{domain} has no SPF record: add TXT {domain} "v=spf1 ... -all" that names who sends for it'
        if len(records) > 1:
            return f"{domain} has {len(records)} SPF records, which counts as none: make one of them"
        return ""

    async def _dmarc(self, domain: str) -> str:
        labels = domain.split(".")
        above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        for name in above:  # that of a domain counts for all below it
            if any(one.lower().startswith("v=dmarc1") for one in await self.texts(f"_dmarc.{name}")):
                return ""
        return f'{domain} has no DMARC record: add TXT _dmarc.{domain} "v=DMARC1; p=none"'

    async def _dkim(self, domain: str) -> str:
        name = f"{self.selector}._domainkey.{domain}"
        keys = [one for text in await self.texts(name) if (one := _key(text)) is not None]
        if not keys:
            return f"{name} has no DKIM key: add the TXT record that your mail server's signer names"
        return "" if any(keys) else f"{name} has an empty DKIM key, which says that it is revoked"


def _key(text: str) -> str | None:
    """The key of a record; None: it is no record of DKIM."""
    tags = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    return tags["p"].strip() if tags.get("v", "DKIM1").strip() == "DKIM1" and "p" in tags else None
