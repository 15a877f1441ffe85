"""Whether it is a person that opened a feed's address: from what the client says it takes. Pure."""

from collections.abc import Iterator, Sequence

from starlette.datastructures import Headers

_FEEDS = ("rss", "atom", "feed+json", "rdf")


def is_person(headers: Headers) -> bool:
    """Whether a browser asks for a page (RFC 9110, 12.5.1); in doubt it is a feed reader.

    Browsers want HTML and XHTML above all, and none of them names a feed's format; readers do, or take anything.
    """
    taken = dict(_weights(headers.getlist("accept")))
    if any(one in kind for kind in taken for one in _FEEDS):
        return False
    page = min(taken.get("text/html", 0.0), taken.get("application/xhtml+xml", 0.0))
    return page > max(taken.get(one, 0.0) for one in ("application/xml", "text/xml", "application/json", "*/*"))


def _weights(lines: Sequence[str]) -> Iterator[tuple[str, float]]:
    for item in ",".join(lines).lower().split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        yield kind, next((_weight(one[2:]) for one in parameters if one.startswith("q=")), 1.0)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
