"""The Daily Papers page and a paper's own page as HTML: both carry the API's entries as JSON in an attribute.

Reads nothing of the page's visible markup, which changes often.
"""

from collections.abc import Mapping
from datetime import date

from feeds.digests.error import DigestError
from feeds.digests.fields import count, utc_day
from feeds.digests.html import parse_html
from feeds.digests.huggingface import entries_digest
from feeds.digests.json_value import read_json
from feeds.paper import Digest


def parse(data: bytes) -> Digest:
    """The papers of a list page, or the one of a paper page.

    Raises DigestError if the page carries neither.
    """
    for component in parse_html(data).xpath('//*[@data-target="DailyPapers" or @data-target="PaperContent"]'):
        props = read_json(str(component.get("data-props", "")).encode("utf-8", "replace"))
        if isinstance(props, dict):
            return _digest(props)
    raise DigestError("no Daily Papers in this page: it has no data-target DailyPapers or PaperContent")


def _digest(props: Mapping[str, object]) -> Digest:
    items = props.get("dailyPapers")
    if isinstance(items, list):
        return entries_digest(items, _day(props))
    if isinstance(props.get("paper"), dict):
        return entries_digest([_entry(props)])
    raise DigestError("no list of papers in this page")


def _day(props: Mapping[str, object]) -> date | None:
    """The day of the list; a week's, a month's and the trending list are of no one day."""
    if props.get("periodType", "day") != "day" or props.get("isTrending"):
        return None
    return utc_day(props.get("dateString")) or utc_day(props.get("date"))


def _entry(props: Mapping[str, object]) -> dict[str, object]:
    """A paper page's properties as an entry of the API, which counts the comments that the page lists."""
    comments = props.get("comments")
    given = count(props.get("numComments"))
    return {"paper": props["paper"], "numComments": len(comments) if isinstance(comments, list) else given}
