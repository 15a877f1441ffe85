"""Words for people that numbers, names and moments become. Pure."""

from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo


def counted(number: int, noun: str) -> str:
    """`1 paper`, `2 papers`, `1 new paper`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def headed(name: str) -> str:
    """A name and a colon before what is said of it; `console:` has its own."""
    return name if name.endswith(":") else f"{name}:"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the clock of a zone, with the zone's word: `2026-11-28 05:04:13 CET`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def local_of(written: str | None, zone: ZoneInfo, otherwise: str = "never") -> str:
    """The same of a moment as it is written for programs: `2026-11-28 04:04:13Z`."""
    return local(datetime.fromisoformat(written), zone) if written else otherwise


def ascii_url(url: str) -> str:
    """The address in ASCII, as a header or a hub takes it: its host by IDNA, the rest percent-encoded (RFC 3987)."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    try:
        host = parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(parts.netloc, safe=":@[]%")
    kept = "%/:=&?~#+!$,;'@()*[]"
    return urlunsplit(
        (parts.scheme, host, quote(parts.path, kept), quote(parts.query, kept), quote(parts.fragment, kept))
    )
