"""Words for people that numbers, names and moments become. Pure."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

DRIVES = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""A character that drives a terminal or turns a line round; tabs and line ends stay."""
_BREAKS = re.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")


def printable(text: str) -> str:
    """The text with a sign for each such character.

    What a server, a chat or a file's name says is shown to people, and may be written to harm them.
    """
    return DRIVES.sub("\N{REPLACEMENT CHARACTER}", text)


def in_a_line(text: str) -> str:
    """The same of what stands in one line, whatever a name or a reason holds: blanks for its line ends and tabs."""
    return printable(_BREAKS.sub(" ", text.rstrip("\r\n")))


def counted(number: int, noun: str) -> str:
    """`1 paper`, `2 papers`, `1 new paper`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def lasting(duration: timedelta) -> str:
    """`30 minutes`, `1 hour 30 minutes`."""
    left, said = round(duration.total_seconds()), []
    for noun, seconds in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, left = divmod(left, seconds)
        said += [counted(number, noun)] if number else []
    return " ".join(said) or "0 seconds"


def headed(name: str) -> str:
    """A name and a colon before what is said of it; `console:` has its own."""
    return name if name.endswith(":") else f"{name}:"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the clock of a zone, with the zone's word: `2026-11-28 05:04:13 CET`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def local_of(written: str | None, zone: ZoneInfo, otherwise: str = "never") -> str:
    """The same of a moment as it is written for programs: `2026-11-28 04:04:13Z`."""
    return local(datetime.fromisoformat(written), zone) if written else otherwise


def minute_of(written: str | None, zone: ZoneInfo, otherwise: str = "never") -> str:
    """The same to the minute, where a zone is told once for many: `2026-11-28 05:04`."""
    return f"{datetime.fromisoformat(written).astimezone(zone):%Y-%m-%d %H:%M}" if written else otherwise


def soon(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment to come: `08:00 CET`, on another day with its date."""
    there = moment.astimezone(zone)
    return f"{there:%H:%M %Z}" if there.date() == now.astimezone(zone).date() else f"{there:%Y-%m-%d %H:%M %Z}"


def ascii_host(host: str) -> str:
    """The name of a host in ASCII, as registries and browsers read it (IDNA 2008). Raises UnicodeError.

    Python's own codec is of 2003 and makes another's of some: strasse.de of straße.de.
    """
    if host.isascii():
        return host
    import idna  # noqa: PLC0415  (50 ms, and few hosts want it)

    return idna.encode(host, uts46=True).decode("ascii")


def ascii_url(url: str) -> str:
    """The address in ASCII, as a header or a hub takes it: its host by IDNA, the rest percent-encoded (RFC 3987)."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    name, colon, port = parts.netloc.partition(":")
    try:
        host = ascii_host(name) + colon + port
    except UnicodeError:
        host = quote(parts.netloc, safe=":@[]%")
    kept = "%/:=&?~#+!$,;'@()*[]"
    return urlunsplit(
        (parts.scheme, host, quote(parts.path, kept), quote(parts.query, kept), quote(parts.fragment, kept))
    )
