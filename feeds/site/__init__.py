"""The site's pages: values in, HTML bytes out. The same pages, whether written as files or served.

Reads no store and writes no file. Templates, style sheet and script are package data, read at import.
"""

from feeds.site.address import feed_page_path, page_name, paper_page_path, search_path
from feeds.site.assets import ASSETS, LOOK, POLICY
from feeds.site.pages import (
    AT_MOST,
    Elsewhere,
    FeedSummary,
    Listed,
    Search,
    Site,
    error_page,
    feed_item,
    feed_page,
    home_page,
    listed,
    paper_page,
    search_page,
)
from feeds.site.pieces import pieces
from feeds.weeks import Week, weeks_of

__all__ = [
    "ASSETS",
    "AT_MOST",
    "LOOK",
    "POLICY",
    "Elsewhere",
    "FeedSummary",
    "Listed",
    "Search",
    "Site",
    "Week",
    "error_page",
    "feed_item",
    "feed_page",
    "feed_page_path",
    "home_page",
    "listed",
    "page_name",
    "paper_page",
    "paper_page_path",
    "pieces",
    "search_page",
    "search_path",
    "weeks_of",
]
