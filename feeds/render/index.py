"""The start page of a published folder: every feed with its addresses. Plain HTML, no script, no outside asset."""

from collections.abc import Mapping, Sequence
from html import escape

from feeds.render.feed import CONTENT_TYPES, Feed, Kind

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Paper Round</title>
{links}
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
li {{ margin: 0 0 1rem; }}
code {{ font-size: .9em; }}
</style>
</head>
<body>
<main>
<h1>Paper Round</h1>
<p>New research papers, filtered by keyword. Copy an address into your feed reader,
or take <a href="feeds.opml">all of them (OPML)</a>.</p>
<ul>
{items}
</ul>
</main>
</body>
</html>
"""

_NAMES: Mapping[Kind, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def index_page(counts: Mapping[Feed, int], formats: Sequence[Kind]) -> bytes:
    """The page, with the number of papers that each feed holds now."""
    links = "\n".join(
        f'<link rel="alternate" type="{CONTENT_TYPES[form]}" title="{escape(feed.title)}"'
        f' href="{escape(feed.url(form))}">'
        for feed in counts
        for form in formats
    )
    items = "\n".join(_item(feed, count, formats) for feed, count in counts.items())
    return _PAGE.format(links=links, items=items).encode("utf-8", "replace")


def _item(feed: Feed, count: int, formats: Sequence[Kind]) -> str:
    links = " · ".join(f'<a href="{escape(feed.url(form))}">{_NAMES[form]}</a>' for form in formats)
    papers = "1 paper" if count == 1 else f"{count} papers"
    return f"<li><strong>{escape(feed.title)}</strong>: {papers}<br><code>{escape(feed.query)}</code><br>{links}</li>"
